using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Vitrine.Attacks.Wire;

/// <summary>
/// One connection with blocking calls: bytes out, whole replies in. Whatever is wrong with a reply, its being cut off
/// included, is an <see cref="IOException"/> or a <see cref="SocketException"/>.
/// </summary>
internal sealed class WireClient : IDisposable
{
    private const int PatienceMs = 30_000;

    private readonly Socket socket;
    private readonly SslStream? tls;
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    public WireClient(int port, int patienceMs = PatienceMs, bool isSecure = false)
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = patienceMs,
            SendTimeout = patienceMs,
        };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            if (!isSecure) return;
            tls = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) => certificate is not null);
            tls.AuthenticateAsClient("localhost");
        }
        catch (AuthenticationException fault)
        {
            socket.Dispose();
            throw new IOException("no handshake", fault);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether something of a further reply is here already.</summary>
    public bool HasMore => end > start;

    /// <summary>Bytes of replies that were received so far.</summary>
    public long Received { get; private set; }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        if (tls is not null)
        {
            tls.Write(bytes);
            return;
        }
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>The reply to a request; <paramref name="hasBody"/> is false for that to a HEAD.</summary>
    public Reply Read(bool hasBody = true) =>
        TryRead(out var reply, hasBody) ? reply : throw new IOException("the connection was closed instead of a reply");

    /// <summary>The same; false when the server has closed before the first byte of it.</summary>
    public bool TryRead(out Reply reply, bool hasBody = true)
    {
        int length;
        while ((length = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (Fill(1)) continue;
            reply = default;
            return end == start ? false : throw new IOException("a head was cut off");
        }
        var head = buffer.AsSpan(start, length);
        var body = !hasBody || Reply.StatusOf(head) is 304 or 204 or < 200 ? 0 : LengthOf(head);
        while (end - start < length + 4 + body)
            if (!Fill(length + 4 + body)) throw new IOException($"a body of {body} bytes was cut off");
        reply = new Reply(buffer.AsMemory(start, length), buffer.AsMemory(start + length + 4, body));
        start += length + 4 + body;
        return true;
    }

    /// <summary>Closes it, with a reset if so wished.</summary>
    public void Close(bool reset)
    {
        if (reset) socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose()
    {
        tls?.Dispose();
        socket.Dispose();
    }

    private static int LengthOf(ReadOnlySpan<byte> head) =>
        Reply.FieldOf(head, "content-length:"u8) is { } text
            ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
            : throw new IOException("a reply has no length");

    // Receives, with room for that many bytes from the start; false at the end.
    private bool Fill(int room)
    {
        if (start == end) start = end = 0;
        if (start + room > buffer.Length || end == buffer.Length)
        {
            var larger = Math.Max(room, end - start + 16 * 1024) > buffer.Length
                ? new byte[Math.Max(room, buffer.Length * 2)]
                : buffer;
            buffer.AsSpan(start, end - start).CopyTo(larger);
            (buffer, end, start) = (larger, end - start, 0);
        }
        var count = tls?.Read(buffer.AsSpan(end)) ?? socket.Receive(buffer.AsSpan(end));
        end += count;
        Received += count;
        return count > 0;
    }
}
