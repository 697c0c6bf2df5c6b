using Vitrine.Http.Replies;

namespace Vitrine.Net.Tls;

/// <summary>
/// The TLS of one worker: makes sessions, and lends them its buffers, one at a time. Nothing in it is shared with
/// another worker but what never changes.
/// </summary>
public abstract class TlsEngine : IDisposable
{
    /// <summary>The most plaintext that is sealed for one send: four whole records.</summary>
    public const int MostSealed = 64 * 1024;

    /// <summary>The most plaintext in one record (RFC 8446 section 5.1).</summary>
    public const int RecordBytes = 16 * 1024;

    /// <summary>The most that is received at once.</summary>
    public const int MostReceived = 64 * 1024;

    // What is sealed besides: a handshake with its certificates, tickets, alerts.
    private const int HandshakeBytes = 48 * 1024;

    private readonly PinnedBytes incoming = new(MostReceived);
    private readonly PinnedBytes plain = new(MostSealed);

    /// <summary>Where bytes are received from the wire.</summary>
    public Span<byte> Incoming => incoming.Span;

    /// <summary>Where plaintext is put together before it is sealed, and a hello that is spread over records.</summary>
    public Span<byte> Plain => plain.Span;

    /// <summary>Whether clients are asked for certificates.</summary>
    internal abstract bool AsksClients { get; }

    /// <summary>What all of its connections keep of what is sealed and not sent.</summary>
    internal long TailBytes { get; set; }

    /// <summary>How much that should be at most.</summary>
    internal long MostTailBytes { get; set; } = long.MaxValue;

    /// <summary>Whether it is so much that a connection should add little to it.</summary>
    internal bool HasManyTails => TailBytes > MostTailBytes;

    /// <summary>What was sealed since the last <see cref="Clear"/> and is to be sent.</summary>
    public ReadOnlySpan<byte> Sealed => SealedRoom.Span[..SealedLength];

    /// <summary>Forgets what was sealed.</summary>
    public void Clear() => SealedLength = 0;

    /// <summary>Seals nothing, but says in the clear why there will be no session (RFC 8446 section 6.2).</summary>
    public void Say(TlsAlert alert)
    {
        ReadOnlySpan<byte> record = [21, 3, 1, 0, 2, 2, (byte)alert]; // an alert, of two bytes, fatal
        record.CopyTo(SealedRoom.Span);
        SealedLength = record.Length;
    }

    /// <summary>Begins a session for a client; null when it names a host that is not served, which is to be
    /// refused.</summary>
    public abstract TlsSession? Accept(in ClientHello hello);

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Where what is sealed is put.</summary>
    protected PinnedBytes SealedRoom { get; } = new(MostSealed + HandshakeBytes);

    /// <summary>How much is there.</summary>
    protected abstract int SealedLength { get; set; }
}
