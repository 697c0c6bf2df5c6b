using Vitrine.Http.Head;

namespace Vitrine.Site.Answering;

/// <summary>What is asked, lent for the time of one answer.</summary>
internal readonly ref struct Question(RequestHead head, ReadOnlySpan<byte> path, long now, Span<byte> room)
{
    /// <summary>The request's head.</summary>
    public readonly RequestHead Head = head;

    /// <summary>The canonical path.</summary>
    public readonly ReadOnlySpan<byte> Path = path;

    /// <summary>The time, in seconds since 1970.</summary>
    public readonly long Now = now;

    /// <summary>Where bytes that are to be sent may be put: see <see
    /// cref="Http.Replies.IResponder.Respond"/>.</summary>
    public readonly Span<byte> Room = room;
}
