using Vitrine.Net.Tls;

namespace Vitrine.Net;

/// <summary>
/// Sees every byte on the wire, as it happens and on the worker's thread: whoever implements this copies and
/// returns. When there is none, the cost is one null check an I/O event.
/// </summary>
public interface ITap
{
    /// <summary>A connection was accepted.</summary>
    void Opened(in ConnectionInfo connection, long nowUs);

    /// <summary>It speaks TLS from now on: what comes in and goes out is shown as it is in the clear.</summary>
    void Secured(in ConnectionInfo connection, TlsFacts facts, long nowUs);

    /// <summary>Bytes came in.</summary>
    void Received(in ConnectionInfo connection, ReadOnlySpan<byte> bytes, long nowUs);

    /// <summary>
    /// Bytes went out; <paramref name="isBody"/> when they are known to be of a body and nothing else.
    /// </summary>
    void Sent(in ConnectionInfo connection, ReadOnlySpan<byte> bytes, bool isBody, long nowUs);

    /// <summary>Bytes went out of a file, unseen by this process.</summary>
    void SentFromFile(in ConnectionInfo connection, long count, long nowUs);

    /// <summary>The connection is closed.</summary>
    void Closed(in ConnectionInfo connection, bool aborted, long nowUs);
}
