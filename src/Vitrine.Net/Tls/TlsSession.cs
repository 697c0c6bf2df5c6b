namespace Vitrine.Net.Tls;

/// <summary>
/// TLS on one connection, sans-I/O: what came on the wire goes in, and what goes onto it comes out, in buffers that the
/// worker lends for one call (<see cref="TlsEngine"/>). It never blocks, waits or throws at what a client does.
/// </summary>
public abstract class TlsSession
{
    /// <summary>How far it is.</summary>
    public enum Outcome : byte
    {
        /// <summary>All was taken; more may come.</summary>
        Goes,

        /// <summary>The client has ended what it sends (close_notify).</summary>
        Ended,

        /// <summary>It cannot go on; what is to be said of it to the client was sealed.</summary>
        Failed,
    }

    /// <summary>Whether the handshake is done, so that something can be sealed.</summary>
    public abstract bool IsOpen { get; }

    /// <summary>Whether it is over once it is open: its certificate was all that the client wanted to see.</summary>
    public bool IsProof { get; protected init; }

    /// <summary>Whether HTTP/2 was agreed on (ALPN), once it is open.</summary>
    public abstract bool IsHttp2 { get; }

    /// <summary>
    /// Whether requests for a host may come on this connection: not when there is a certificate of that host's own, and
    /// this is another's (RFC 9110 section 7.4, RFC 9113 section 9.1.1). A client that named no host could not have
    /// come otherwise.
    /// </summary>
    public abstract bool IsFor(ReadOnlySpan<byte> authority);

    /// <summary>The host that the client named, in small letters; null when it named none.</summary>
    public abstract string? ServerName { get; }

    /// <summary>What was agreed, once it is open.</summary>
    public abstract TlsFacts Facts { get; }

    /// <summary>Why it failed, in a sentence.</summary>
    public string? Failure { get; protected set; }

    /// <summary>
    /// Takes all of <paramref name="cipher"/>. The plaintext of it, and of the record that began before it, fits
    /// <paramref name="plain"/>, which is as long and 17 KB longer. What has to go out for it is sealed.
    /// </summary>
    public abstract Outcome Receive(ReadOnlySpan<byte> cipher, Span<byte> plain, out int count);

    /// <summary>Seals some of a reply; false when it is broken.</summary>
    public abstract bool Seal(ReadOnlySpan<byte> plain);

    /// <summary>Seals that nothing more follows (close_notify).</summary>
    public abstract void Close();

    /// <summary>
    /// Leaves sealing to the kernel (kTLS): afterwards what is sent on the socket is sealed there. False when it cannot
    /// be, as nowhere yet.
    /// </summary>
    public virtual bool TryOffload(int socket) => false;

    /// <summary>Gives back what it holds.</summary>
    public abstract void Release();
}
