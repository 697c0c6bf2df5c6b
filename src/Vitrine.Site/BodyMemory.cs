using Vitrine.Http;

namespace Vitrine.Site;

/// <summary>
/// The memory of all bodies of a site that are not copied when they are sent (more than 4 KB): those of the cache, and
/// those that left it and are still being sent. What a client does not take stays, however little the cache may hold;
/// so there is a bound for all of it, and beyond that a file is sent from the disk.
/// </summary>
internal sealed class BodyMemory(Limits limits)
{
    private const long LeastSlackBytes = 32 * 1024 * 1024;
    private const int ReclaimEveryMs = 1_000;

    private long total;
    private long reclaimedMs = long.MinValue / 2;

    /// <summary>Its bytes. What nobody holds any more counts until the collector has found out.</summary>
    public long Total => Volatile.Read(ref total);

    /// <summary>So much has come, or with a negative number gone.</summary>
    public void Add(long bytes) => Interlocked.Add(ref total, bytes);

    /// <summary>
    /// Whether there is room for so many bytes more: half as much again as the cache may hold, and 32 MB at least.
    /// </summary>
    public bool HasRoom(long bytes) =>
        Total + bytes <= limits.CacheBytes + Math.Max(limits.CacheBytes / 2, LeastSlackBytes);

    /// <summary>The same, after the collector had a look, if that was long ago. May take its time.</summary>
    public bool MakeRoom(long bytes)
    {
        if (HasRoom(bytes)) return true;
        Reclaim();
        return HasRoom(bytes);
    }

    /// <summary>Has the collector find out what nobody holds any more; not more often than once a second.</summary>
    public void Reclaim()
    {
        var now = Environment.TickCount64;
        var last = Volatile.Read(ref reclaimedMs);
        if (now - last < ReclaimEveryMs || Interlocked.CompareExchange(ref reclaimedMs, now, last) != last) return;
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
