using System.Text.Json;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class LogTests : IDisposable
{
    private const string HostileAgent = "evil\" \\ \u009b2J \u00e9 127.0.0.1 - - [x]";

    // So many of these are more than is kept of a log that nobody reads.
    private const int Many = 1_700;
    private static readonly string Long = new('x', 1_500);
    private static readonly string LongRequest =
        RawClient.Get("/a.txt?" + Long, $"User-Agent: {Long}\r\nReferer: {Long}\r\n");

    private readonly TemporaryFolder folder = new();

    public LogTests() => folder.Write("a.txt", "twelve bytes");

    public static TheoryData<LogFormat> Formats =>
        [LogFormat.Common, LogFormat.Combined, LogFormat.Json, LogFormat.Pretty];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_common_format_has_what_it_has_to_have()
    {
        var lines = await LogOf(LogFormat.Common, "GET /a.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Matches(
            @"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] "
                + "\"GET /a\\.txt HTTP/1\\.1\" 200 12$",
            Assert.Single(lines));
    }

    [Fact]
    public async Task The_combined_format_adds_referer_and_agent()
    {
        var lines = await LogOf(
            LogFormat.Combined,
            "GET /a.txt HTTP/1.1\r\nHost: h\r\nReferer: http://h/\r\nUser-Agent: tester/1\r\n\r\n",
            "HEAD /b.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.EndsWith(
            "\"GET /a.txt HTTP/1.1\" 200 12 \"http://h/\" \"tester/1\"", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("\"HEAD /b.txt HTTP/1.1\" 404 - \"-\" \"-\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
    }

    [Theory]
    [InlineData("GET /a.txt\n\n", "GET /a.txt")]
    [InlineData("GET /a.txt HTTP/1.1\rHost: h\r\n\r\n", "GET /a.txt HTTP/1.1")]
    [InlineData("\u0016\u0003\u0001hello", "\\x16\\x03\\x01hello")]
    public async Task What_is_no_request_line_is_logged_all_the_same(string sent, string logged)
    {
        var lines = await LogOf(LogFormat.Common, sent);
        Assert.Contains($"\"{logged}\" 400 ", Assert.Single(lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_JSON_format_is_an_object_a_line()
    {
        var lines = await LogOf(
            LogFormat.Json, "GET /a.txt?q=\\x HTTP/1.1\r\nHost: h\r\nUser-Agent: tester\t\"1\"\r\n\r\n");
        using var json = JsonDocument.Parse(Assert.Single(lines));
        var record = json.RootElement;
        Assert.Equal("127.0.0.1", record.GetProperty("remote").GetString());
        Assert.Equal("GET /a.txt?q=\\x HTTP/1.1", record.GetProperty("request").GetString());
        Assert.Equal("tester\t\"1\"", record.GetProperty("user_agent").GetString());
        Assert.Equal(200, record.GetProperty("status").GetInt32());
        Assert.Equal(12, record.GetProperty("bytes").GetInt64());
        Assert.True(record.GetProperty("duration_ms").GetDouble() >= 0);
        Assert.Equal(DateTimeKind.Utc, record.GetProperty("time").GetDateTime().Kind);
    }

    [Fact]
    public async Task The_pretty_format_tells_status_request_and_size()
    {
        var lines = await LogOf(LogFormat.Pretty, "GET /a.txt HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Matches(@"^\d\d:\d\d:\d\d  200  GET /a\.txt  12 B  [\d.]+ ms$", Assert.Single(lines));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Nothing_in_a_request_can_be_anything_but_text_in_the_log(LogFormat format)
    {
        string[] requests =
        [
            "GET /a\x1b[2Jb HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a\r127.0.0.1 - - HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a\n127.0.0.1 - - \"forged\" HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a%0d%0aforged%1b HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a\"b\\ HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /a\x00\x7f\u009b HTTP/1.1\r\nHost: h\r\n\r\n",
            $"GET /a.txt HTTP/1.1\r\nHost: h\r\nUser-Agent: {HostileAgent}\r\nReferer: \"\\\r\n\r\n",
            "GET /a.txt HTTP/1.1\r\nHost: h\r\nUser-Agent: \x1b[2J\r\n\r\n",
            "GET /a.txt HTTP/1.1\r\nHost: h\r\nUser-Agent: a\rb\r\n\r\n",
            "\x1b]0;title\a\r\n\r\n",
        ];
        var lines = await LogOf(format, requests);

        Assert.Equal(requests.Length, lines.Length);
        Assert.All(lines, line => Assert.DoesNotContain(line, c => c is < ' ' or > '~'));
        if (format == LogFormat.Json)
        {
            foreach (var line in lines) JsonDocument.Parse(line).Dispose();
            using var hostile = JsonDocument.Parse(lines[6]);
            Assert.Equal(HostileAgent, hostile.RootElement.GetProperty("user_agent").GetString());
        }
        else if (format != LogFormat.Pretty)
        {
            // Quotes in a quoted field are escaped: what is left are those of the fields.
            var fields = format == LogFormat.Common ? 1 : 3;
            foreach (var line in lines)
            {
                var bare = line.Replace(@"\\", "", StringComparison.Ordinal).Replace(
                    "\\\"", "", StringComparison.Ordinal);
                Assert.Equal(fields * 2, bare.Count(c => c == '"'));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_log_that_nobody_reads_keeps_nobody_waiting(TransportKind transport, int workers)
    {
        using var log = new LogStream();
        log.Block();
        var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport, workers) with
            {
                Log = LogFormat.Combined,
                LogOutput = log,
            });
        using (var client = new RawClient(server.Port))
        {
            for (var i = 0; i < Many; i++) Assert.Equal(200, client.Ask(LongRequest).Status);
            Assert.True(log.WasTried);
        }
        log.Unblock();
        await Eventually.IsDone(server.DisposeAsync().AsTask());
        Assert.Contains(log.Lines, line => line.Contains("GET /a.txt?x", StringComparison.Ordinal));
        // What is written out after a second, on a machine that is busy with other things, comes a little later.
        await Eventually.IsTrue(
            () => log.Lines.Any(line => line.Contains("lines were lost", StringComparison.Ordinal)), "the last line");
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_log_whose_reader_is_gone_does_not_stop_serving(TransportKind transport)
    {
        using var log = new LogStream();
        var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with { Log = LogFormat.Combined, LogOutput = log });
        using (var client = new RawClient(server.Port))
        {
            Assert.Equal(200, client.Ask(RawClient.Get("/a.txt")).Status);
            await Eventually.IsTrue(() => log.Lines.Length == 1, "the first line");
            log.Break();
            for (var i = 0; i < 50; i++) Assert.Equal(200, client.Ask(RawClient.Get("/a.txt")).Status);
            await Eventually.IsTrue(() => log.WasTried, "the write that fails");
            for (var i = 0; i < Many; i++) Assert.Equal(200, client.Ask(LongRequest).Status);
        }
        await Eventually.IsDone(server.DisposeAsync().AsTask());
        Assert.Single(log.Lines);
    }

    [Fact]
    public async Task A_log_that_never_comes_unstuck_does_not_keep_a_server_from_stopping()
    {
        using var log = new LogStream();
        log.Block();
        var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, TransportKind.Auto) with { Log = LogFormat.Json, LogOutput = log });
        Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status);
        await Eventually.IsTrue(() => log.WasTried, "the write that blocks");

        await Eventually.IsDone(server.DisposeAsync().AsTask());
        Assert.Empty(log.Lines);
    }

    [Fact]
    public async Task A_download_that_is_broken_off_is_logged_with_what_was_sent()
    {
        const int Length = 20_000_000;
        folder.WriteRandom("large.bin", Length);
        using var log = new LogStream();
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, TransportKind.Auto) with { Log = LogFormat.Json, LogOutput = log });
        using (var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024))
        {
            client.Send(RawClient.Get("/large.bin"));
            client.ReadHead();
            Assert.Equal(100_000, client.ReadAsFarAsItGoes(100_000).Length);
        }
        await Eventually.IsTrue(() => log.Lines.Length == 1, "its line");
        using var json = JsonDocument.Parse(log.Lines[0]);
        Assert.InRange(json.RootElement.GetProperty("bytes").GetInt64(), 100_000, Length - 1);
    }

    private async Task<string[]> LogOf(LogFormat format, params string[] requests)
    {
        using var log = new LogStream();
        var options = Servers.Options(folder.Root, TransportKind.Auto) with { Log = format, LogOutput = log };
        await using (var server = await WebServer.StartAsync(options))
        {
            foreach (var request in requests) Servers.Ask(server.Port, request);
        }
        return log.Lines;
    }
}
