using System.Net.Sockets;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder outside = new();

    public void Dispose()
    {
        folder.Dispose();
        outside.Dispose();
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_folder_without_its_slash_is_redirected_and_keeps_its_query(TransportKind transport)
    {
        folder.Write("dir/index.html", "index");
        folder.Write("two words/index.html", "index");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        string? LocationOf(string target) => client.Ask(RawClient.Get(target)).Field("Location");

        Assert.Equal(301, client.Ask(RawClient.Get("/dir")).Status);
        Assert.Equal("/dir/", LocationOf("/dir"));
        Assert.Equal("/dir/?a=b&c=%20", LocationOf("/dir?a=b&c=%20"));
        Assert.Equal("/two%20words/?q", LocationOf("/two%20words?q"));
        Assert.Equal("index", client.Ask(RawClient.Get("/dir/?a=b")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Line_ends_and_markup_in_a_name_do_not_get_into_a_field_or_a_page(TransportKind transport)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names cannot hold these here.");
        const string Name = "a\r\nX-Evil: 1\r\n\r\n<script>\"";
        const string Encoded = "/a%0D%0AX-Evil:%201%0D%0A%0D%0A%3Cscript%3E%22";
        folder.Write($"{Name}/{Name}", "served");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        var redirect = client.Ask(RawClient.Get(Encoded));
        Assert.Equal((301, Encoded + "/"), (redirect.Status, redirect.Field("Location")));
        var listing = client.Ask(RawClient.Get(Encoded + "/"));
        Assert.Equal(200, listing.Status);
        foreach (var reply in new[] { redirect, listing })
        {
            Assert.Null(reply.Field("X-Evil"));
            Assert.DoesNotContain("<script", reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("\r", reply.Text, StringComparison.Ordinal);
        }
        Assert.Equal("served", client.Ask(RawClient.Get(Encoded + Encoded)).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_redirect_never_leads_to_another_host(TransportKind transport)
    {
        folder.Write("evil.example/index.html", "mine");
        folder.Write("dir/evil.example/index.html", "mine");
        await using var server = await Servers.StartAsync(folder, transport);
        string[] targets =
        [
            "//evil.example", "///evil.example", "/dir/..//evil.example", "//dir//evil.example",
            "/%2e%2e//evil.example",
            "/.//evil.example", "http://evil.example//evil.example",
        ];
        var redirects = 0;
        foreach (var target in targets)
        {
            var reply = Servers.Ask(server.Port, RawClient.Get(target));
            if (reply.Field("Location") is not { } location) continue;
            redirects++;
            Assert.Matches("^/[^/\\\\]", location);
        }
        Assert.InRange(redirects, 1, targets.Length);
        Assert.Equal(
            "/evil.example/", Servers.Ask(server.Port, RawClient.Get("//evil.example")).Field("Location"));
        string[] refused = ["/\\evil.example", "/%5Cevil.example", "/%2Fevil.example", "/dir%2Fevil.example"];
        foreach (var target in refused)
            Assert.Equal(400, Servers.Ask(server.Port, RawClient.Get(target)).Status);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Hidden_names_are_404_except_well_known_ones(TransportKind transport)
    {
        folder.Write(".env", "secret");
        folder.Write(".git/config", "secret");
        folder.Write("dir/.htpasswd", "secret");
        folder.Write(".well-known/security.txt", "contact");
        folder.Write("dir/plain.txt", "plain");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        string[] hidden =
        [
            "/.env", "/.git/config", "/.git/", "/.git", "/dir/.htpasswd", "/%2eenv", "/dir/../.env",
        ];
        foreach (var target in hidden)
        {
            var reply = client.Ask(RawClient.Get(target));
            Assert.Equal(404, reply.Status);
            Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
        }
        Assert.Equal("contact", client.Ask(RawClient.Get("/.well-known/security.txt")).Text);
        Assert.Equal("plain", client.Ask(RawClient.Get("/dir/plain.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Links_are_followed_inside_and_404_when_they_leave(TransportKind transport)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        outside.Write("secret.txt", "secret");
        folder.Write("dir/inside.txt", "inside");
        File.CreateSymbolicLink(folder.PathOf("relative.txt"), "dir/inside.txt");
        File.CreateSymbolicLink(folder.PathOf("absolute.txt"), folder.PathOf("dir/inside.txt"));
        Directory.CreateSymbolicLink(folder.PathOf("again"), "dir");
        File.CreateSymbolicLink(folder.PathOf("out.txt"), outside.PathOf("secret.txt"));
        File.CreateSymbolicLink(
            folder.PathOf("up.txt"), Path.Combine("..", Path.GetFileName(outside.Root), "secret.txt"));
        Directory.CreateSymbolicLink(folder.PathOf("outfolder"), outside.Root);
        File.CreateSymbolicLink(folder.PathOf("self.txt"), "self.txt");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        foreach (var target in new[] { "/relative.txt", "/absolute.txt", "/again/inside.txt" })
            Assert.Equal("inside", client.Ask(RawClient.Get(target)).Text);
        string[] leaving = ["/out.txt", "/up.txt", "/outfolder/secret.txt", "/outfolder/", "/self.txt"];
        foreach (var target in leaving)
            Assert.Equal(404, client.Ask(RawClient.Get(target)).Status);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_watched_folder_shows_a_change_that_nothing_else_would_show(TransportKind transport)
    {
        folder.Write("watched.txt", "old");
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with
            {
                Watch = true,
                Limits = new Limits { FreshnessMs = int.MaxValue },
            });
        Assert.Equal("old", Servers.Ask(server.Port, RawClient.Get("/watched.txt")).Text);
        folder.Write("watched.txt", "new");
        Assert.True(SpinWait.SpinUntil(
            () => Servers.Ask(server.Port, RawClient.Get("/watched.txt")).Text == "new", TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_link_that_is_swapped_all_the_time_never_leads_outside(TransportKind transport)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights on Windows.");
        outside.Write("page.txt", "secret");
        folder.Write("dir/page.txt", "inside");
        Directory.CreateSymbolicLink(folder.PathOf("swapped"), "dir");
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with { Limits = new Limits { FreshnessMs = 0 } });
        using var client = new RawClient(server.Port);
        using var done = new CancellationTokenSource();
        var swapping = Task.Run(() => Swap(done.Token), TestContext.Current.CancellationToken);

        var inside = 0;
        var refused = 0;
        for (var i = 0; i < 4_000 && (i < 300 || inside == 0 || refused == 0); i++)
        {
            var reply = client.Ask(RawClient.Get("/swapped/page.txt"));
            Assert.DoesNotContain("secret", reply.Text, StringComparison.Ordinal);
            if (reply.Text == "inside") inside++;
            else refused++;
        }
        await done.CancelAsync();
        await Eventually.IsDone(swapping);
        Assert.NotEqual(0, inside);
        Assert.NotEqual(0, refused);

        void Swap(CancellationToken cancel)
        {
            for (var i = 0; !cancel.IsCancellationRequested; i++)
            {
                var next = folder.PathOf("next");
                Directory.CreateSymbolicLink(next, i % 2 == 0 ? outside.Root : "dir");
                Assert.Equal(0, Libc.Rename(next, folder.PathOf("swapped")));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task What_is_neither_file_nor_folder_is_404_and_blocks_nobody(TransportKind transport)
    {
        var (exit, _, errors) = await Tool.RunAsync(Tool.Require("mkfifo"), folder.PathOf("fifo"));
        Assert.True(exit == 0, errors);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(folder.PathOf("socket")));
        File.CreateSymbolicLink(folder.PathOf("link"), "fifo");
        folder.Write("file.txt", "file");
        await using var server = await Servers.StartAsync(folder, transport);

        // More than there are threads to load with: one that blocked would be missed.
        for (var i = 0; i < 6; i++)
        {
            foreach (var target in new[] { "/fifo", "/socket", "/link" })
                Assert.Equal(404, Servers.Ask(server.Port, RawClient.Get(target)).Status);
        }
        Assert.Equal("file", Servers.Ask(server.Port, RawClient.Get("/file.txt")).Text);
        var listing = Servers.Ask(server.Port, RawClient.Get("/")).Text;
        Assert.Contains("file.txt", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("fifo", listing, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_folder_without_an_index_is_listed_with_its_names_escaped(TransportKind transport)
    {
        folder.Write("dir/a&b<i>.txt", "markup");
        folder.Write("dir/50% off?.txt", "query");
        folder.Write("dir/größe.txt", "umlauts");
        folder.Write("dir/javascript:alert(1)", "scheme");
        folder.Write("dir/sub/x.txt", "x");
        folder.Write("dir/.hidden", "hidden");
        folder.Write("indexed/index.html", "my own");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        var page = client.Ask(RawClient.Get("/dir/"));
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Field("Content-Type")));
        Assert.DoesNotContain("<i>", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", page.Text, StringComparison.Ordinal);
        var links = System.Text.RegularExpressions.Regex.Matches(page.Text, "href=\"([^\"]*)\"")
            .Select(match => System.Net.WebUtility.HtmlDecode(match.Groups[1].Value)).ToArray();
        Assert.Equal(6, links.Length);
        var pageAddress = new Uri($"http://127.0.0.1:{server.Port}/dir/");
        foreach (var link in links)
        {
            var address = new Uri(pageAddress, link);
            Assert.Equal(pageAddress.Authority, address.Authority);
            Assert.Equal(200, client.Ask(RawClient.Get(address.AbsolutePath)).Status);
        }
        Assert.Equal("my own", client.Ask(RawClient.Get("/indexed/")).Text);
    }

    [Fact]
    public async Task Without_listing_a_folder_is_404_but_for_its_index()
    {
        folder.Write("dir/a.txt", "a");
        folder.Write("indexed/index.html", "my own");
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, TransportKind.Auto) with { Listing = false });

        Assert.Equal(404, Servers.Ask(server.Port, RawClient.Get("/dir/")).Status);
        Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/dir/a.txt")).Status);
        Assert.Equal("my own", Servers.Ask(server.Port, RawClient.Get("/indexed/")).Text);
    }
}
