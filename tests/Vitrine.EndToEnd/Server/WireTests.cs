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
