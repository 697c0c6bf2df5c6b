using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Vitrine.EndToEnd.Support;

/// <summary>
/// A client that sends exactly the bytes it is given and reads replies strictly. Every wait is bounded: what
/// does not come is an exception.
/// </summary>
internal sealed class RawClient : IDisposable
{
    private const int PatienceMs = 20_000;

    private readonly Socket socket;
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>Connects over IPv4.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="receiveBufferBytes">How much may be on its way unread; 0 leaves it to the system.</param>
    public RawClient(int port, int receiveBufferBytes = 0)
    {
        socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = PatienceMs,
            SendTimeout = PatienceMs,
        };
        if (receiveBufferBytes > 0) socket.ReceiveBufferSize = receiveBufferBytes;
        socket.Connect(IPAddress.Loopback, port);
    }

    /// <summary>How many bytes have come and were not read yet.</summary>
    public int Available => end - start + socket.Available;

    /// <summary>A request whose body of five bytes is still to come: it keeps a connection busy.</summary>
    public const string Upload = "POST /a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";

    /// <summary>A whole GET without a body.</summary>
    public static string Get(string target, string fields = "") =>
        $"GET {target} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n";

    /// <summary>Sends text as Latin-1.</summary>
    public void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    public void Send(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>Tells the server that no more comes.</summary>
    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Sends a request and reads its reply.</summary>
    public RawReply Ask(string request)
    {
        Send(request);
        return ReadReply(request.StartsWith("HEAD ", StringComparison.Ordinal));
    }

    /// <summary>Reads one reply, of which no byte more.</summary>
    public RawReply ReadReply(bool headOnly = false)
    {
        var reply = new RawReply(ReadHead(), []);
        if (headOnly || reply.Status is < 200 or 204 or 304) return reply;
        var body = new byte[LengthOf(reply)];
        for (var at = 0; at < body.Length;)
        {
            var count = Read(body.AsSpan(at));
            if (count == 0) throw new EndOfStreamException(
                $"The body ended after {at} of {body.Length} bytes.");
            at += count;
        }
        return reply with { Body = body };
    }

    /// <summary>Reads status line and fields, and the empty line behind them.</summary>
    public string ReadHead()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (start == end && !Fill()) throw new EndOfStreamException($"The head ended after '{head}'.");
            head.Append((char)buffer[start++]);
        }
        return head.ToString(0, head.Length - 2);
    }

    /// <summary>Reads some bytes; 0 at the end.</summary>
    public int Read(Span<byte> destination)
    {
        if (start == end && !Fill()) return 0;
        var count = Math.Min(destination.Length, end - start);
        buffer.AsSpan(start, count).CopyTo(destination);
        start += count;
        return count;
    }

    /// <summary>Reads to the length or until the connection is ended or reset, whichever is first.</summary>
    public byte[] ReadAsFarAsItGoes(long length)
    {
        var body = new byte[length];
        var at = 0;
        try
        {
            while (at < body.Length && Read(body.AsSpan(at)) is var count and > 0) at += count;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Aborted: what came before is what there is.
        }
        return body[..at];
    }

    /// <summary>True when the server ends the connection in order; false when it sends something.</summary>
    /// <exception cref="SocketException">It was reset, or nothing came.</exception>
    public bool ReadEnd() => start == end && !Fill();

    /// <summary>The length of the body that follows the head of a reply.</summary>
    public static long LengthOf(RawReply reply) => long.Parse(
        reply.Field("Content-Length") ?? throw new InvalidDataException("There is no Content-Length."),
        NumberStyles.None,
        CultureInfo.InvariantCulture);

    public void Dispose() => socket.Dispose();

    private bool Fill()
    {
        start = 0;
        end = socket.Receive(buffer);
        return end > 0;
    }
}
