using System.Globalization;

namespace Vitrine.Site.Memory;

/// <summary>
/// The control group that bounds the memory of this process (cgroups(7)): of its own and those around it the one that
/// allows least, version 1 or 2, seen from inside a container or from outside.
/// </summary>
internal sealed class ControlGroup
{
    // Version 1 says "none" by the largest number of pages that there is.
    private const long NoLimit = long.MaxValue / 4;

    private readonly string folder;
    private readonly bool isVersion2;

    private ControlGroup(string folder, bool isVersion2, long limitBytes)
    {
        this.folder = folder;
        this.isVersion2 = isVersion2;
        LimitBytes = limitBytes;
    }

    /// <summary>How much it allows.</summary>
    public long LimitBytes { get; }

    /// <summary>
    /// The one that bounds this process; null when none does. <paramref name="root"/> is where the system's files are.
    /// </summary>
    public static ControlGroup? Find(string root = "/")
    {
        if (SystemFile.TryReadLines(Path.Join(root, "proc/self/cgroup")) is not { } ours
            || SystemFile.TryReadLines(Path.Join(root, "proc/self/mountinfo")) is not { } mounts)
            return null; // no Linux, or no /proc
        return mounts.Select(mount => Tightest(root, mount.Split(' '), ours)).OfType<ControlGroup>()
            .MinBy(found => found.LimitBytes);
    }

    /// <summary>
    /// The bytes that the kernel cannot take back from it: memory of processes, files in memory, and what the kernel
    /// itself needs for it. Null when it cannot be read.
    /// </summary>
    public long? HeldBytes()
    {
        if (TryReadLines("memory.stat") is not { } lines) return null;
        // Of version 1 with those of the groups below it, as in version 2.
        string[] names = isVersion2
            ? ["anon", "shmem", "sock", "kernel_stack", "slab_unreclaimable"]
            : ["total_rss", "total_shmem"];
        var held = 0L;
        foreach (var line in lines)
            if (line.Split(' ') is [var name, var text] && names.Contains(name)
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
                held += bytes;
        return held;
    }

    /// <summary>
    /// The share of the last ten seconds in which some process of it waited for memory, in hundredths; null when the
    /// kernel does not say.
    /// </summary>
    public double? StalledPercent() => isVersion2 ? Stalls.Percent(TryReadLines("memory.pressure")) : null;

    // A line of mountinfo: number, parent, device, the part that is mounted, where, options..., "-", type, source,
    // options of the file system (proc(5)).
    private static ControlGroup? Tightest(string root, string[] mount, string[] ours)
    {
        var dash = Array.IndexOf(mount, "-");
        if (dash < 5 || dash + 3 >= mount.Length) return null;
        var isVersion2 = mount[dash + 1] == "cgroup2";
        if (!isVersion2 && (mount[dash + 1] != "cgroup" || !mount[dash + 3].Split(',').Contains("memory"))) return null;
        var path = ours.Select(line => line.Split(':', 3)).FirstOrDefault(
            parts => parts.Length == 3 && (isVersion2 ? parts[0] == "0" : parts[1].Split(',').Contains("memory")))?[2];
        if (path is null) return null;
        var (part, top) = (Unescape(mount[3]), Path.Join(root, Unescape(mount[4])));
        // A container sees its own group where the top is, whatever it is called outside.
        var below = part == "/" ? path
            : path == part || path.StartsWith(part + "/", StringComparison.Ordinal) ? path[part.Length..]
            : "";
        ControlGroup? tightest = null;
        for (var folder = Path.TrimEndingDirectorySeparator(Path.Join(top, below)); ;)
        {
            var limit = LimitOf(folder, isVersion2);
            if (limit < (tightest?.LimitBytes ?? NoLimit)) tightest = new ControlGroup(folder, isVersion2, limit);
            if (folder.Length <= top.Length || Path.GetDirectoryName(folder) is not { } around) return tightest;
            folder = around;
        }
    }

    private static long LimitOf(string folder, bool isVersion2) => isVersion2
        // Beyond "high" processes are held up until they have given back.
        ? Math.Min(NumberIn(folder, "memory.max"), NumberIn(folder, "memory.high"))
        : NumberIn(folder, "memory.limit_in_bytes");

    // No limit where there is no number: "max", or no such file at the top.
    private static long NumberIn(string folder, string name) =>
        SystemFile.TryReadLines(Path.Join(folder, name)) is [var text, ..]
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : long.MaxValue;

    private string[]? TryReadLines(string name) => SystemFile.TryReadLines(Path.Join(folder, name));

    // Space, tab, newline and backslash are written in octal.
    private static string Unescape(string text) => text.Replace("\\040", " ", StringComparison.Ordinal)
        .Replace("\\011", "\t", StringComparison.Ordinal).Replace("\\012", "\n", StringComparison.Ordinal)
        .Replace("\\134", "\\", StringComparison.Ordinal);
}
