using System.Text;
using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
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

    private readonly Folder folder;
    private readonly Limits limits;
    private readonly Freshness freshness;
    private readonly bool listing;
    private readonly ErrorPages errors;
    private readonly FolderLooks looks;
    private readonly FileContents contents;
    private readonly FileResolver files;
    private readonly NotFoundPage notFound;

    /// <summary>
    /// A resolver of paths in a folder. <paramref name="room"/> says what there is room for.
    /// </summary>
    public Resolver(
        Folder folder,
        Limits limits,
        Freshness freshness,
        bool listing,
        ErrorPages errors,
        SiteClock clock,
        BodyMemory memory,
        EncodedFiles encoded,
        Representations room)
    {
        this.folder = folder;
        this.limits = limits;
        this.freshness = freshness;
        this.listing = listing;
        this.errors = errors;
        looks = new FolderLooks(folder, freshness, clock);
        contents = new FileContents(limits, clock, memory);
        files = new FileResolver(folder, looks, contents, encoded, errors, room);
        notFound = new NotFoundPage(folder, limits, freshness, clock, files, errors);
    }

    /// <summary>
    /// Resolves a path; null when it has to be looked at again. What it came to before is kept if nothing
    /// changed. An outcome with a file comes with a share of it.
    /// </summary>
    public Outcome? Resolve(Resolution resolution)
    {
        var path = resolution.Path;
        if (TargetPath.IsHidden(path)) return notFound.Get(resolution);
        if (resolution.Blocking == Blocking.Allowed) looks.Learn(path);
        var outcome = path[^1] == '/' ? ResolveFolder(resolution) : ResolveName(resolution);
        if (outcome is not null) NoteNews(outcome, resolution.Previous);
        return outcome?.Status == Status.NotFound ? notFound.Get(resolution) : outcome;
    }

    // What is about to be shown may be part of a change, of which the rest was there before it.
    private void NoteNews(Outcome outcome, Outcome? previous)
    {
        if (outcome.Status >= Status.InternalServerError) return; // nothing was seen
        if (previous is not null && previous.Facts != outcome.Facts) freshness.End();
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
    /// Whether a path still comes to what it did, as far as a worker can tell before the file itself is looked at; and
    /// the folder <paramref name="around"/> it as it was before that.
    /// </summary>
    public bool IsStillThere(ReadOnlySpan<byte> path, Outcome outcome, out FolderLooks.Look? around) =>
        files.IsStillThere(path[^1] == '/' ? [.. path, .. Index] : path, outcome, Blocking.Refused, out around);

    private Outcome? ResolveFolder(Resolution resolution)
    {
        var path = resolution.Path;
        var index = files.Resolve([.. path, .. Index], resolution);
        if (index?.Status != Status.NotFound || !listing) return index;
        if (resolution.Blocking == Blocking.Refused) return resolution.Again(0);
        return folder.Look(path, Blocking.Allowed, out var facts) == OpenError.None && facts.Kind == FileKind.Folder
            ? List(path, resolution.Previous)
            : index;
    }

    private Outcome? ResolveName(Resolution resolution)
    {
        var error = folder.Look(resolution.Path, resolution.Blocking, out var facts);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        return error == OpenError.None && facts.Kind == FileKind.Folder
            ? new Outcome(Status.MovedPermanently, null, default, IsKept: true)
            : files.Resolve(resolution.Path, resolution);
    }

    private Outcome List(ReadOnlySpan<byte> path, Outcome? previous)
    {
        var error = folder.TryList(path, limits.ListingEntries, out var list);
        if (error != OpenError.None) return Outcome.Of(error, errors);
        var page = Listing.Page(path, list!);
        var metadata = new Metadata(ContentTag.Of(page), null, Html.SecurityFields);
        if (previous is { Status: Status.Ok, Facts.Kind: FileKind.None, Content.Body: not null }
            && Encoding.ASCII.GetString(previous.Content.EntityTag) == metadata.EntityTag)
            return previous;
        return contents.TryCopy(page) is { } body
            ? new Outcome(
                Status.Ok, Representation.InMemory(body, "text/html; charset=utf-8", metadata), default, IsKept: true)
            : new Outcome(Status.ServiceUnavailable, errors.NoMemory, default, IsKept: false);
    }
}
