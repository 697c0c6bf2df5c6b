using Vitrine.Http.Head;

namespace Vitrine.Http.Replies;

/// <summary>
/// Says what a request is answered with. Shared by all workers, so it keeps nothing of a request.
/// </summary>
public interface IResponder
{
    /// <summary>
    /// Answers a checked head. Never blocks: what may block comes back as pending. <paramref name="done"/> is
    /// null at first, and the finished work when asked again. A reply comes with a share of what its body is in, which
    /// the caller gives back (<see cref="Reply.Release"/>). <paramref name="room"/> is where the bytes that are to be
    /// sent may be put, if they have to be read anyway and fit: see <see cref="Reply.IsInRoom"/>.
    /// </summary>
    Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room);

    /// <summary>
    /// Where the body goes that a request brings; null throws it away, within <see cref="Limits.BodyBytes"/>. Asked
    /// before the body is read; the request is answered when it was.
    /// </summary>
    IBodySink? BodyOf(in RequestHead head) => null;

    /// <summary>The page for a request that could not be understood or served.</summary>
    Representation ErrorPage(Status status, string explanation);
}
