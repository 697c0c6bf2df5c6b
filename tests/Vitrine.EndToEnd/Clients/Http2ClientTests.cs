using System.Net;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Clients;

/// <summary>HTTP/2 in the clear, as clients speak it that know of it (RFC 9113 section 3.3).</summary>
public sealed class Http2ClientTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task HttpClient_gets_many_files_at_once_on_one_connection(TransportKind transport)
    {
        var random = new Random(1);
        var files = new Dictionary<string, byte[]>();
        for (var i = 0; i < 60; i++)
        {
            var content = new byte[i % 3 == 0 ? random.Next(5_000) : random.Next(2_000_000)];
            random.NextBytes(content);
            files[$"{i}.bin"] = content;
            await File.WriteAllBytesAsync(folder.PathOf($"{i}.bin"), content, TestContext.Current.CancellationToken);
        }
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = ClientOf(server);
        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(files.Select(async file =>
            {
                using var reply = await client.GetAsync(file.Key, TestContext.Current.CancellationToken);
                Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (reply.StatusCode, reply.Version));
                var body = await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
                Assert.True(file.Value.AsSpan().SequenceEqual(body), file.Key);
            }));
        }
        Assert.Equal(1, server.ConnectionCount);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_large_file_comes_whole_beside_small_ones(TransportKind transport)
    {
        var content = new byte[40_000_000];
        new Random(2).NextBytes(content);
        await File.WriteAllBytesAsync(folder.PathOf("large.bin"), content, TestContext.Current.CancellationToken);
        folder.Write("small.txt", "small");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = ClientOf(server);
        var large = client.GetByteArrayAsync(
            new Uri("large.bin", UriKind.Relative), TestContext.Current.CancellationToken);
        while (!large.IsCompleted)
        {
            Assert.Equal("small", await client.GetStringAsync(
                new Uri("small.txt", UriKind.Relative), TestContext.Current.CancellationToken));
        }
        var body = await large;
        Assert.True(content.AsSpan().SequenceEqual(body));
        Assert.Equal(1, server.ConnectionCount);
    }

    [Fact]
    public async Task A_request_that_is_given_up_leaves_the_others_alone()
    {
        var content = new byte[20_000_000];
        await File.WriteAllBytesAsync(folder.PathOf("large.bin"), content, TestContext.Current.CancellationToken);
        folder.Write("small.txt", "small");
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        using var client = ClientOf(server);
        for (var i = 0; i < 50; i++)
        {
            using (var reply = await client.GetAsync(
                "large.bin", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken))
            {
                Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
            }
            Assert.Equal("small", await client.GetStringAsync(
                new Uri("small.txt", UriKind.Relative), TestContext.Current.CancellationToken));
        }
        Assert.Equal(1, server.ConnectionCount);
    }

    // Not one request fails while the server stops: those under way are answered, and those that come too late are made
    // again by the client, elsewhere.
    [Fact]
    public async Task What_is_under_way_is_answered_when_the_server_stops()
    {
        var content = new byte[3_000_000];
        await File.WriteAllBytesAsync(folder.PathOf("large.bin"), content, TestContext.Current.CancellationToken);
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        using var client = ClientOf(server);
        var replies = new List<Task<byte[]>>();
        for (var i = 0; i < 20; i++)
        {
            var reply = await client.GetAsync(
                "large.bin", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            replies.Add(reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
        var stopped = server.StopAsync();
        foreach (var body in await Task.WhenAll(replies)) Assert.Equal(content.Length, body.Length);
        await Eventually.IsDone(stopped);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Curl_speaks_it(TransportKind transport)
    {
        folder.Write("a.txt", "0123456789");
        await using var server = await Servers.StartAsync(folder, transport);
        var url = $"http://127.0.0.1:{server.Port}/a.txt";
        string[] report = ["-s", "--http2-prior-knowledge", "-w", " %{http_version} %{http_code}"];
        Assert.Equal("0123456789 2 200", await CurlAsync([.. report, url]));
        Assert.Equal("234 2 206", await CurlAsync([.. report, "--range", "2-4", url]));
        Assert.EndsWith(" 2 404", await CurlAsync([.. report, "-o", "/dev/null", url + "x"]), StringComparison.Ordinal);
        Assert.Equal(" 2 405", await CurlAsync([.. report, "-o", "/dev/null", "-d", "x=y", url]));
        // Who offers to change to it in HTTP/1.1 is answered in HTTP/1.1 (RFC 9113 section 3.1).
        string[] offer = ["-s", "--http2", "-w", " %{http_version} %{http_code}"];
        Assert.Equal("0123456789 1.1 200", await CurlAsync([.. offer, url]));
    }

    private static async Task<string> CurlAsync(string[] args)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(Tool.Require("curl"), args);
        Assert.True(exitCode == 0, errors);
        return output;
    }

    private static HttpClient ClientOf(WebServer server) => new(new SocketsHttpHandler { UseProxy = false })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/"),
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };
}
