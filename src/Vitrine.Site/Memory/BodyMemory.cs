using System.Diagnostics;

namespace Vitrine.Site.Memory;

/// <summary>
/// The memory of all bodies of a site that are not copied when they are sent (more than 4 KB): those of the cache, and
/// those that left it and are still being sent. What a client does not take stays, however little the cache may hold;
/// so there is a bound for all of it, and beyond that a file is sent from the disk.
/// </summary>
internal sealed class BodyMemory(MemoryBudget budget)
{
    // For pages that were made, and shares that were forgotten. Where the collector finds as much as this it may come
    // again after ten times as long as it took; else after a second, since clients hold the rest.
    private const long WorthBytes = 8 * 1024 * 1024;
    private const int TimesOff = 10;
    private const int MostOffMs = 1_000;

    private long total;
    private int isCollecting;
    private long collectFromTicks = long.MinValue; // of the Stopwatch

    /// <summary>Its bytes. A page that was made counts until the collector has found out that nobody holds
    /// it.</summary>
    public long Total => Volatile.Read(ref total);

    /// <summary>So much has come, or with a negative number gone.</summary>
    public void Add(long bytes) => Interlocked.Add(ref total, bytes);

    /// <summary>Whether there is room for so many bytes more.</summary>
    public bool HasRoom(long bytes) => Total + bytes <= budget.BodyBytes;

    /// <summary>The same, after the collector had a look, if it is time for that. May take its time.</summary>
    public bool MakeRoom(long bytes)
    {
        if (HasRoom(bytes)) return true;
        Reclaim();
        return HasRoom(bytes);
    }

    /// <summary>
    /// Has the collector find out what nobody holds any more, if it is time for that. Whoever comes meanwhile does not
    /// wait for it: what closes files may hang with their disk.
    /// </summary>
    public void Reclaim()
    {
        var start = Stopwatch.GetTimestamp();
        if (start < Volatile.Read(ref collectFromTicks) || Interlocked.Exchange(ref isCollecting, 1) != 0) return;
        var before = Total;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var end = Stopwatch.GetTimestamp();
        var off = Stopwatch.Frequency / 1_000 * MostOffMs;
        if (before - Total >= WorthBytes) off = Math.Min(off, TimesOff * (end - start));
        Volatile.Write(ref collectFromTicks, end + off);
        Volatile.Write(ref isCollecting, 0);
    }
}
