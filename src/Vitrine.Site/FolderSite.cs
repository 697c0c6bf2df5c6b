using System.Runtime.CompilerServices;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;

namespace Vitrine.Site;

/// <summary>
/// What a request is answered with, for a folder. In order: the method, the path, what the path comes to
/// (from the cache, or pending), the conditions, the ranges.
/// </summary>
public sealed class FolderSite : IResponder, IDisposable
{
    private const int ScratchBytes = 8 * 1024;
    private const int MostAttempts = 3;
    private const int PageBytes = 4096;

    private readonly Limits limits;
    private readonly Folder folder;
    private readonly ErrorPages errors = new();
    private readonly Representation options = Representation.Empty(ErrorPages.AllowFields);
    private readonly Representations representations;
    private readonly Resolver resolver;
    private readonly Loader loader;

    /// <summary>Opens the folder.</summary>
    /// <exception cref="DirectoryNotFoundException">It does not exist or is a file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public FolderSite(SiteOptions options)
    {
        limits = options.Limits;
        folder = Folder.Open(options.Root);
        representations = new Representations(limits);
        resolver = new Resolver(folder, limits, options.Listing, errors, TimeProvider.System);
        loader = new Loader(Resolve, limits.PendingLoads, options.OnFault);
    }

    /// <summary>The folder's full path.</summary>
    public string Root => folder.Root;

    /// <summary>How many paths are in the cache.</summary>
    public int CachedCount => representations.Count;

    /// <inheritdoc/>
    public Representation ErrorPage(Status status, string explanation) => errors.Get(status, explanation);

    /// <inheritdoc/>
    [SkipLocalsInit]
    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds)
    {
        if (head.Method == Method.Options) return Reply.Whole(Status.NoContent, options);
        if (head.Method is not (Method.Get or Method.Head))
        {
            var status = head.Method == Method.Unknown ? Status.NotImplemented : Status.MethodNotAllowed;
            return Reply.Whole(status, errors.MethodRefused(head.Method));
        }
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        if (head.Path.Length > scratch.Length) scratch = new byte[head.Path.Length];
        var path = head.Path.IsEmpty ? "/"u8 : head.Path;
        if (TargetPath.TryParse(path, scratch, out var target) != TargetPathError.None)
            return Reply.Whole(Status.BadRequest, errors.BadPath);
        if (done is Loader.Load load)
        {
            if (load.Outcome is not { } loaded)
                return Reply.Whole(Status.InternalServerError, errors.InternalServerError);
            var ready = Answer(head, target.Value, loaded, nowUnixSeconds);
            load.OneIsAnswered();
            if (ready is not null) return ready.Value;
            if (load.Attempt == MostAttempts) return Busy(); // it changes as fast as it is loaded
        }
        var entry = done is null ? representations.Find(target.Value) : null;
        if (entry is not null && Environment.TickCount64 - entry.CheckedMs < limits.FreshnessMs
            && Answer(head, target.Value, entry.Outcome, nowUnixSeconds) is { } reply)
            return reply;
        if (done is null && entry is null && resolver.FindMissing(target.Value) is { } missing)
            return Reply.Whole(Status.NotFound, missing.Content!);
        if (done is null && AnswerNow(head, target.Value, entry, nowUnixSeconds) is { } now) return now;
        var attempt = done is Loader.Load before ? before.Attempt + 1 : 1;
        return loader.Start(target.Value, entry?.Outcome, attempt) is { } pending ? Reply.NotReady(pending) : Busy();
    }

    /// <summary>Lets go of the folder.</summary>
    public void Dispose()
    {
        loader.Dispose();
        representations.Close();
        folder.Dispose();
    }

    // The answer by what the kernel has in memory; null when that is not enough.
    private Reply? AnswerNow(
        in RequestHead head, ReadOnlySpan<byte> path, Representations.Entry? entry, long now)
    {
        var startMs = Environment.TickCount64;
        var previous = entry?.Outcome;
        var wantsBody = false;
        if (previous?.Content is { HasNoBody: true } known)
        {
            wantsBody = representations.MayExchange(known.Length);
            // To open the file is to look at it: nothing but what is beside it is left to be looked at.
            if (!wantsBody && resolver.IsSameBeside(path, previous, Blocking.Refused)
                && Answer(head, path, previous, now) is { File: not null } reopened)
            {
                entry!.CheckedMs = startMs;
                return reopened;
            }
        }
        var resolution = new Resolution(path.ToArray(), previous)
        {
            Blocking = Blocking.Refused,
            WantsBody = wantsBody,
        };
        var outcome = resolver.Resolve(resolution);
        if (outcome is null || outcome.Status == Status.ServiceUnavailable) return null;
        var isTaken = representations.Put(resolution.Path, outcome, startMs);
        var reply = Answer(head, path, outcome, now);
        if (!isTaken) outcome.Release();
        return reply;
    }

    // Takes a load one step on; true when it has its outcome.
    private bool Resolve(Loader.Load load)
    {
        var startMs = Environment.TickCount64; // the outcome is at least as new as this
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

    // Null when the outcome's file was closed or changed meanwhile: before the head is out is the time to
    // notice.
    private Reply? Answer(in RequestHead head, ReadOnlySpan<byte> path, Outcome outcome, long now)
    {
        var reply = outcome.Status switch
        {
            Status.Ok => Negotiation.Select(head, outcome) is { } content
                ? Select(head, content, now)
                : Reply.Whole(Status.NotAcceptable, errors.NotAcceptable),
            Status.MovedPermanently => Reply.Whole(
                Status.MovedPermanently, ErrorPages.MovedPermanently(Location(path, head.Query))),
            _ => Reply.Whole(outcome.Status, outcome.Content!),
        };
        if (reply.Content!.HasNoBody && reply.Status is Status.Ok or Status.PartialContent && head.Method == Method.Get)
            return OpenBody(reply, path, outcome);
        if (reply.File is not { } file) return reply;
        if (!file.TryAcquire()) return null;
        if (file.IsUnchanged()) return reply;
        file.Release();
        return null;
    }

    // The body is on the disk. Null when it has to be read into memory: by now it may be worth that, or the
    // disk would have to be waited for.
    private Reply? OpenBody(in Reply reply, ReadOnlySpan<byte> path, Outcome outcome)
    {
        if (representations.MayExchange(outcome.Content!.Length)) return null;
        if (folder.TryReopenFile(path, outcome.Facts, out var file) != OpenError.None) return null;
        Span<byte> one = stackalloc byte[1];
        if (file!.ReadCached(outcome.Content.Length - 1, one) == 1
            && (outcome.Content.Length <= PageBytes || file.ReadCached(0, one) == 1))
            return reply.From(file);
        file.Release();
        return null;
    }

    private Reply Select(in RequestHead head, Representation content, long now)
    {
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

    private Reply Busy() => Reply.Whole(Status.ServiceUnavailable, errors.ServiceUnavailable);

    // Made from the canonical path, which has exactly one slash in front: it can name no other host.
    private static string Location(ReadOnlySpan<byte> path, ReadOnlySpan<byte> query) =>
        $"{Html.EncodePath(path)}/{Html.EncodeQuery(query)}";
}
