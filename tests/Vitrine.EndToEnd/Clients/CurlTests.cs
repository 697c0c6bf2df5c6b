using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Clients;

public sealed class CurlTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public CurlTests()
    {
        folder.Write("a.txt", "0123456789");
        folder.Write("b.txt", "second");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Curl_gets_and_heads(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        Assert.Equal("0123456789", await CurlAsync(UrlOf(server, "a.txt")));
        var head = await CurlAsync("--head", UrlOf(server, "a.txt"));
        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Length: 10\r\n", head, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Curl_gets_ranges_and_resumes(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        Assert.Equal(
            "234 206", await CurlAsync("--range", "2-4", "-w", " %{http_code}", UrlOf(server, "a.txt")));
        Assert.Equal(
            "789 206", await CurlAsync("--range", "-3", "-w", " %{http_code}", UrlOf(server, "a.txt")));

        var partial = folder.Write("partial", "0123");
        await CurlAsync("--continue-at", "-", "-o", partial, UrlOf(server, "a.txt"));
        Assert.Equal(
            "0123456789", await File.ReadAllTextAsync(partial, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Curl_asks_whether_it_changed()
    {
        File.SetLastWriteTimeUtc(folder.PathOf("a.txt"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        string[] report = ["-w", " %{http_code}", UrlOf(server, "a.txt")];
        Assert.Equal(" 304", await CurlAsync(["-z", "Thu, 02 Jan 2020 03:04:05 GMT", .. report]));
        Assert.Equal("0123456789 200", await CurlAsync(["-z", "Thu, 02 Jan 2020 03:04:04 GMT", .. report]));

        var tag = folder.PathOf("tag");
        string[] withTag = ["--etag-compare", tag, "--etag-save", tag, .. report];
        Assert.Equal("0123456789 200", await CurlAsync(withTag));
        Assert.Equal(" 304", await CurlAsync(withTag));
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task Curl_gets_two_on_one_connection(TransportKind transport, int workers)
    {
        await using var server = await Servers.StartAsync(folder, transport, workers);
        string[] report = ["-w", " %{num_connects};", UrlOf(server, "a.txt"), UrlOf(server, "b.txt")];
        Assert.Equal(
            "0123456789 1;second 0;",
            await CurlAsync(report));
        Assert.Equal(
            "0123456789 1;second 1;",
            await CurlAsync(["-H", "Connection: close", .. report]));
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Curl_speaks_HTTP_1_0(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        Assert.Equal(
            "0123456789 200", await CurlAsync("--http1.0", "-w", " %{http_code}", UrlOf(server, "a.txt")));
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Curl_that_expects_100_gets_its_405_before_it_sends_the_body(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        string[] report = ["-o", folder.PathOf("reply"), "-w", "%{http_code} %{size_upload}", UrlOf(
            server, "a.txt")];
        var body = folder.Write("body", new string('x', 200_000));

        // Had the answer not come at once, curl would have sent the body after its patience of 15 s.
        string[] expecting =
        [
            "--expect100-timeout", "15", "-H", "Expect: 100-continue", "--data-binary", "@" + body,
        ];
        Assert.Equal("405 0", await CurlAsync([.. expecting, .. report]));
        Assert.Equal("405 5", await CurlAsync(["-H", "Expect:", "-d", "12345", .. report]));
    }

    [Fact]
    public async Task Curl_follows_the_redirect_to_a_folder()
    {
        folder.Write("dir/index.html", "the index");
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        Assert.Equal(
            $"the index {UrlOf(server, "dir/?q=1")}",
            await CurlAsync("--location", "-w", " %{url_effective}", UrlOf(server, "dir?q=1")));
    }

    private static string UrlOf(WebServer server, string target) =>
        $"http://127.0.0.1:{server.Port}/{target}";

    private static async Task<string> CurlAsync(params string[] args)
    {
        string[] always = ["--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time", "18"];
        var (exit, output, errors) = await Tool.RunAsync(Tool.Require("curl"), [.. always, .. args]);
        Assert.True(exit == 0, $"curl exited with {exit}: {errors}");
        return output;
    }
}
