using System.Text.Json;
using System.Text.RegularExpressions;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>The lines that say what was refused, and why.</summary>
public sealed partial class RefusalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LogStream log = new();

    public RefusalTests() => folder.Write("a.txt", "served");

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\n", "with 400: A line ended with a bare line feed")]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "with 400: An HTTP/1.1 request has to have a Host field")]
    [InlineData("PUT / HTTP/1.1\r\nHost: a\r\n\r\n", "with 405: This can be read with GET and HEAD")]
    [InlineData("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", "with 400: The path is not well-formed")]
    [InlineData("GET / HTTP/3.0\r\nHost: a\r\n\r\n", "with 505: ")]
    public async Task A_refusal_is_told_with_its_reason(string request, string expected)
    {
        await using (var server = await StartAsync())
        {
            Servers.Ask(server.Port, request);
            Servers.Ask(server.Port, RawClient.Get("/a.txt"));
            Servers.Ask(server.Port, RawClient.Get("/missing"));
        }
        var line = Assert.Single(log.Lines);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ refused 127\.0\.0\.1:\d+ \(connection \d+\) with ", line);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_when_there_is_no_room_is_told_of()
    {
        await using (var server = await StartAsync(new Limits { Connections = 1 }))
        {
            using var first = new RawClient(server.Port);
            first.Send(RawClient.Upload);
            await Eventually.IsTrue(() => server.ConnectionCount == 1, "a connection");
            Assert.Equal(503, Servers.Ask(server.Port, "").Status);
        }
        Assert.Single(
            log.Lines, line => line.Contains("with 503: There are too many connections", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_takes_nothing_of_a_reply_is_told_of_when_it_is_given_up()
    {
        folder.WriteRandom("large.bin", 8 * 1024 * 1024);
        await using (var server = await StartAsync(new Limits { WriteTimeoutMs = 300 }))
        {
            using var client = new RawClient(server.Port, receiveBufferBytes: 4096);
            client.Send(RawClient.Get("/large.bin"));
            await Eventually.IsTrue(() => log.Lines.Length > 0, "a line");
        }
        Assert.Contains("without a word: The client took no byte", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_refusals_are_counted_and_not_written()
    {
        const int Count = 500;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using (var server = await StartAsync())
            for (var i = 0; i < Count; i++) Servers.Ask(server.Port, "GET / HTTP/1.1\n");
        var lines = log.Lines;
        var counted = lines.Select(line => More().Match(line)).Where(match => match.Success)
            .Sum(match => int.Parse(match.Groups[1].ValueSpan, null));
        var written = lines.Count(line => line.Contains(" with 400: ", StringComparison.Ordinal));
        Assert.Equal(Count, written + counted);
        // Ten a second, of those in which it began and ended too.
        Assert.InRange(written, 10, 10 * ((int)watch.Elapsed.TotalSeconds + 2));
        Assert.True(counted > 0, "They came within a second or a few.");
    }

    [Fact]
    public async Task Several_in_one_packet_are_all_counted()
    {
        const string Delete = "DELETE /a.txt HTTP/1.1\r\nHost: a\r\n\r\n";
        await using (var server = await StartAsync())
        {
            using var client = new RawClient(server.Port);
            client.Send(Delete + Delete + Delete);
            for (var i = 0; i < 3; i++) Assert.Equal(405, client.ReadReply().Status);
        }
        var counted = log.Lines.Select(line => More().Match(line)).Where(match => match.Success)
            .Sum(match => int.Parse(match.Groups[1].ValueSpan, null));
        Assert.Equal(3, counted + log.Lines.Count(line => line.Contains(" with 405: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Beside_a_json_log_they_are_json_and_nothing_of_a_request_is_in_them()
    {
        var options = Servers.Options(folder.Root, TransportKind.Auto) with
        {
            Log = LogFormat.Json,
            LogOutput = Stream.Null,
            RefusalOutput = log,
        };
        await using (var server = await WebServer.StartAsync(options))
            Servers.Ask(server.Port, "GET /evil HTTP/1.1\r\nX: evil\x1b[31m\r\n\r\n");
        using var line = JsonDocument.Parse(Assert.Single(log.Lines));
        Assert.Equal(400, line.RootElement.GetProperty("refused").GetInt32());
        Assert.NotEqual("", line.RootElement.GetProperty("reason").GetString());
        Assert.DoesNotContain("evil", log.Text, StringComparison.Ordinal);
    }

    private Task<WebServer> StartAsync(Limits? limits = null) => WebServer.StartAsync(
        Servers.Options(folder.Root, TransportKind.Auto) with { RefusalOutput = log, Limits = limits ?? new Limits() });

    [GeneratedRegex(@"Z refused (\d+) more$")]
    private static partial Regex More();
}
