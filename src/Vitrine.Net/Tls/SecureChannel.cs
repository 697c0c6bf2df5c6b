using System.Buffers;
using Vitrine.Http.Replies;

namespace Vitrine.Net.Tls;

/// <summary>
/// What stands between a connection that speaks TLS and the wire, with the calls that the wire has: takes ciphertext
/// from it and gives plaintext, and seals what is sent. While it is idle it owns no buffer.
/// </summary>
internal sealed class SecureChannel(TlsEngine engine)
{
    // A handshake has a few kilobytes, with a client's certificates some more.
    private const int MostHandshake = 64 * 1024;

    // What comes later without being of a request: as much as this, and so much for each byte that is of one, which
    // may have a record of its own. A record that has begun counts until it is whole; whoever has the server make new
    // keys all the time has no such excuse.
    private const int MostOverhead = 24 * 1024;
    private const int OverheadPerByte = 32;

    // So much is received at once, unless what came last was of requests: what else a client has the server do is not
    // done in one turn.
    private const int LittleReceived = 4 * 1024;

    // A record that began before may add so much to what is received at once.
    private const int RecordRoom = TlsEngine.RecordBytes + 1024;

    private TlsSession? session;
    private byte[]? held; // of a hello that is not whole
    private int heldLength;
    private byte[]? tail; // what is sealed and not sent
    private int tailStart;
    private int tailEnd;
    private bool takesAll; // of what it was sent last
    private bool isBusy;
    private bool hasEnded;
    private bool saidGoodbye;
    private int handshake;
    private int overhead;

    /// <summary>Whether the client turned out not to speak TLS: then what it sent is what it sent.</summary>
    public bool IsClear { get; private set; }

    /// <summary>Whether the handshake is done.</summary>
    public bool IsOpen => session is { IsOpen: true };

    /// <summary>Whether it has begun.</summary>
    public bool HasBegun => session is not null || heldLength > 0;

    /// <summary>Whether something is sealed and not sent.</summary>
    public bool HasUnsent => tail is not null;

    /// <summary>How much of what was counted as sent before left with the last call.</summary>
    public int TailSent { get; private set; }

    /// <summary>The session, once there is one.</summary>
    public TlsSession? Session => session;

    /// <summary>Why it failed.</summary>
    public string? Failure { get; private set; }

    /// <summary>
    /// Receives as <see cref="ITransport.Receive"/> does, or says <see cref="TransportResult.Nothing"/> when all that
    /// came was TLS's own, or <see cref="TransportResult.Failed"/> when it is over, which the client was told.
    /// </summary>
    /// <param name="transport">The wire.</param>
    /// <param name="socket">The connection's.</param>
    /// <param name="room">Where plaintext goes: 32 KB or more.</param>
    /// <param name="mayBeMore">Whether more may be there already.</param>
    /// <param name="isFull">Whether something was sent, and an event will tell when more can be.</param>
    public int Receive<TTransport>(
        ref TTransport transport, int socket, Span<byte> room, out bool mayBeMore, out bool isFull)
        where TTransport : struct, ITransport
    {
        isFull = false;
        mayBeMore = true;
        if (hasEnded) return 0;
        var most = isBusy ? TlsEngine.MostReceived : heldLength + LittleReceived;
        var incoming = engine.Incoming[..Math.Min(room.Length - RecordRoom, most)];
        if (held is not null) held.AsSpan(0, heldLength).CopyTo(incoming);
        var received = transport.Receive(socket, incoming[heldLength..]);
        if (received <= 0) return received;
        mayBeMore = received == incoming.Length - heldLength;
        var cipher = incoming[..(heldLength + received)];
        engine.Clear();
        if (session is null && Begin(cipher) is { } known)
        {
            if (known == TransportResult.Failed && !SendSealed(ref transport, socket, out isFull))
                return TransportResult.Broken;
            if (!IsClear) return known;
            cipher.CopyTo(room);
            return cipher.Length;
        }
        var wasOpen = session!.IsOpen;
        var outcome = session.Receive(cipher, room, out var count);
        if (engine.Sealed.Length > 0 && !SendSealed(ref transport, socket, out isFull)) return TransportResult.Broken;
        hasEnded = outcome == TlsSession.Outcome.Ended || session is { IsOpen: true, IsProof: true };
        if (session.IsProof) count = 0;
        if (hasEnded) mayBeMore = true; // the end, behind what came before it
        isBusy = count > cipher.Length / 2;
        if (!wasOpen) handshake += cipher.Length;
        else overhead = (int)Math.Max(0, overhead + cipher.Length - count - (long)count * OverheadPerByte);
        if (outcome == TlsSession.Outcome.Failed) Failure = session.Failure;
        else if (overhead > MostOverhead || handshake > MostHandshake)
            Failure = "there is more of TLS itself than of requests";
        else return count > 0 ? count : hasEnded ? 0 : TransportResult.Nothing;
        return TransportResult.Failed;
    }

