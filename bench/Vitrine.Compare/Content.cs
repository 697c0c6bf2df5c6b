using System.IO.Compression;
using System.Text;

namespace Vitrine.Compare;

/// <summary>Makes what is served, the same each time: from a seed, with the sizes of real sites.</summary>
internal static class Content
{
    /// <summary>How many distinct small files there are.</summary>
    public const int ManyCount = 20_000;

    /// <summary>How many distinct pictures there are.</summary>
    public const int PictureCount = 1_000;

    /// <summary>The page of 783 bytes.</summary>
    public const string Page = "/page.html";

    /// <summary>100 KB.</summary>
    public const string Medium = "/medium.bin";

    /// <summary>10 MB.</summary>
    public const string Large = "/large.bin";

    /// <summary>1 GB, with holes: what is measured is the way from the page cache to the socket.</summary>
    public const string Huge = "/huge.bin";

    private const int PageBytes = 783;
    private const int MediumBytes = 100 * 1024;
    private const int LargeBytes = 10 * 1024 * 1024;
    private const long HugeBytes = 1024L * 1024 * 1024;

    // Names and sizes in bytes of a typical page's files. What is text is compressed beforehand.
    private static readonly (string Name, int Bytes)[] SiteFiles =
    [
        ("index.html", 24_000), ("about.html", 9_000), ("main.css", 48_000), ("theme.css", 12_000),
        ("print.css", 3_000),
        ("app.js", 180_000), ("vendor.js", 300_000), ("menu.js", 14_000), ("search.js", 32_000), ("logo.svg", 4_000),
        ("icons.svg", 28_000), ("map.svg", 64_000), ("text.woff2", 45_000), ("bold.woff2", 47_000),
        ("hero.jpg", 210_000),
        ("team.jpg", 96_000), ("thumb1.jpg", 18_000), ("thumb2.jpg", 21_000), ("badge.png", 6_000),
        ("chart.png", 38_000),
    ];

    /// <summary>The paths of the page's files.</summary>
    public static IReadOnlyList<string> Site { get; } = [.. SiteFiles.Select(file => $"/site/{file.Name}")];

    /// <summary>The path of one of the many.</summary>
    public static string Many(int number) => $"/many/{number:D5}.bin";

    /// <summary>The path of one of the pictures.</summary>
    public static string Picture(int number) => $"/pictures/{number:D5}.bin";

    /// <summary>Makes all of it.</summary>
    public static void Make(string folder)
    {
        var random = new Random(20_000);
        Directory.CreateDirectory(Path.Combine(folder, "pictures"));
        Directory.CreateDirectory(Path.Combine(folder, "site"));
        File.WriteAllText(folder + Page, "<!DOCTYPE html><title>Page</title>\n".PadRight(PageBytes, 'x'));
        File.WriteAllBytes(folder + Medium, Noise(random, MediumBytes));
        File.WriteAllBytes(folder + Large, Noise(random, LargeBytes));
        using (var huge = File.Create(folder + Huge)) huge.SetLength(HugeBytes);
        WriteMany(folder, "many");
        for (var i = 0; i < PictureCount; i++)
            File.WriteAllBytes(folder + Picture(i), Noise(random, random.Next(64 * 1024, 200 * 1024)));
        foreach (var (name, bytes) in SiteFiles) MakeSiteFile(Path.Combine(folder, "site", name), bytes, random);
        Age(folder);
    }

    /// <summary>Writes the many below a folder of that name.</summary>
    public static void WriteMany(string folder, string name)
    {
        var random = new Random(ManyCount);
        Directory.CreateDirectory(Path.Combine(folder, name));
        for (var i = 0; i < ManyCount; i++)
            File.WriteAllBytes(Path.Combine(folder, name, $"{i:D5}.bin"), Noise(random, random.Next(1024, 40 * 1024)));
    }

    private static void MakeSiteFile(string path, int bytes, Random random)
    {
        if (Path.GetExtension(path) is ".woff2" or ".jpg" or ".png")
        {
            File.WriteAllBytes(path, Noise(random, bytes));
            return;
        }
        var text = Encoding.ASCII.GetBytes(Words(random, bytes));
        File.WriteAllBytes(path, text);
        using (var gzip = new GZipStream(File.Create(path + ".gz"), CompressionLevel.SmallestSize)) gzip.Write(text);
        using var brotli = new BrotliStream(File.Create(path + ".br"), CompressionLevel.SmallestSize);
        brotli.Write(text);
    }

    private static byte[] Noise(Random random, int bytes)
    {
        var noise = new byte[bytes];
        random.NextBytes(noise);
        return noise;
    }

    // Compresses about as well as source does: words from a vocabulary of a few hundred.
    private static string Words(Random random, int bytes)
    {
        var vocabulary = new string[400];
        for (var i = 0; i < vocabulary.Length; i++)
        {
            var letters = Enumerable.Range(0, random.Next(2, 11)).Select(_ => (char)random.Next('a', 'z' + 1));
            vocabulary[i] = new string([.. letters]);
        }
        var text = new StringBuilder(bytes + 16);
        while (text.Length < bytes)
            text.Append(vocabulary[random.Next(vocabulary.Length)]).Append(" {;=\n"[random.Next(5)]);
        return text.ToString(0, bytes);
    }

    // Nothing was changed just now: some servers treat what was as about to change again.
    private static void Age(string folder)
    {
        var then = DateTime.UtcNow.AddDays(-30);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.SetLastWriteTimeUtc(file, then);
    }
}
