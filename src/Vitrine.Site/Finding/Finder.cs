using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Finding;

/// <summary>
/// What a path comes to, in three ways: from the cache, by what the kernel has in memory, and by the loader. Who
/// answers chooses.
/// </summary>
internal sealed class Finder : IDisposable
{
    private readonly Representations cache;
    private readonly Resolver resolver;
    private readonly Freshness freshness;
    private readonly SiteClock clock;
    private readonly IBodyCopies? copies;
    private readonly Loader loader;

    /// <summary>A finder whose loader has so many threads.</summary>
    public Finder(
        Representations cache,
        Resolver resolver,
        Freshness freshness,
        Limits limits,
        SiteClock clock,
        int loaderThreads,
        Action<Exception>? onFault,
        IBodyCopies? copies = null)
    {
        this.cache = cache;
        this.resolver = resolver;
        this.freshness = freshness;
        this.clock = clock;
        this.copies = copies;
        loader = new Loader(Advance, limits, clock, loaderThreads, onFault);
    }

    /// <summary>What is kept of a path, however long ago it was looked at; null when nothing is.</summary>
    public CacheEntry? InCache(ReadOnlySpan<byte> path) => cache.Find(path);

    /// <summary>Whether what is kept may be shown without another look.</summary>
    public bool IsFresh(CacheEntry entry) => freshness.Covers(entry.CheckedMs);

    /// <summary>404 for a path of which it is known that there is nothing; null when that is not known.</summary>
    public Outcome? Missing(ReadOnlySpan<byte> path) => resolver.FindMissing(path);

    /// <summary>Whether so much is sent of an open file that the loader is to read it into memory.</summary>
    public bool IsToBeRead(CacheEntry entry) => entry.IsHot && resolver.IsWorthReading(entry.Outcome.Content!.Length);

    /// <summary>Whether there is room in memory by now for a body that was left to the disk.</summary>
    public bool MayComeIn(CacheEntry entry) => cache.MayExchange(entry.Outcome.Content!.Length);

    /// <summary>By what the kernel has in memory: whether what is kept is still true, and so is fresh again.</summary>
    public bool TryRenew(CacheEntry entry)
    {
        var startMs = clock.NowMs;
        if (!resolver.IsStillTrue(entry.Outcome)) return false;
        entry.Renew(startMs);
        return true;
    }

    /// <summary>
    /// The same for a path that is not kept, or is another by now; null when that is not enough. Not for a caller that
    /// has it <paramref name="isTaken"/> over by the cache, its bodies have a share that the caller gives back.
    /// </summary>
    public Outcome? ByKernel(ReadOnlySpan<byte> path, Outcome? previous, out bool isTaken)
    {
        isTaken = false;
        var startMs = clock.NowMs; // the outcome is at least as new as this
        var resolution = new Resolution(path.ToArray(), previous) { Blocking = Blocking.Refused };
        var outcome = resolver.Resolve(resolution);
        if (outcome is null || outcome.Status == Status.ServiceUnavailable) return null;
        // The loader reads names.
        if (outcome.Status == Status.NotFound && resolver.IsTimeToLearn()) return null;
        isTaken = cache.Put(resolution.Path, outcome, startMs);
        if (!isTaken) CopyIfLeft(resolution.Path, outcome);
        return outcome;
    }

    /// <summary>
    /// By the loader; null when too much is queued already, or because the disk <paramref name="hangs"/>.
    /// </summary>
    public PendingLoad? ByLoader(
        ReadOnlySpan<byte> path, Outcome? previous, int attempt, bool isHot, out bool hangs) =>
        loader.Start(path, previous, attempt, isHot, out hangs);

    /// <summary>Takes the load that is due first one step on; false when none is due.</summary>
    public bool TryLoadOne() => loader.TryRunOne();

    /// <summary>Ends the loader.</summary>
    public void Dispose() => loader.Dispose();

    // A body that is in memory now, and for which there is no room there, is copied while it is.
    private void CopyIfLeft(byte[] path, Outcome outcome)
    {
        if (copies is null || !outcome.CanBeLeft) return;
        if (cache.Find(path) is { Outcome.IsLeft: true } entry
            && ReferenceEquals(entry.Outcome.Evidence, outcome.Evidence)) // it may be another's by now
            copies.Want(entry, outcome);
    }

    // Takes a load one step on; true when it has its outcome.
    private bool Advance(PendingLoad load)
    {
        var startMs = clock.NowMs;
        var outcome = resolver.Resolve(load.Resolution);
        if (outcome is { IsExhausted: true } && cache.CloseFiles())
        {
            load.Resolution.Previous = null;
            outcome = resolver.Resolve(load.Resolution); // now there are some descriptors
        }
        if (outcome is null) return false;
        // What could not be looked at for want of descriptors may be as it was: it is looked at again next
        // time.
        outcome.TryAcquire(); // for the load: there is one already
        var isTaken = outcome.Status != Status.ServiceUnavailable
            && cache.Put(load.Resolution.Path, outcome, startMs);
        if (!isTaken)
        {
            CopyIfLeft(load.Resolution.Path, outcome);
            outcome.Release();
        }
        load.Outcome = outcome;
        return true;
    }
}
