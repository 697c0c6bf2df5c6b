using Vitrine.Http.Head;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Server;

/// <summary>
/// What is served at the moment: another may take its place at any time, whole. What was begun with the one before is
/// finished with it. The doorman is asked first about who came in by another way than in the clear.
/// </summary>
internal sealed class ServedSite(IResponder first, Doorman? doorman = null) : IResponder
{
    private volatile IResponder current = first;

    /// <summary>From now on requests are answered by another.</summary>
    public void Swap(IResponder next) => current = next;

    /// <inheritdoc/>
    public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room)
    {
        if (head.Entrance.Kind != EntranceKind.Clear && doorman?.Answer(head) is { } instead) return instead;
        var site = done?.Owner as IResponder ?? current;
        var reply = site.Respond(head, done, nowUnixSeconds, room);
        if (reply.Pending is { } pending) pending.Owner = site;
        return reply;
    }

    /// <inheritdoc/>
    public IBodySink? BodyOf(in RequestHead head) => current.BodyOf(head);

    /// <inheritdoc/>
    public Representation ErrorPage(Status status, string explanation) => current.ErrorPage(status, explanation);
}
