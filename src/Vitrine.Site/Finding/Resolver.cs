using System.Text;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Finding;

/// <summary>
/// Finds out what a canonical path comes to: a file, the index or the listing of a folder, a redirect to one,
/// or an error. A worker tries first with what the kernel has in memory; if that is not enough, a thread of
/// the loader waits for the disk. Nobody sleeps: where a file has to settle first there is no outcome yet,
/// and <see cref="Resolution.AgainInMs"/> says when to come back.
/// </summary>
internal sealed class Resolver
{
    private static ReadOnlySpan<byte> Index => "index.html"u8;

    private readonly IOrigin origin;
    private readonly Limits limits;
    private readonly Freshness freshness;
    private readonly bool listing;
    private readonly ErrorPages errors;
    private readonly FolderLooks looks;
    private readonly FileContents contents;
    private readonly BodyPlacement placement;
    private readonly Renewal renewal;
    private readonly FileResolver files;
    private readonly NotFoundPage notFound;

    /// <summary>A resolver of paths in a folder, for a cache.</summary>
    public Resolver(
        IOrigin origin,
        Limits limits,
        Freshness freshness,
        bool listing,
        ErrorPages errors,
        SiteClock clock,
        BodyMemory memory,
        EncodedFiles encoded,
        Representations cache,
        ContentTags? tags = null,
        TagReader? tagReader = null,
        IBodyCopies? copies = null,
        WithheldFiles? withheld = null)
    {
        this.origin = origin;
        this.limits = limits;
        this.freshness = freshness;
        this.listing = listing;
        this.errors = errors;
        looks = new FolderLooks(origin, freshness, clock);
        var times = new FileTimes(clock);
        contents = new FileContents(limits, times, memory, tags ?? new ContentTags(), tagReader);
        placement = new BodyPlacement(limits, cache, memory, times, copies);
        var siblings = new Siblings(origin, contents, times, placement, encoded);
        renewal = new Renewal(origin, looks, siblings);
        files = new FileResolver(
            origin, looks, contents, times, placement, siblings, errors, withheld ?? new WithheldFiles());
        notFound = new NotFoundPage(origin, limits, freshness, clock, files, errors);
    }

    /// <summary>
    /// Resolves a path; null when it has to be looked at again. What it came to before is kept if nothing
    /// changed. An outcome comes with a share of its bodies.
    /// </summary>
    public Outcome? Resolve(Resolution resolution)
    {
        var path = resolution.Path;
        if (TargetPath.IsHidden(path)) return notFound.Get(resolution);
        if (resolution.Blocking == Blocking.Allowed) looks.Learn(path);
        if (IsSame(resolution)) return resolution.Previous;
        var outcome = path[^1] == '/' ? ResolveFolder(resolution) : ResolveName(resolution);
        if (outcome is not null) NoteNews(outcome, resolution.Previous);
        return outcome?.Status == Status.NotFound ? notFound.Get(resolution) : outcome;
    }

    // What is about to be shown may be part of a change, of which the rest was there before it.
    private void NoteNews(Outcome outcome, Outcome? previous)
    {
        if (outcome.Status >= Status.InternalServerError) return; // nothing was seen
        if (previous is not null && previous.Evidence?.Facts != outcome.Evidence?.Facts) freshness.End();
        else if (outcome != previous && outcome.Status != Status.NotFound) freshness.NoteLoaded();
    }

    /// <summary>
    /// 404 for a path of which it is known that there is nothing: no call of the system, nothing on the heap.
    /// Null when it is not known.
    /// </summary>
    public Outcome? FindMissing(ReadOnlySpan<byte> path)
    {
        if (notFound.Fresh is not { } outcome) return null;
        var isMissing = TargetPath.IsHidden(path) || looks.IsMissing(path)
            || (path[^1] == '/' && !listing && looks.NamesOf(path) is { } names && !names.MayContain(Index));
        return isMissing ? outcome : null;
    }

    /// <summary>Whether what the kernel knows to be missing is to be looked into all the same, to learn why.</summary>
    public bool IsTimeToLearn() => looks.IsTimeToLearn();

    /// <summary>
    /// Whether what a path came to is still true, as far as a worker can tell; not where it has to be read, since it
    /// may come into memory by now.
    /// </summary>
    public bool IsStillTrue(Outcome outcome) =>
        !(outcome.IsLeft && placement.MayComeIn(outcome.Content!.Length))
        && renewal.StillHolds(outcome.Evidence, Blocking.Refused);

    /// <summary>Whether it is worth the loader's time to read an open file of that length into memory.</summary>
    public bool IsWorthReading(long length) => placement.IsWorthReading(length);

    // Whether what the path came to before is still true and can be answered with: then it comes with a share of it.
    private bool IsSame(Resolution resolution) =>
        resolution is { Blocking: Blocking.Allowed, Previous: { IsLeft: false } known }
        && !(known.OpenFiles == 1 && resolution.IsHot && placement.IsToComeIn(known.Evidence!.Facts))
        && renewal.StillHolds(known.Evidence, Blocking.Allowed) && known.TryAcquire();

    private Outcome? ResolveFolder(Resolution resolution)
    {
        var path = resolution.Path;
        var index = files.Resolve([.. path, .. Index], resolution);
        if (index?.Status != Status.NotFound || !listing) return index;
        if (resolution.Blocking == Blocking.Refused) return resolution.Again(0);
        return origin.Look(path, Blocking.Allowed, out var facts) == OpenError.None && facts.Kind == FileKind.Folder
            ? List(path, resolution.Previous)
            : index;
    }

    private Outcome? ResolveName(Resolution resolution)
    {
        // Mostly it is a file: a folder is looked for when it is not.
        var file = files.Resolve(resolution.Path, resolution);
        if (file?.Status != Status.NotFound) return file;
        var error = origin.Look(resolution.Path, resolution.Blocking, out var facts);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        return error == OpenError.None && facts.Kind == FileKind.Folder
            ? new Outcome(Status.MovedPermanently, null, null, IsKept: true)
            : file;
    }

    private Outcome List(ReadOnlySpan<byte> path, Outcome? previous)
    {
        var error = origin.TryList(path, limits.ListingEntries, out var list);
        if (error != OpenError.None) return Outcome.Of(error, errors);
        var page = Listing.Page(path, list!);
        var metadata = new Metadata(ContentTag.Of(page), null, Html.SecurityFields);
        if (previous is { Status: Status.Ok, Evidence: null, Content.Body: not null }
            && Encoding.ASCII.GetString(previous.Content.EntityTag) == metadata.EntityTag)
            return previous;
        return contents.TryCopy(page) is { } body
            ? new Outcome(
                Status.Ok, Representation.InMemory(body, "text/html; charset=utf-8", metadata), null, IsKept: true)
            : new Outcome(Status.ServiceUnavailable, errors.NoMemory, null, IsKept: false);
    }
}
