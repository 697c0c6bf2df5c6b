namespace Vitrine.Site;

/// <summary>
/// What nobody's request would ever do: every few seconds it lets go of files that are gone or that nobody asks for any
/// more (a deleted one takes its place on the disk for as long as it is open), and of memory that clients held and hold
/// no longer.
/// </summary>
internal sealed class Housekeeping : IDisposable
{
    private const int EveryMs = 5_000;
    private const long LeastExcessBytes = 16 * 1024 * 1024;

    private readonly Representations representations;
    private readonly Timer timer;

    public Housekeeping(Representations representations)
    {
        this.representations = representations;
        timer = new Timer(_ => Run(), null, EveryMs, EveryMs);
    }

    /// <summary>Does it once.</summary>
    public void Run()
    {
        representations.CloseForgotten();
        if (BodyMemory.Total > representations.Bytes + LeastExcessBytes) BodyMemory.Reclaim();
    }

    public void Dispose() => timer.Dispose();
}
