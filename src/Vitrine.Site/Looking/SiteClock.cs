namespace Vitrine.Site.Looking;

/// <summary>
/// The two clocks of a site: one that only goes forward, for how old something is, and the wall's, which the times of
/// files are told by and somebody may set. From another source for tests that make time pass.
/// </summary>
internal sealed class SiteClock(TimeProvider? source)
{
    /// <summary>The system's.</summary>
    public static SiteClock System { get; } = new(null);

    /// <summary>Milliseconds of the running clock. The system's coarse one, which costs no more than a load.</summary>
    public long NowMs => source is null
        ? Environment.TickCount64
        : (long)source.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>The wall clock.</summary>
    public DateTimeOffset UtcNow => source is null ? DateTimeOffset.UtcNow : source.GetUtcNow();
}
