using System.Globalization;
using Vitrine.Http;

namespace Vitrine.Site.Memory;

/// <summary>
/// How much memory this process may take: the machine's, or less where a control group says so; and whether it is
/// short just now. Any thread.
/// </summary>
public sealed class AvailableMemory
{
    // What is cached, and half as much that clients hold; the program itself; what the kernel needs for connections;
    // and room for the files that it keeps in memory of its own accord.
    private const int CacheShare = 8;
    private const int OutputShare = 8;

    private const double MostHeld = 0.9;
    private const double FewHeld = 0.75;
    private const double LeastFree = 0.05;
    private const double MuchFree = 0.1;
    private const double MostStalled = 10;
    private const double FewStalled = 1;

    private readonly string root;
    private readonly ControlGroup? group;

    private AvailableMemory(string root)
    {
        this.root = root;
        group = ControlGroup.Find(root);
        var machine = ReadMachine() is { Total: > 0 } read
            ? read.Total
            : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        IsOfGroup = group?.LimitBytes < machine;
        Bytes = IsOfGroup ? group!.LimitBytes : machine;
    }

    /// <summary>How many bytes.</summary>
    public long Bytes { get; }

    /// <summary>Whether it is a control group that allows so many; else it is what the machine has.</summary>
    public bool IsOfGroup { get; }

    /// <summary>What there is at the start.</summary>
    public static AvailableMemory Find() => Find("/");

    /// <summary>
    /// The limits with no larger a cache than this memory has room for, which is an eighth of it, unless that was
    /// somebody's choice; and an eighth for replies that are being sent.
    /// </summary>
    public Limits WithRoom(Limits limits, bool boundsCache = true)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return limits with
        {
            CacheBytes = boundsCache ? Math.Min(limits.CacheBytes, Bytes / CacheShare) : limits.CacheBytes,
            OutputBytes = Math.Min(limits.OutputBytes, Bytes / OutputShare),
        };
    }

    /// <summary>The same, of a system whose files are elsewhere.</summary>
    internal static AvailableMemory Find(string root) => new(root);

    /// <summary>How short it is just now, by whatever the system tells.</summary>
    internal Shortage Look()
    {
        var worst = Shortage.None;
        if (group is not null)
        {
            Note((double?)group.HeldBytes() / group.LimitBytes, FewHeld, MostHeld);
            Note(group.StalledPercent(), FewStalled, MostStalled);
        }
        if (ReadMachine() is { Total: > 0 } machine)
            Note(-(double)machine.Free / machine.Total, -MuchFree, -LeastFree);
        Note(Stalls.Percent(TryReadLines("proc/pressure/memory")), FewStalled, MostStalled);
        return worst;

        void Note(double? value, double few, double most)
        {
            var shortage = value > most ? Shortage.Acute : value > few ? Shortage.Near : Shortage.None;
            if (shortage > worst) worst = shortage;
        }
    }

    private (long Total, long Free)? ReadMachine()
    {
        if (TryReadLines("proc/meminfo") is not { } lines) return null;
        return (KilobytesIn(lines, "MemTotal:") * 1024, KilobytesIn(lines, "MemAvailable:") * 1024);
    }

    // As in "MemTotal:       24689764 kB".
    private static long KilobytesIn(string[] lines, string name)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var text = line?[name.Length..].Trim().Split(' ')[0];
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private string[]? TryReadLines(string name) => SystemFile.TryReadLines(Path.Join(root, name));
}
