using Vitrine.Http;

namespace Vitrine.Site.Looking;

/// <summary>
/// Whether what was seen of the disk is still taken to be true: for a while, and not after something is known to
/// have changed. So no reply shows an older state than one before it: what a new page refers to came before the page.
/// Times are those of the system's running clock. Any thread.
/// </summary>
internal sealed class Freshness(Limits limits, SiteClock clock)
{
    private long changedMs = long.MinValue;
    private long loadedMs = long.MinValue;

    /// <summary>Whether what was seen then is still fresh.</summary>
    public bool Covers(long seenMs) => Covers(seenMs, limits.FreshnessMs);

    /// <summary>The same, for at most so long.</summary>
    public bool Covers(long seenMs, int mostMs) =>
        clock.NowMs - seenMs < Math.Min(mostMs, limits.FreshnessMs)
        && seenMs > Volatile.Read(ref changedMs);

    /// <summary>
    /// The same of what was seen to be missing: only if nothing new was shown since, which could refer to it.
    /// </summary>
    public bool CoversMissing(long seenMs) => Covers(seenMs) && seenMs > Volatile.Read(ref loadedMs);

    /// <summary>Something is about to be shown of which nothing was known.</summary>
    public void NoteLoaded()
    {
        var now = clock.NowMs;
        if (Volatile.Read(ref loadedMs) != now) Volatile.Write(ref loadedMs, now); // read first: workers share it
    }

    /// <summary>Something has changed just now, whatever it is: nothing is fresh.</summary>
    public void End() => Volatile.Write(ref changedMs, clock.NowMs);
}
