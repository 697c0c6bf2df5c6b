using System.Globalization;

namespace Vitrine.Attacks.Harness;

/// <summary>What a process has of the machine.</summary>
/// <param name="Rss">Resident bytes.</param>
/// <param name="Pss">Resident bytes, what is shared counted in parts.</param>
/// <param name="Descriptors">Open descriptors.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct Usage(long Rss, long Pss, int Descriptors, int Threads)
{
    private const int PageBytes = 4096;

    /// <summary>Of a process, now. What is shared takes longest to count and can be left out.</summary>
    public static Usage Of(int process, bool countsPss = true)
    {
        var folder = $"/proc/{process}";
        var resident = long.Parse(
            File.ReadAllText($"{folder}/statm").Split(' ')[1], CultureInfo.InvariantCulture) * PageBytes;
        return new Usage(
            resident,
            countsPss ? KilobytesOf($"{folder}/smaps_rollup", "Pss:") * 1024 : 0,
            Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(),
            (int)KilobytesOf($"{folder}/status", "Threads:"));
    }

    /// <summary>The larger of each.</summary>
    public Usage Max(Usage other) => new(
        Math.Max(Rss, other.Rss), Math.Max(Pss, other.Pss), Math.Max(Descriptors, other.Descriptors),
        Math.Max(Threads, other.Threads));

    /// <summary>The number in a line of a file of <c>/proc</c>.</summary>
    public static long KilobytesOf(string path, string name) => File.ReadLines(path)
        .Where(line => line.StartsWith(name, StringComparison.Ordinal))
        .Select(line => long.Parse(
            line[name.Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0],
            CultureInfo.InvariantCulture))
        .First();
}