    /// <summary>
    /// Seals from the front of the output, and sends that, as <see cref="ITransport.Send(int, OutputQueue, out bool)"/>
    /// does: what is returned counts as sent, though the last of it may wait here. Only when all of that is sent, is
    /// more sealed.
    /// </summary>
    public long Send<TTransport>(ref TTransport transport, int socket, OutputQueue? output, out bool isFull)
        where TTransport : struct, ITransport
    {
        isFull = false;
        TailSent = 0;
        if (tail is not null)
        {
            takesAll = false;
            var sent = transport.Send(socket, tail.AsSpan(tailStart, tailEnd - tailStart), out isFull);
            if (sent < 0) return sent;
            TailSent = (int)sent;
            tailStart += (int)sent;
            if (tailStart < tailEnd) return 0;
            DropTail();
            if (isFull) return 0;
        }
        if (output is not { IsEmpty: false }) return 0;
        engine.Clear();
        // Of a client that takes its time, and of one of which nothing is known, no more is kept than a record.
        var most = takesAll && !engine.HasManyTails ? TlsEngine.MostSealed : TlsEngine.RecordBytes;
        var sealedBytes = Sealing.Seal(output, session!, engine.Plain, most);
        if (sealedBytes < 0) return sealedBytes;
        if (!SendSealed(ref transport, socket, out isFull)) return TransportResult.Broken;
        takesAll = !isFull;
        return sealedBytes;
    }

    /// <summary>Says that nothing more follows, if it was not said yet; after all else is sent.</summary>
    public void SayGoodbye<TTransport>(ref TTransport transport, int socket)
        where TTransport : struct, ITransport
    {
        if (saidGoodbye || session is null || HasUnsent) return;
        saidGoodbye = true;
        engine.Clear();
        session.Close();
        if (engine.Sealed.Length > 0) _ = transport.Send(socket, engine.Sealed, out _);
    }

    /// <summary>Gives back what it holds.</summary>
    public void Release()
    {
        DropTail();
        DropHeld();
        session?.Release();
        session = null;
    }

    // What is known by the first bytes, unless there is a session now.
    private int? Begin(ReadOnlySpan<byte> cipher)
    {
        switch (ClientHello.Read(cipher, engine.Plain, out var hello))
        {
            case ClientHello.Outcome.Complete:
                session = engine.Accept(hello);
                if (session is null) return Refuse("it asks for a host that is not served", TlsAlert.UnrecognizedName);
                DropHeld();
                return null;
            case ClientHello.Outcome.Incomplete when cipher.Length <= ClientHello.MostHeldBytes:
                Hold(cipher);
                return TransportResult.Nothing;
            case ClientHello.Outcome.NotTls:
                IsClear = true;
                DropHeld();
                return TransportResult.Nothing;
            default:
                return Refuse("what it says first is no hello of TLS", TlsAlert.DecodeError);
        }
    }

    private int Refuse(string why, TlsAlert alert)
    {
        Failure = why;
        DropHeld();
        engine.Say(alert);
        return TransportResult.Failed;
    }

    private void Hold(ReadOnlySpan<byte> cipher)
    {
        if (held is null || held.Length < cipher.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(cipher.Length);
            if (held is not null) ArrayPool<byte>.Shared.Return(held);
            held = larger;
            heldLength = 0;
        }
        cipher[heldLength..].CopyTo(held.AsSpan(heldLength));
        heldLength = cipher.Length;
    }

    // False when the connection is broken.
    private bool SendSealed<TTransport>(ref TTransport transport, int socket, out bool isFull)
        where TTransport : struct, ITransport
    {
        var rest = engine.Sealed;
        long sent = 0;
        isFull = false; // whether what waits can be sent is not known
        if (tail is null)
        {
            sent = transport.Send(socket, rest, out isFull);
            if (sent == TransportResult.WouldBlock) (sent, isFull) = (0, true);
            if (sent < 0) return false;
            rest = rest[(int)sent..];
        }
        if (!rest.IsEmpty) Keep(rest);
        engine.Clear();
        return true;
    }

    private void Keep(ReadOnlySpan<byte> rest)
    {
        var length = tailEnd - tailStart;
        if (tail is null || tail.Length - tailEnd < rest.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(length + rest.Length);
            if (tail is not null)
            {
                tail.AsSpan(tailStart, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(tail);
            }
            engine.TailBytes += larger.Length - (tail?.Length ?? 0);
            (tail, tailStart, tailEnd) = (larger, 0, length);
        }
        rest.CopyTo(tail.AsSpan(tailEnd));
        tailEnd += rest.Length;
    }

    private void DropTail()
    {
        if (tail is not null)
        {
            engine.TailBytes -= tail.Length;
            ArrayPool<byte>.Shared.Return(tail);
        }
        tail = null;
        tailStart = tailEnd = 0;
    }

    private void DropHeld()
    {
        if (held is not null) ArrayPool<byte>.Shared.Return(held);
        held = null;
        heldLength = 0;
    }
}
