using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>
/// A request and its reply, until both are finished (RFC 9113 section 5). One serves many, one after the other.
/// </summary>
internal sealed class Http2Stream
{
    // Not properties: they are changed in place.

    /// <summary>What comes of the request's body.</summary>
    public RequestBody Request;

    /// <summary>What is to be sent of the reply's.</summary>
    public ReplyBody Reply;

    /// <summary>Its number.</summary>
    public int Id { get; private set; }

    /// <summary>How urgent its reply is.</summary>
    public Priority Priority { get; set; }

    /// <summary>Whether the peer said so.</summary>
    public bool HasPriority { get; set; }

    /// <summary>How many bytes of a body the peer has room for on it; below 0 when it took room back.</summary>
    public long SendWindow { get; set; }

    /// <summary>Since when it has waited for what it waits for.</summary>
    public long SinceMs { get; set; }

    /// <summary>When the request came, in microseconds, while somebody watches.</summary>
    public long StartedUs { get; private set; }

    /// <summary>The request's head; null once it is answered.</summary>
    public HeadBuilder? Head { get; set; }

    /// <summary>The bytes that it is in, if it is not answered at once.</summary>
    public byte[]? HeldHead { get; set; }

    /// <summary>What is waited for before there is a reply.</summary>
    public PendingReply? Pending { get; set; }

    /// <summary>Whether there is a reply, of which something is still to be sent.</summary>
    public bool IsAnswered { get; set; }

    /// <summary>What a log says of the reply.</summary>
    public ReplyMark? Mark { get; set; }

    /// <summary>A part of the file that is read, or looked at again, by another thread.</summary>
    public WindowRead? Reading { get; set; }

    /// <summary>What of the file is in memory.</summary>
    public WarmPart Warm { get; set; }

    /// <summary>Whether what it is answered does not depend on what still comes of the request.</summary>
    public bool IsDecided => IsAnswered || Pending is not null;

    /// <summary>Whether something of its reply could be sent.</summary>
    public bool IsSendable => Reading is null && SendWindow > 0;

    /// <summary>Begins with another request.</summary>
    public void Begin(int id, Priority? priority, long sendWindow, ProtocolContext context)
    {
        Id = id;
        Priority = priority ?? Priority.Usual;
        HasPriority = priority is not null;
        SendWindow = sendWindow;
        SinceMs = context.NowMs;
        StartedUs = context.NowUs;
        Request = new RequestBody(PeerSettings.UsualWindow);
    }

    /// <summary>
    /// When it has waited for too long. Who has room on it is only to blame when nothing was sent on the connection
    /// since <paramref name="sentMs"/>: others may go before.
    /// </summary>
    public long DeadlineMs(Limits limits, long sentMs) =>
        Reading is not null || Pending is not null ? SinceMs + limits.LoadTimeoutMs
        : !IsAnswered ? SinceMs + limits.BodyTimeoutMs
        : (SendWindow > 0 ? Math.Max(SinceMs, sentMs) : SinceMs) + limits.WriteTimeoutMs;

    /// <summary>Gives back all that it holds.</summary>
    public void Release(ProtocolContext context)
    {
        Request.Release();
        if (Head is not null) context.ReturnHead(Head);
        Head = null;
        HeldHead = null;
        Pending?.Abandon();
        Pending = null;
        Reply.Release();
        IsAnswered = false;
        Mark = null;
        Reading = null;
        Warm = default;
    }
}
