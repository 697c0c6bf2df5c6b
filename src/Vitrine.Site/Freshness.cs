using Vitrine.Http;

namespace Vitrine.Site;

/// <summary>
/// Whether what was seen of the disk is still taken to be true: for a while, and not after something is known to
/// have changed. Times are those of the system's running clock. Any thread.
/// </summary>
internal sealed class Freshness(Limits limits, SiteClock clock)
{
    private long changedMs = long.MinValue;

    /// <summary>Whether what was seen then is still fresh.</summary>
    public bool Covers(long seenMs) => Covers(seenMs, limits.FreshnessMs);

    /// <summary>The same, for at most so long.</summary>
    public bool Covers(long seenMs, int mostMs) =>
        clock.NowMs - seenMs < Math.Min(mostMs, limits.FreshnessMs)
        && seenMs > Volatile.Read(ref changedMs);

    /// <summary>Something has changed just now, whatever it is: nothing is fresh.</summary>
    public void End() => Volatile.Write(ref changedMs, clock.NowMs);
}
