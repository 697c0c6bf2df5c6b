namespace Vitrine.Net;

/// <summary>How fast a client takes what it is sent, since it had to be waited for.</summary>
internal struct Pace()
{
    // Who takes fewer bytes of a reply than this in so long can go, where others wait for a place.
    private const int SlowReaderMs = 10_000;
    private const int SlowReaderBytes = 10 * 1024;

    private long sinceMs = long.MaxValue;
    private long sent;

    /// <summary>Whether so long is a long time to have given no room.</summary>
    public static bool IsLong(long ms) => ms >= SlowReaderMs;

    /// <summary>Whether it takes next to nothing.</summary>
    public readonly bool IsSlow(long nowMs) => IsLong(nowMs - sinceMs) && sent < SlowReaderBytes;

    /// <summary>It has to be waited for, once more.</summary>
    public void Wait(long nowMs)
    {
        if (sinceMs != long.MaxValue && sent < SlowReaderBytes) return;
        sinceMs = nowMs;
        sent = 0;
    }

    /// <summary>It took so many bytes.</summary>
    public void Take(long bytes) => sent += bytes;
}
