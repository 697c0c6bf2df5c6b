using System.Runtime.InteropServices;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class WireTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public WireTests() => folder.Write("a.txt", "twelve bytes");

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task The_wire_shows_every_line_with_its_end_and_counts_bodies(TransportKind transport)
    {
        folder.WriteRandom("large.bin", 3_000_000);
        var lines = await WireOf(
            transport,
            "GET /a.txt HTTP/1.1\r\nHost: localhost\r\nX-Odd:\ttab\r\n\r\n",
            "HEAD /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "POST /a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello",
            "GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");

        Assert.All(lines, line => Assert.Matches(@"^#1 +\d+\.\d ms (->|<-|--) ", line));
        var shown = lines
            .Select(line => line[line.IndexOf(" ms ", StringComparison.Ordinal)..][4..])
            .ToList();
        Assert.StartsWith("-- accepted from 127.0.0.1:", shown[0], StringComparison.Ordinal);
        Assert.Equal(
            [
                @"-> GET /a.txt HTTP/1.1\r\n", @"-> Host: localhost\r\n", @"-> X-Odd:\x09tab\r\n", @"-> \r\n",
                @"<- HTTP/1.1 200 OK\r\n",
            ],
            shown[1..6]);
        Assert.Contains(@"<- Content-Length: 12\r\n", shown);
        Assert.Equal("-- closed", shown[^1]);
        string[] bodies =
        [
            "<- … 12 bytes of body", "-> … 5 bytes of body", "<- … 3000000 bytes of body",
        ];
        foreach (var body in bodies) Assert.Single(shown, body);
        // HEAD's reply has no body, and what follows it is a head again.
        var head = shown.IndexOf(@"-> HEAD /a.txt HTTP/1.1\r\n");
        var post = shown.IndexOf(@"-> POST /a.txt HTTP/1.1\r\n");
        Assert.InRange(head, 6, post);
        Assert.DoesNotContain(shown[head..post], line => line.Contains("of body", StringComparison.Ordinal));
        Assert.Single(shown, @"<- HTTP/1.1 405 Method Not Allowed\r\n");
        Assert.DoesNotContain(shown, line => line.Contains("twelve bytes", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, line => line.Contains("hello", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task The_wire_shows_the_frames_of_HTTP2_and_their_fields(TransportKind transport)
    {
        var settings = "\0\0\0\u0004\0\0\0\0\0";
        // GET, http, /a.txt, localhost, and a field that is not all text.
        var block = "\u0082\u0086\u0004\u0006/a.txt\u0001\u0009localhost\u0040\u0003odd\u0003a\u00ff[";
        var head = $"\0\0{(char)block.Length}\u0001\u0005\0\0\0\u0001{block}";
        var ping = "\0\0\u0008\u0006\0\0\0\0\0goodbye!";
        var bad = "\0\0\u0004\u0008\0\0\0\0\0\0\0\0\0"; // a window update that adds nothing
        using var log = new LogStream();
        var options = Servers.Options(folder.Root, transport) with
        {
            Wire = true,
            Log = LogFormat.None,
            LogOutput = log,
        };
        await using (var server = await WebServer.StartAsync(options))
        {
            using var client = new RawClient(server.Port);
            client.Send($"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{settings}{head}{ping}");
            var received = new List<byte>();
            var room = new byte[1_000];
            while (CollectionsMarshal.AsSpan(received).IndexOf("twelve bytes"u8) < 0)
            {
                var count = client.Read(room);
                Assert.NotEqual(0, count);
                received.AddRange(room.AsSpan(0, count));
            }
            client.Send(bad);
            client.EndSending();
            client.ReadAsFarAsItGoes(1_000);
        }
        var lines = Shown(log);

        var shown = lines
            .Select(line => line[line.IndexOf(" ms ", StringComparison.Ordinal)..][4..])
            .ToList();
        Assert.Equal(
            [
                @"-> PRI * HTTP/2.0\r\n", @"-> \r\n", @"-> SM\r\n", @"-> \r\n",
                "-> SETTINGS, 0 bytes",
                $"-> HEADERS stream 1, {block.Length} bytes, END_STREAM, END_HEADERS",
                "->   :method: GET", "->   :scheme: http", "->   :path: /a.txt", "->   :authority: localhost",
                @"->   odd: a\xff[",
                "-> PING, 8 bytes: 676f6f6462796521",
                "-> WINDOW_UPDATE, 4 bytes: +0",
            ],
            shown.Where(line => line.StartsWith("->", StringComparison.Ordinal)));
        Assert.Contains(
            "<- SETTINGS, 18 bytes: MAX_CONCURRENT_STREAMS=100, MAX_HEADER_LIST_SIZE=32768, NO_RFC7540_PRIORITIES=1",
            shown);
        Assert.Contains("<- SETTINGS, 0 bytes, ACK", shown);
        Assert.Contains("<-   content-length: 12", shown);
        Assert.Contains("<- DATA stream 1, 12 bytes, END_STREAM", shown);
        Assert.Contains("<- PING, 8 bytes, ACK: 676f6f6462796521", shown);
        Assert.Contains(
            shown,
            line => line.Contains("GOAWAY", StringComparison.Ordinal)
                && line.Contains("last stream 1, PROTOCOL_ERROR, \"A WINDOW_UPDATE of the", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, line => line.Contains("twelve bytes", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(line, c => char.IsControl(c)));
    }

    [Fact]
    public async Task The_wire_shows_what_is_no_HTTP_so_that_it_does_no_harm()
    {
        var lines = await WireOf(TransportKind.Auto, "GET /\x1b[2J\a HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Contains(
            lines, line => line.EndsWith(@"-> GET /\x1b[2J\x07 HTTP/1.1\r\n", StringComparison.Ordinal));
        Assert.Contains(
            lines, line => line.EndsWith(@"<- HTTP/1.1 400 Bad Request\r\n", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain(line, c => char.IsControl(c)));
    }

    [Fact]
    public async Task What_comes_piece_by_piece_is_shown_as_it_comes()
    {
        using var log = new LogStream();
        var options = Servers.Options(folder.Root, TransportKind.Auto) with
        {
            Wire = true,
            Log = LogFormat.None,
            LogOutput = log,
        };
        await using var server = await WebServer.StartAsync(options);
        using var client = new RawClient(server.Port);
        // Each piece is on show before the next is sent, whether or not its line has an end.
        foreach (var (sent, shown) in new[]
        {
            ("GE", "-> GE…"), ("T /a.t", "-> …T /a.t…"), ("xt HTTP/1.1\r", @"-> …xt HTTP/1.1\x0d…"),
            ("\nHost: h\r\n", @"-> Host: h\r\n"),
        })
        {
            client.Send(sent);
            await Eventually.IsTrue(() => IndexOf(Shown(log), shown) >= 0, shown);
        }
        client.Send("\r\n");
        Assert.Equal(200, client.ReadReply().Status);
    }

    [Fact]
    public async Task What_has_no_end_of_a_line_is_shown_before_its_answer()
    {
        var lines = await WireOf(TransportKind.Auto, "\u0016\u0003\u0001binary\u0000");
        var answer = IndexOf(lines, @"<- HTTP/1.1 400 Bad Request\r\n");
        Assert.InRange(IndexOf(lines, @"-> \x16\x03\x01binary\x00…"), 0, answer - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_wire_and_the_log_go_together_when_both_are_asked_for(bool both)
    {
        var lines = await WireOf(
            TransportKind.Auto,
            both ? LogFormat.Common : LogFormat.None,
            "GET /a.txt HTTP/1.1\r\nHost: h\r\n\r\n");

        Assert.Equal(both, lines.Any(
            line => line.EndsWith("\"GET /a.txt HTTP/1.1\" 200 12", StringComparison.Ordinal)));
        Assert.Contains(
            lines, line => line.EndsWith(@"-> GET /a.txt HTTP/1.1\r\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_wire_nothing_of_it_is_shown()
    {
        using var log = new LogStream();
        var options = Servers.Options(folder.Root, TransportKind.Auto) with
        {
            Log = LogFormat.Common,
            LogOutput = log,
        };
        await using (var server = await WebServer.StartAsync(options))
            Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status);
        Assert.EndsWith("\"GET /a.txt HTTP/1.1\" 200 12", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    private static int IndexOf(string[] lines, string end) =>
        Array.FindIndex(lines, line => line.EndsWith(end, StringComparison.Ordinal));

    private Task<string[]> WireOf(TransportKind transport, params string[] requests) =>
        WireOf(transport, LogFormat.None, requests);

    private async Task<string[]> WireOf(TransportKind transport, LogFormat format, params string[] requests)
    {
        using var log = new LogStream();
        var options = Servers.Options(folder.Root, transport) with
        {
            Wire = true,
            Log = format,
            LogOutput = log,
        };
        await using (var server = await WebServer.StartAsync(options))
        {
            using var client = new RawClient(server.Port);
            foreach (var request in requests) client.Ask(request);
            client.EndSending();
            Assert.True(client.ReadEnd());
        }
        return Shown(log);
    }

    private static string[] Shown(LogStream log) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.Latin1.GetBytes(log.Text))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
