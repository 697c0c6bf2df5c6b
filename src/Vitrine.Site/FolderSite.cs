using System.Runtime.CompilerServices;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Answering;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site;

/// <summary>
/// What a request is answered with, for a folder. In order: the method, the path, what the path comes to
/// (from the cache, or pending), the conditions, the ranges.
/// </summary>
public sealed class FolderSite : IResponder, IDisposable
{
    private const int ScratchBytes = 8 * 1024;
    private const int MostAttempts = 3;

    private readonly Limits limits;
    private readonly Folder folder;
    private readonly ErrorPages errors = new();
    private readonly Representation options = Representation.Empty(ErrorPages.AllowFields);
    private readonly Representations representations;
    private readonly BodyMemory memory;
    private readonly BodiesOnDisk onDisk;
    private readonly Resolver resolver;
    private readonly Loader loader;
    private readonly Freshness freshness;
    private readonly FolderWatch? watch;
    private readonly Housekeeping? housekeeping;
    private readonly SiteClock clock;

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
        limits = options.Limits;
        this.folder = folder;
        this.clock = clock;
        freshness = new Freshness(limits, clock);
        var budget = new MemoryBudget(limits, options.Memory);
        representations = new Representations(limits, budget, clock);
        memory = new BodyMemory(budget);
        onDisk = new BodiesOnDisk(folder, representations);
        encoded ??= new EncodedFiles(options.OnFault);
        resolver = new Resolver(
            folder, limits, freshness, options.Listing, errors, clock, memory, encoded, representations);
        loader = new Loader(Resolve, limits, clock, loaderThreads, options.OnFault);
        folder.WhenReplaced = freshness.End;
        if (options.Watch) watch = new FolderWatch(folder, freshness, options.OnFault);
        if (loaderThreads > 0) housekeeping = new Housekeeping(representations, memory, budget, options.OnFault);
    }

    /// <summary>The folder's full path.</summary>
    public string Root => folder.Root;

    /// <summary>Whether the folder may be read, as far as that was seen. May block where it was seen that it may
    /// not.</summary>
    public bool IsReadable => folder.IsReadable;

    /// <summary>How many paths are in the cache.</summary>
    public int CachedCount => representations.Count;

    /// <inheritdoc/>
    public Representation ErrorPage(Status status, string explanation) => errors.Get(status, explanation);

    /// <inheritdoc/>
    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room)
    {
        if (head.Method == Method.Options) return Reply.Whole(Status.NoContent, options);
        if (head.Method is not (Method.Get or Method.Head))
        {
            var status = head.Method == Method.Unknown ? Status.NotImplemented : Status.MethodNotAllowed;
            return Reply.Whole(status, errors.MethodRefused(head.Method));
        }
        return head.IsPathCanonical
            ? Respond(head, head.Path, done, nowUnixSeconds, room)
            : RespondDecoded(head, done, nowUnixSeconds, room);
    }

    /// <summary>Makes sure that the folder can still be read, should this process have lost rights.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot.</exception>
    public void CheckAccess() => folder.CheckAccess();

    /// <summary>Does now what is done every few seconds.</summary>
    internal void KeepHouse() => housekeeping?.Run();

    /// <summary>Takes the load that is due first one step on; false when none is due.</summary>
    internal bool TryLoadOne() => loader.TryRunOne();

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        housekeeping?.Dispose();
        watch?.Dispose();
        loader.Dispose();
        representations.Close();
        folder.Dispose();
    }

    [SkipLocalsInit]
    private Reply RespondDecoded(in RequestHead head, PendingReply? done, long now, Span<byte> room)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        if (head.Path.Length > scratch.Length) scratch = new byte[head.Path.Length];
        var path = head.Path.IsEmpty ? "/"u8 : head.Path;
        return TargetPath.TryParse(path, scratch, out var target) == TargetPathError.None
            ? Respond(head, target.Value, done, now, room)
            : Reply.Whole(Status.BadRequest, errors.BadPath);
    }

    // From the cache; else by what is known of folders; else by what the kernel has in memory; else by the loader.
    private Reply Respond(
        in RequestHead head, ReadOnlySpan<byte> path, PendingReply? done, long now, Span<byte> room)
    {
        if (done is PendingLoad load) return RespondLoaded(head, path, load, now, room);
        var entry = representations.Find(path);
        if (entry is null && resolver.FindMissing(path) is { } missing)
            return Reply.Whole(Status.NotFound, missing.Content!);
        if (entry is not null && freshness.Covers(entry.CheckedMs)
            && TryAnswer(head, path, entry.Outcome, now, room, out var fresh))
        {
            var isPlain = fresh.Content == entry.Outcome.Content;
            if (isPlain && fresh.Content!.File is not null && BodiesOnDisk.IsBodySent(head, fresh))
                entry.NoteSentFromFile(fresh.Sent.Length);
            return fresh;
        }
        if (entry is { IsHot: true } && IsWorthReading(entry.Outcome)) return Load(path, entry.Outcome, 1, isHot: true);
        return TryAnswerNow(head, path, entry, now, room, out var reply) ? reply : Load(path, entry?.Outcome, 1);
    }

    // A single file may have a quarter of the memory.
    private bool IsWorthReading(Outcome outcome) =>
        outcome.Content!.Length <= Math.Min(limits.HotBodyBytes, limits.CacheBytes / 4)
        && representations.MayExchange(outcome.Content.Length) && memory.HasRoom(outcome.Content.Length);

    private Reply RespondLoaded(
        in RequestHead head, ReadOnlySpan<byte> path, PendingLoad load, long now, Span<byte> room)
    {
        if (load.IsGivenUp) return NoAnswer();
        if (load.Outcome is not { } outcome)
            return Reply.Whole(Status.InternalServerError, errors.InternalServerError);
        var isAnswered = TryAnswer(head, path, outcome, now, room, out var reply);
        load.OneIsAnswered();
        if (isAnswered) return reply;
        // It changed between the load and the answer. One that does so each time is given up.
        return load.Attempt < MostAttempts ? Load(path, null, load.Attempt + 1) : Busy();
    }

    private Reply Load(ReadOnlySpan<byte> path, Outcome? previous, int attempt, bool isHot = false) =>
        loader.Start(path, previous, attempt, isHot, out var hangs) is { } pending ? Reply.NotReady(pending)
        : hangs ? NoAnswer()
        : Busy();

    // The answer by what the kernel has in memory; false when that is not enough.
    private bool TryAnswerNow(
        in RequestHead head,
        ReadOnlySpan<byte> path,
        Representations.Entry? entry,
        long now,
        Span<byte> room,
        out Reply reply)
    {
        reply = default;
        var startMs = clock.NowMs;
        var previous = entry?.Outcome;
        var wantsBody = previous?.Content is { HasNoBody: true } known
            && (representations.MayKeepOpen || representations.MayExchange(known.Length));
        if (previous is not null && !wantsBody && resolver.IsStillThere(path, previous, out var around)
            && TryAnswer(head, path, previous, now, room, out reply) && (reply.IsInRoom || reply.File is not null))
        {
            previous.Around = around;
            entry!.Renew(startMs);
            return true;
        }
        var resolution = new Resolution(path.ToArray(), previous)
        {
            Blocking = Blocking.Refused,
            WantsBody = wantsBody,
        };
        var outcome = resolver.Resolve(resolution);
        if (outcome is null || outcome.Status == Status.ServiceUnavailable) return false;
        if (outcome.Status == Status.NotFound && resolver.IsTimeToLearn()) return false; // the loader reads names
        var isTaken = representations.Put(resolution.Path, outcome, startMs);
        var isAnswered = TryAnswer(head, path, outcome, now, room, out reply);
        if (!isTaken) outcome.Release();
        return isAnswered;
    }

    // Takes a load one step on; true when it has its outcome.
    private bool Resolve(PendingLoad load)
    {
        var startMs = clock.NowMs; // the outcome is at least as new as this
        var outcome = resolver.Resolve(load.Resolution);
        if (outcome is { IsExhausted: true } && representations.CloseFiles())
        {
            load.Resolution.Previous = null;
            outcome = resolver.Resolve(load.Resolution); // now there are some descriptors
        }
        if (outcome is null) return false;
        // What could not be looked at for want of descriptors may be as it was: it is looked at again next
        // time.
        var isTaken = outcome.Status != Status.ServiceUnavailable
            && representations.Put(load.Resolution.Path, outcome, startMs);
        load.Set(outcome, !isTaken && outcome.OpenFiles > 0);
        return true;
    }

    // False when the outcome's file was closed or changed meanwhile: before the head is out is the time to
    // notice.
    private bool TryAnswer(
        in RequestHead head, ReadOnlySpan<byte> path, Outcome outcome, long now, Span<byte> room, out Reply reply)
    {
        reply = outcome.Status switch
        {
            Status.Ok => Negotiation.Select(head, outcome) is { } content
                ? Select(head, content, now)
                : Reply.Whole(Status.NotAcceptable, errors.NotAcceptable),
            Status.MovedPermanently => Reply.Whole(
                Status.MovedPermanently, ErrorPages.MovedPermanently(Location(path, head.Query))),
            _ => Reply.Whole(outcome.Status, outcome.Content!),
        };
        return reply.Content!.Body is not null || onDisk.TryTake(head, path, outcome, room, ref reply);
    }

    private Reply Select(in RequestHead head, Representation content, long now)
    {
        if (!head.HasConditionOrRange) return Reply.Whole(Status.Ok, content);
        switch (Preconditions.Evaluate(head, content, now))
        {
            case Preconditions.Verdict.NotModified:
                return Reply.NotModified(content);
            case Preconditions.Verdict.Failed:
                return Reply.Whole(Status.PreconditionFailed, errors.PreconditionFailed);
        }
        // Ranges are defined for GET alone (RFC 9110 section 14.2).
        if (head.Method == Method.Get && content.AcceptsRanges
            && head.TryGetSingle(HeaderId.Range, out var range) && Preconditions.AllowsRange(head, content, now))
            return SelectRange(range, content);
        return Reply.Whole(Status.Ok, content);
    }

    private Reply SelectRange(ReadOnlySpan<byte> field, Representation content)
    {
        Span<ByteRange> ranges = stackalloc ByteRange[Math.Min(limits.Ranges, RangeSet.MostSpecs)];
        return RangeSet.Resolve(field, content.Length, ranges, out var count) switch
        {
            RangeOutcome.Satisfiable when count == 1 => Reply.Range(content, ranges[0]),
            RangeOutcome.Satisfiable => Reply.Ranges(content, ranges[..count].ToArray()),
            RangeOutcome.Unsatisfiable => Reply.Whole(
                Status.RangeNotSatisfiable, ErrorPages.RangeNotSatisfiable(content.Length)),
            _ => Reply.Whole(Status.Ok, content),
        };
    }

    private Reply NoAnswer() => Reply.Whole(Status.ServiceUnavailable, errors.NoAnswer);

    private Reply Busy() => Reply.Whole(Status.ServiceUnavailable, errors.Busy);

    // Made from the canonical path, which has exactly one slash in front: it can name no other host.
    private static string Location(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query) =>
        $"{Html.EncodePath(path)}/{Html.EncodeQuery(query)}";
}
