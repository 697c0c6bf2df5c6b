using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Answering;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site;

/// <summary>A folder as a site: what it is made of, and for how long. <see cref="Answer"/> is the way of a
/// request.</summary>
public sealed class FolderSite : IResponder, IDisposable
{
    private readonly Folder folder;
    private readonly ErrorPages errors = new();
    private readonly Representations cache;
    private readonly BodyMemory memory;
    private readonly Finder finder;
    private readonly Answer answer;
    private readonly FolderWatch? watch;
    private readonly TagReader? tagReader;
    private readonly Spooling? spooling;
    private readonly Housekeeping? housekeeping;

    /// <summary>Opens the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It does not exist or is a file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public FolderSite(SiteOptions options)
        : this(options, FolderOrigin.Open(options.Root, options.OnFault), SiteClock.System, Loader.ThreadCount)
    {
    }

    /// <summary>
    /// Takes over the folder. Without <paramref name="loaderThreads"/> nothing is loaded but by <see
    /// cref="TryLoadOne"/>.
    /// </summary>
    internal FolderSite(
        SiteOptions options, Folder folder, SiteClock clock, int loaderThreads, EncodedFiles? encoded = null)
    {
        this.folder = folder;
        var (limits, onFault) = (options.Limits, options.OnFault);
        var freshness = new Freshness(limits, clock);
        var budget = new MemoryBudget(limits, options.Memory);
        memory = new BodyMemory(budget);
        cache = new Representations(limits, budget, clock);
        encoded ??= new EncodedFiles(onFault);
        var tags = new ContentTags();
        if (loaderThreads > 0) tagReader = new TagReader(tags, clock, onFault);
        if (OperatingSystem.IsLinux() && options.Spool is { } file)
        {
            spooling = new Spooling(folder, cache, new Spool(file), onFault);
            cache.WhenForgotten = spooling.Want;
        }
        var copies = (IBodyCopies?)spooling;
        var resolver = new Resolver(
            folder, limits, freshness, options.Listing, errors, clock, memory, encoded, cache, tags, tagReader, copies,
            options.Withheld);
        finder = new Finder(cache, resolver, freshness, limits, clock, loaderThreads, onFault, copies);
        answer = new Answer(limits, errors, finder, new Bodies(folder, cache), copies);
        folder.WhenReplaced = freshness.End;
        if (options.Watch) watch = new FolderWatch(folder, freshness, onFault);
        if (loaderThreads > 0) housekeeping = new Housekeeping(cache, memory, budget, onFault);
    }

    /// <summary>The folder's full path.</summary>
    public string Root => folder.Root;

    /// <summary>Whether the folder may be read, as far as that was seen. May block where it was seen that it may
    /// not.</summary>
    public bool IsReadable => folder.IsReadable;

    /// <summary>How many paths are in the cache.</summary>
    public int CachedCount => cache.Count;

    /// <summary>How many bytes of copies are on a disk.</summary>
    internal long CopiedBytes => OperatingSystem.IsLinux() && spooling is { } copies ? copies.Bytes : 0;

    /// <summary>How many bytes of bodies somebody holds.</summary>
    internal long BodyBytes => memory.Total;

    /// <inheritdoc/>
    public Representation ErrorPage(Status status, string explanation) => errors.Get(status, explanation);

    /// <inheritdoc/>
    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room) =>
        answer.To(head, done, nowUnixSeconds, room);

    /// <summary>Makes sure that the folder can still be read, should this process have lost rights.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot.</exception>
    public void CheckAccess() => folder.CheckAccess();

    /// <summary>Does now what is done every few seconds.</summary>
    internal void KeepHouse() => housekeeping?.Run();

    /// <summary>Takes the load that is due first one step on; false when none is due.</summary>
    internal bool TryLoadOne() => finder.TryLoadOne();

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        housekeeping?.Dispose();
        watch?.Dispose();
        finder.Dispose();
        tagReader?.Dispose();
        cache.Close();
        if (OperatingSystem.IsLinux()) spooling?.Dispose();
        folder.Dispose();
    }
}
