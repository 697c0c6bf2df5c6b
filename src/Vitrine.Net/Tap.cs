using Vitrine.Http.Replies;

namespace Vitrine.Net;

/// <summary>Which connection something happened on.</summary>
/// <param name="Number">Its running number, unique in the process's server.</param>
/// <param name="Peer">Where it comes from.</param>
/// <param name="AcceptedUs">When it was accepted, in the microseconds of the worker's clock.</param>
public readonly record struct ConnectionInfo(long Number, PeerAddress Peer, long AcceptedUs);

/// <summary>
/// Sees every byte on the wire, as it happens and on the worker's thread: whoever implements this copies and
/// returns. When there is none, the cost is one null check an I/O event.
/// </summary>
public interface ITap
{
    /// <summary>A connection was accepted.</summary>
    void Opened(in ConnectionInfo connection, long nowUs);

    /// <summary>Bytes came in.</summary>
    void Received(in ConnectionInfo connection, ReadOnlySpan<byte> bytes, long nowUs);

    /// <summary>Bytes went out.</summary>
    void Sent(in ConnectionInfo connection, ReadOnlySpan<byte> bytes, long nowUs);

    /// <summary>Bytes went out of a file, unseen by this process.</summary>
    void SentFromFile(in ConnectionInfo connection, long count, long nowUs);

    /// <summary>The connection is closed.</summary>
    void Closed(in ConnectionInfo connection, bool aborted, long nowUs);
}

/// <summary>
/// Is told of each reply once it is sent, on the worker's thread: whoever implements this copies and returns.
/// </summary>
public interface IReplyLog
{
    /// <summary>
    /// A reply is sent, or as much of it as ever will be: <paramref name="bytesSent"/> of its head and body
    /// together.
    /// </summary>
    void Replied(in ConnectionInfo connection, ReplyMark reply, long bytesSent, long nowUs);
}
