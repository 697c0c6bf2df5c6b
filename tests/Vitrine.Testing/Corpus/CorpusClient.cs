using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Vitrine.Testing.Corpus;

/// <summary>Plays raw requests against any server that has a file <c>/hello</c> and nothing else.</summary>
/// <param name="server">Where it listens.</param>
public sealed partial class CorpusClient(IPEndPoint server)
{
    private const int PatienceMs = 10_000;

    // So long a server that has nothing to say is waited for, if it is not known what it will say.
    private const int QuietMs = 300;

    /// <summary>What shows whether a connection can be used for a further request.</summary>
    public static ReadOnlyMemory<byte> LastRequest { get; } =
        "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>
    /// What comes of a case, sent in two pieces (or in one: 0), by a server that does what the case expects: what it
    /// does instead shows in the outcome, but takes longer.
    /// </summary>
    public CorpusOutcome Check(RawRequest request, int splitAt)
    {
        using var socket = Open();
        Send(socket, request, splitAt);
        if (request.Expected.End == CorpusEnd.Close || request.Ends)
            return new CorpusOutcome(StatusesOf(ReadToEnd(socket, PatienceMs, out var isOver)), EndOf(isOver));
        if (request.Expected.End == CorpusEnd.Wait)
        {
            // Of a request that will never be complete it says nothing.
            var own = StatusesOf(ReadToEnd(socket, QuietMs, out var isClosed));
            return new CorpusOutcome(own, EndOf(isClosed));
        }
        TrySend(socket, LastRequest.Span);
        return Kept(StatusesOf(ReadToEnd(socket, PatienceMs, out _)));
    }

    /// <summary>What comes of a case, whatever the server does with it.</summary>
    public CorpusOutcome Observe(RawRequest request)
    {
        using var socket = Open();
        Send(socket, request, 0);
        var before = StatusesOf(ReadToEnd(socket, QuietMs, out var isOver));
        if (isOver || request.Ends) return new CorpusOutcome(before, EndOf(isOver));
        // A further request would be more of the one that it waits for.
        if (request.Expected.End == CorpusEnd.Wait) return new CorpusOutcome(before, CorpusEnd.Wait);
        TrySend(socket, LastRequest.Span);
        var after = StatusesOf(ReadToEnd(socket, QuietMs, out _));
        return after is [200] ? new CorpusOutcome(before, CorpusEnd.Keep)
            : new CorpusOutcome([.. before, .. after], CorpusEnd.Wait);
    }

    /// <summary>The statuses of all replies in what a server sent.</summary>
    public static int[] StatusesOf(byte[] output) => StatusesOf(Encoding.Latin1.GetString(output));

    private static CorpusEnd EndOf(bool isOver) => isOver ? CorpusEnd.Close : CorpusEnd.Wait;

    // With the reply to the last request behind those of the case.
    private static CorpusOutcome Kept(int[] statuses) => statuses is [.. var own, 200]
        ? new CorpusOutcome(own, CorpusEnd.Keep)
        : new CorpusOutcome(statuses, CorpusEnd.Close);

    private Socket Open()
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(server);
        return socket;
    }

    private static void Send(Socket socket, RawRequest request, int splitAt)
    {
        TrySend(socket, request.Sent.AsSpan(0, splitAt));
        TrySend(socket, request.Sent.AsSpan(splitAt));
        if (request.Ends) socket.Shutdown(SocketShutdown.Send);
    }

    // A server that has refused already may have closed.
    private static void TrySend(Socket socket, ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
        }
        catch (SocketException)
        {
            // What it said before can still be read.
        }
    }

    // Until the end, or until nothing has come for so long.
    private static string ReadToEnd(Socket socket, int quietMs, out bool isOver)
    {
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        isOver = false;
        while (socket.Poll(TimeSpan.FromMilliseconds(quietMs), SelectMode.SelectRead))
        {
            try
            {
                var count = socket.Receive(buffer);
                if (count == 0)
                {
                    isOver = true;
                    break;
                }
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
            catch (SocketException)
            {
                isOver = true; // it was reset
                break;
            }
        }
        return text.ToString();
    }

    private static int[] StatusesOf(string text) =>
    [
        .. StatusLine().Matches(text)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)),
    ];

    [GeneratedRegex(@"HTTP/1\.[01] (\d{3})\b")]
    private static partial Regex StatusLine();
}
