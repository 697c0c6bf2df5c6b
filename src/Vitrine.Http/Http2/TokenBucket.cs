namespace Vitrine.Http.Http2;

/// <summary>How often something may still be done that nobody needs to do often: so many times at once, and after that
/// as many in a second as come back.</summary>
internal struct TokenBucket(int most, int perSecond)
{
    private long left = most * 1_000L; // thousandths
    private long atMs;

    /// <summary>Takes so many; false when there are not enough.</summary>
    public bool TryTake(int count, long nowMs)
    {
        if (atMs != 0) left = Math.Min(left + (nowMs - atMs) * perSecond, most * 1_000L);
        atMs = nowMs;
        if (left < count * 1_000L) return false;
        left -= count * 1_000L;
        return true;
    }

    /// <summary>Gives so many back.</summary>
    public void Give(int count) => left = Math.Min(left + count * 1_000L, most * 1_000L);
}
