using Vitrine.Http.Replies;

namespace Vitrine.Net;

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
