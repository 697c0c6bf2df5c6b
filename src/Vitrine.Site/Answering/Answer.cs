using System.Runtime.CompilerServices;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Loading;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Answering;

/// <summary>
/// The way of a request to its reply, from top to bottom: 1 the method, 2 the path, 3 what the path comes to (from the
/// cache, by what the kernel has in memory, or by the loader), 4 the representation for this client, 5 the conditions,
/// 6 the ranges, 7 the bytes of the body.
/// </summary>
internal sealed class Answer(Limits limits, ErrorPages errors, Finder finder, Bodies bodies, IBodyCopies? copies)
{
    private const int ScratchBytes = 8 * 1024;
    private const int MostAttempts = 3;

    private readonly Representation options = Representation.Empty(ErrorPages.AllowFields);

    /// <summary>Answers a request: see <see cref="IResponder.Respond"/>.</summary>
    public Reply To(in RequestHead head, PendingReply? done, long now, Span<byte> room)
    {
        if (head.Method == Method.Options) return Reply.Whole(Status.NoContent, options);
        if (head.Method is not (Method.Get or Method.Head))
        {
            var status = head.Method == Method.Unknown ? Status.NotImplemented : Status.MethodNotAllowed;
            return Reply.Whole(status, errors.MethodRefused(head.Method));
        }
        return head.IsPathCanonical
            ? ToPath(new Question(head, head.Path, now, room), done)
            : ToDecoded(head, done, now, room);
    }

    [SkipLocalsInit]
    private Reply ToDecoded(in RequestHead head, PendingReply? done, long now, Span<byte> room)
    {
        Span<byte> scratch = stackalloc byte[ScratchBytes];
        if (head.Path.Length > scratch.Length) scratch = new byte[head.Path.Length];
        var path = head.Path.IsEmpty ? "/"u8 : head.Path;
        return TargetPath.TryParse(path, scratch, out var target) == TargetPathError.None
            ? ToPath(new Question(head, target.Value, now, room), done)
            : Reply.Whole(Status.BadRequest, errors.BadPath);
    }

    // The one place that chooses between the three ways.
    private Reply ToPath(in Question question, PendingReply? done)
    {
        if (done is PendingLoad load) return FromLoad(question, load);
        var entry = finder.InCache(question.Path);
        if (entry is null)
        {
            if (finder.Missing(question.Path) is { } missing) return Reply.Whole(Status.NotFound, missing.Content!);
        }
        else if (finder.IsFresh(entry) && TryFromCache(question, entry, out var fresh))
        {
            return fresh;
        }
        else if (finder.IsToBeRead(entry))
        {
            return ByLoader(question, entry.Outcome, 1, isHot: true);
        }
        return TryByKernel(question, entry, out var reply) ? reply : ByLoader(question, entry?.Outcome, 1);
    }

    private bool TryFromCache(in Question question, CacheEntry entry, out Reply reply)
    {
        var outcome = entry.Outcome;
        if (outcome.IsLeft && !TryLeave(entry))
        {
            reply = default;
            return false;
        }
        if (!TryAnswer(question, outcome, out reply)) return false;
        if (reply.Content == outcome.Content && reply.Content!.File is { IsPrivate: false }
            && Bodies.IsBodySent(question.Head, reply))
            entry.NoteSentFromFile(reply.Sent.Length);
        return true;
    }

    // What is asked for again comes into memory, if there is room by now, or is copied.
    private bool TryLeave(CacheEntry entry)
    {
        if (finder.MayComeIn(entry)) return false;
        copies?.Want(entry, entry.Outcome);
        return true;
    }

    private bool TryByKernel(in Question question, CacheEntry? entry, out Reply reply)
    {
        if (entry is not null && finder.TryRenew(entry)) return TryFromCache(question, entry, out reply);
        reply = default;
        if (finder.ByKernel(question.Path, entry?.Outcome, out var isTaken) is not { } outcome) return false;
        var isAnswered = TryAnswer(question, outcome, out reply);
        if (!isTaken) outcome.Release();
        return isAnswered;
    }

    private Reply ByLoader(in Question question, Outcome? previous, int attempt, bool isHot = false) =>
        finder.ByLoader(question.Path, previous, attempt, isHot, out var hangs) is { } pending ? Reply.NotReady(pending)
        : hangs ? NoAnswer()
        : Busy();

    private Reply FromLoad(in Question question, PendingLoad load)
    {
        if (load.Outcome is not { } outcome)
        {
            load.OneIsAnswered();
            return load.IsGivenUp
                ? NoAnswer()
                : Reply.Whole(Status.InternalServerError, errors.InternalServerError);
        }
        var isAnswered = TryAnswer(question, outcome, out var reply);
        load.OneIsAnswered();
        if (isAnswered) return reply;
        // It changed between the load and the answer. One that does so each time is given up.
        return load.Attempt < MostAttempts ? ByLoader(question, null, load.Attempt + 1) : Busy();
    }

    // Steps 4 to 7. False when the outcome's file was closed or changed meanwhile: before the head is out is the time
    // to notice.
    private bool TryAnswer(in Question question, Outcome outcome, out Reply reply)
    {
        reply = outcome.Status switch
        {
            Status.Ok => Negotiation.Select(question.Head, outcome) is { } content
                ? Select(question, content)
                : Reply.Whole(Status.NotAcceptable, errors.NotAcceptable),
            Status.MovedPermanently => Reply.Whole(
                Status.MovedPermanently,
                ErrorPages.MovedPermanently(Location(question.Path, question.Head.Query))),
            _ => Reply.Whole(outcome.Status, outcome.Content!),
        };
        return bodies.TryTake(question.Head, outcome, question.Room, ref reply);
    }

    private Reply Select(in Question question, Representation content)
    {
        ref readonly var head = ref question.Head;
        if (!head.HasConditionOrRange) return Reply.Whole(Status.Ok, content);
        switch (Preconditions.Evaluate(head, content, question.Now))
        {
            case Preconditions.Verdict.NotModified:
                return Reply.NotModified(content);
            case Preconditions.Verdict.Failed:
                return Reply.Whole(Status.PreconditionFailed, errors.PreconditionFailed);
        }
        // Ranges are defined for GET alone (RFC 9110 section 14.2).
        if (head.Method == Method.Get && content.AcceptsRanges
            && head.TryGetSingle(HeaderId.Range, out var range)
            && Preconditions.AllowsRange(head, content, question.Now))
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
