using System.Net;
using System.Text.RegularExpressions;
using Vitrine.Http;

namespace Vitrine.Tests.Site;

public sealed class FolderSiteTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void A_file_is_answered_with_its_bytes_type_tag_and_time()
    {
        using var site = SiteClient.Open(temporary);
        File.SetLastWriteTimeUtc(
            temporary.Write("a/b.html", "<p>hello</p>"), DateTime.UnixEpoch.AddSeconds(784_111_777));
        var answer = new SiteClient(site).Get("/a/b.html?x=1");
        Assert.Equal((200, "<p>hello</p>"), (answer.Status, answer.Text));
        Assert.Equal("12", answer.Field("Content-Length"));
        Assert.Equal("text/html; charset=utf-8", answer.Field("Content-Type"));
        Assert.Equal("nosniff", answer.Field("X-Content-Type-Options"));
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", answer.Field("Last-Modified"));
        Assert.Equal("bytes", answer.Field("Accept-Ranges"));
        Assert.Equal(answer.Tag, answer.Field("ETag"));
        Assert.Matches("^\"[^\"]{10,}\"$", answer.Tag);
    }

    [Fact]
    public void A_folder_is_answered_with_its_index()
    {
        using var site = SiteClient.Open(temporary);
        temporary.Write("index.html", "top");
        temporary.Write("a/index.html", "inner");
        temporary.Write("a/other.html", "");
        var client = new SiteClient(site);
        Assert.Equal((200, "top"), Brief(client.Get("/")));
        Assert.Equal((200, "inner"), Brief(client.Get("/a/")));
        Assert.Equal((200, "inner"), Brief(client.Get("/a/b/..")));
        Assert.Equal("text/html; charset=utf-8", client.Get("/a/").Field("Content-Type"));
        Assert.Equal((200, "top"), Brief(client.Get("http://b.example")));
    }

    [Fact]
    public void A_folder_without_an_index_is_listed_unless_that_is_turned_off()
    {
        temporary.Write("a/b.txt", "");
        temporary.MakeFolder("a/index.html");
        using var site = SiteClient.Open(temporary);
        var answer = new SiteClient(site).Get("/a/");
        Assert.Equal(200, answer.Status);
        Assert.Contains("<h1>Index of /a/</h1>", answer.Text, StringComparison.Ordinal);
        Assert.Contains(">b.txt</a>", answer.Text, StringComparison.Ordinal);
        Assert.Contains(
            "default-src 'none'", answer.Field("Content-Security-Policy"), StringComparison.Ordinal);

        using var silent = SiteClient.Open(temporary, listing: false);
        Assert.Equal(404, new SiteClient(silent).Get("/a/").Status);
        temporary.Write("index.html", "top");
        Assert.Equal((200, "top"), Brief(new SiteClient(silent).Get("/")));
    }

    [Theory]
    [InlineData("/a", "/a/")]
    [InlineData("/a?x=1&y=//b", "/a/?x=1&y=//b")]
    [InlineData("/a?{|}^`\\%zz%2F%", "/a/?%7B%7C%7D%5E%60%5C%25zz%2F%25")]
    [InlineData("//a", "/a/")]
    [InlineData("//evil.example/../a", "/a/")]
    [InlineData("/%61", "/a/")]
    [InlineData("/two%20words%22", "/two%20words%22/")]
    [InlineData("//evil.example", "/evil.example/")]
    [InlineData("http://b.example/a?z", "/a/?z")]
    public void A_folder_without_its_slash_is_moved_to_this_host_and_keeps_the_query(
        string target, string location)
    {
        using var site = SiteClient.Open(temporary);
        foreach (var name in (string[])["a", "two words\"", "evil.example"]) temporary.MakeFolder(name);
        var answer = new SiteClient(site).Get(target);
        Assert.Equal((301, location), (answer.Status, answer.Field("Location")));
        Assert.Null(new SiteClient(site).Get(location).Field("Location"));
    }

    [Theory]
    [InlineData("/\\evil.example/..")]
    [InlineData("/%5Cevil.example")]
    [InlineData("/%2Fevil.example")]
    [InlineData("/a%00")]
    [InlineData("/%FF")]
    [InlineData("/%")]
    public void A_path_that_no_name_can_have_is_a_bad_request(string target)
    {
        using var site = SiteClient.Open(temporary);
        Assert.Equal(400, new SiteClient(site).Get(target).Status);
        Assert.Equal(404, new SiteClient(site).Get("/evil.example").Status);
    }

    [Fact]
    public void What_is_not_there_is_answered_with_the_sites_own_page()
    {
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        var plain = client.Get("/no.html");
        Assert.Equal(404, plain.Status);
        Assert.Contains("Not Found", plain.Text, StringComparison.Ordinal);

        temporary.Write("404.html", "<p>lost</p>");
        temporary.Write("a.txt", "");
        foreach (var target in (string[])["/no.html", "/no/way", "/a.txt/", "/.hidden", "/no/"])
        {
            var answer = client.Get(target);
            Assert.Equal((404, "<p>lost</p>"), Brief(answer));
            Assert.Equal("text/html; charset=utf-8", answer.Field("Content-Type"));
            // No validators: a client must not take the error for the page.
            Assert.Null(answer.Field("ETag"));
            Assert.Null(answer.Field("Last-Modified"));
        }
        Assert.Equal(
            (404, "<p>lost</p>"), Brief(client.Get("/no.html", "If-None-Match: *", "Range: bytes=0-1")));
        temporary.Write("404.html", "<p>still lost</p>");
        Assert.Equal((404, "<p>still lost</p>"), Brief(client.Get("/no.html")));
        File.Delete(temporary.PathOf("404.html"));
        Assert.Contains("Not Found", client.Get("/no.html").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Hidden_names_are_not_there_but_for_well_known()
    {
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        string[] names = [".env", ".git/config", "a/.b/c", ".well-known/.secret", ".well-known/a"];
        foreach (var name in names) temporary.Write(name, "content");
        string[] hidden =
            ["/.env", "/%2Eenv", "/.git/config", "/.git/", "/.git", "/a/.b/c", "/.well-known/.secret"];
        foreach (var target in hidden)
            Assert.Equal((target, 404), (target, client.Get(target).Status));
        Assert.Equal((200, "content"), Brief(client.Get("/.well-known/a")));
        Assert.Equal((200, "content"), Brief(client.Get("/.env/../.well-known/a")));
    }

    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(0)]
    public void A_changed_file_is_answered_with_new_bytes_and_a_new_tag(int cachedBodyBytes)
    {
        using var site = SiteClient.Open(
            temporary, SiteClient.AlwaysFresh with { CachedBodyBytes = cachedBodyBytes });
        var client = new SiteClient(site);
        var tags = new HashSet<string>();
        var contents = (string[])["first", "FIRST", "first and more", "f", ""];
        foreach (var content in contents)
        {
            temporary.Write("a.txt", content);
            var answer = client.Get("/a.txt");
            Assert.Equal((200, content), Brief(answer));
            Assert.Equal((answer.Tag, content), (client.Get("/a.txt").Tag, client.Get("/a.txt").Text));
            Assert.True(tags.Add(answer.Tag), $"{content}: the tag was there before.");
            Assert.Equal(412, client.Get("/a.txt", $"If-Match: \"x\"").Status);
            Assert.Equal(304, client.Get("/a.txt", $"If-None-Match: {answer.Tag}").Status);
        }
        Assert.Equal(contents.Length, tags.Count);
    }

    // What was told of it may have been told of what it was a second before.
    [Fact]
    public void A_file_whose_date_lies_ahead_has_none_and_no_condition_on_one_counts()
    {
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        File.SetLastWriteTimeUtc(temporary.Write("a.txt", "content"), DateTime.UtcNow.AddSeconds(30));
        Assert.Null(client.Get("/a.txt").Field("Last-Modified"));
        var date = DateTime.UtcNow.ToString("r", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(200, client.Get("/a.txt", $"If-Modified-Since: {date}").Status);
        Assert.Equal(200, client.Get("/a.txt", $"If-Unmodified-Since: {date}").Status);
        Assert.Equal(200, client.Get("/a.txt", "Range: bytes=2-4", $"If-Range: {date}").Status);
    }

    [Fact]
    public void A_small_file_that_is_written_again_as_it_was_keeps_its_tag()
    {
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        var path = temporary.Write("a.txt", "content");
        var first = client.Get("/a.txt");
        File.Delete(path);
        Assert.Equal(404, client.Get("/a.txt").Status);
        temporary.Write("a.txt", "content");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        var second = client.Get("/a.txt");
        Assert.Equal(first.Tag, second.Tag);
        Assert.NotEqual(first.Field("Last-Modified"), second.Field("Last-Modified"));
    }

    [Fact]
    public void A_file_is_looked_at_again_only_when_it_is_no_longer_fresh()
    {
        temporary.Write("a.txt", "old");
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh);
        var client = new SiteClient(site);
        Assert.True(client.Get("/a.txt").WasPending);
        temporary.Write("a.txt", "new");
        var cached = client.Get("/a.txt");
        Assert.False(cached.WasPending);
        Assert.Equal("old", cached.Text);
        Assert.Equal(1, site.CachedCount);

        using var fresh = SiteClient.Open(temporary);
        Assert.Equal("new", new SiteClient(fresh).Get("/a.txt").Text);
        temporary.Write("a.txt", "newest");
        Assert.Equal("newest", new SiteClient(fresh).Get("/a.txt").Text);
    }

    [Fact]
    public void What_is_not_there_does_not_fill_the_cache()
    {
        temporary.Write("a.txt", "");
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        for (var i = 0; i < 20; i++) Assert.Equal(404, client.Get($"/{i}").Status);
        Assert.Equal(0, site.CachedCount);
        Assert.Equal(200, client.Get("/a.txt").Status);
        Assert.Equal(1, site.CachedCount);
    }

    [Fact]
    public void A_file_is_sent_from_memory_up_to_the_limit_and_from_the_open_file_above_it()
    {
        temporary.Write("small.txt", "12345");
        temporary.Write("large.txt", "123456");
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh with { CachedBodyBytes = 5 });
        var client = new SiteClient(site);
        var small = client.Get("/small.txt").Reply.Content!;
        Assert.Null(small.File);
        Assert.Equal(5, small.Body!.Length);
        var large = client.Get("/large.txt");
        Assert.Null(large.Reply.Content!.Body);
        Assert.Equal((200, "123456"), Brief(large));
        var file = large.Reply.Content.File!;
        Assert.Same(file, client.Get("/large.txt").Reply.Content!.File);
        Assert.False(file.Handle.IsClosed);
        site.Dispose();
        Assert.True(file.Handle.IsClosed);
    }

    [Fact]
    public void A_reply_that_is_being_sent_keeps_its_file_open()
    {
        temporary.Write("large.txt", "123456");
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh with { CachedBodyBytes = 0 });
        var file = new SiteClient(site).Get("/large.txt").Reply.Content!.File!;
        file.Acquire();
        site.Dispose();
        Assert.False(file.Handle.IsClosed);
        file.Release();
        Assert.True(file.Handle.IsClosed);
    }

    // The limit of open files is for the cache, not for what can be served.
    [Fact]
    public void A_large_file_is_answered_while_all_places_for_open_files_are_in_use()
    {
        temporary.Write("a.txt", "first");
        temporary.Write("b.txt", "second");
        using var site = SiteClient.Open(
            temporary, SiteClient.NeverFresh with { CachedBodyBytes = 0, CachedOpenFiles = 1 });
        var client = new SiteClient(site);
        Assert.Equal((200, "first"), Brief(client.Get("/a.txt")));
        Assert.False(client.Get("/a.txt").WasPending);
        Assert.Equal((200, "second"), Brief(client.Get("/b.txt")));
        Assert.Equal((200, "first"), Brief(client.Get("/a.txt")));
    }

    [Fact]
    public void A_large_file_is_answered_when_nothing_may_be_cached()
    {
        temporary.Write("a.txt", "first");
        using var site = SiteClient.Open(
            temporary, SiteClient.NeverFresh with { CachedBodyBytes = 0, CacheBytes = 0 });
        var client = new SiteClient(site);
        Assert.Equal((200, "first"), Brief(client.Get("/a.txt")));
        Assert.Equal((200, "first"), Brief(client.Get("/a.txt")));
        Assert.Equal(0, site.CachedCount);
    }

    [Fact]
    public void A_file_that_never_stops_growing_is_served_as_far_as_it_came()
    {
        var path = temporary.Write("log.txt", "line\n");
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        using var stop = new CancellationTokenSource();
        var writer = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.AppendAllText(path, "line\n");
                Thread.Sleep(2);
            }
        });
        writer.Start();
        try
        {
            Thread.Sleep(20);
            var answer = client.Get("/log.txt");
            Assert.Equal(200, answer.Status);
            Assert.Matches("^(line\n)+$", answer.Text);
        }
        finally
        {
            stop.Cancel();
            writer.Join();
        }
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(0)]
    public void Ranges_are_picked_for_get_alone(int cachedBodyBytes)
    {
        temporary.Write("a.txt", "0123456789");
        using var site = SiteClient.Open(temporary, new Limits { CachedBodyBytes = cachedBodyBytes });
        var client = new SiteClient(site);
        var one = client.Get("/a.txt", "Range: bytes=2-4");
        Assert.Equal((206, 2, 3), (one.Status, one.Reply.Window.Start, one.Reply.Window.Length));
        var two = client.Get("/a.txt", "Range: bytes=0-1,-2");
        Assert.Equal([(0, 2), (8, 2)], two.Reply.Windows!.Select(window => (window.Start, window.Length)));
        var none = client.Get("/a.txt", "Range: bytes=10-");
        Assert.Equal((416, "bytes */10"), (none.Status, none.Field("Content-Range")));
        Assert.Equal(200, client.Get("/a.txt", "Range: lines=1-2").Status);
        Assert.Equal(200, client.Get("/a.txt", "Range: bytes=0-1", "Range: bytes=0-1").Status);
        Assert.Equal(200, client.Ask("HEAD /a.txt HTTP/1.1", "Host: a", "Range: bytes=2-4").Status);
        Assert.Equal(206, client.Get("/a.txt", "Range: bytes=2-4", $"If-Range: {one.Tag}").Status);
        Assert.Equal(200, client.Get("/a.txt", "Range: bytes=2-4", "If-Range: \"x\"").Status);
        Assert.Equal(304, client.Get("/a.txt", "Range: bytes=2-4", $"If-None-Match: {one.Tag}").Status);
    }

    [Theory]
    [InlineData("OPTIONS", 204, true)]
    [InlineData("POST", 405, true)]
    [InlineData("DELETE", 405, true)]
    [InlineData("BREW", 501, false)]
    public void Another_method_than_get_and_head_is_answered_without_a_look_at_the_path(
        string method, int status, bool allow)
    {
        using var site = SiteClient.Open(temporary);
        var answer = new SiteClient(site).Ask($"{method} /%00 HTTP/1.1", "Host: a.example");
        Assert.Equal((status, false), (answer.Status, answer.WasPending));
        Assert.Equal(allow ? "GET, HEAD, OPTIONS" : null, answer.Field("Allow"));
    }

    [Fact]
    public void Every_name_that_is_listed_can_be_asked_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names cannot hold these here.");
        string[] names =
        [
            "plain.txt", "two words", "line\nbreak", "quote\"'", "<b>", "a&b", "per%41cent", "what?#", "a:b",
            "caf\u00E9 \U0001F600", "semi;colon=1", "-", "~", "not hidden", "a\u00A0b",
        ];
        foreach (var name in names) temporary.Write(name, "content of " + name);
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        var links = LinksOf(client.Get("/"));
        Assert.Equal(names.Length, links.Length);
        var contents = links.Select(link => client.Get(link[1..]).Text).Order(StringComparer.Ordinal);
        Assert.Equal(names.Select(name => "content of " + name).Order(StringComparer.Ordinal), contents);
    }

    // A backslash is refused in every form, so such a name has no address.
    [Fact]
    public void A_name_that_no_address_can_name_is_not_listed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names cannot hold this here.");
        temporary.Write("plain.txt", "");
        temporary.Write("back\\slash.txt", "");
        using var site = SiteClient.Open(temporary);
        Assert.Equal(["./plain.txt"], LinksOf(new SiteClient(site).Get("/")));
    }

    private static (int Status, string Text) Brief(SiteAnswer answer) => (answer.Status, answer.Text);

    private static string[] LinksOf(SiteAnswer answer) =>
        [.. Regex.Matches(answer.Text, "<a href=\"([^\"]*)\">")
            .Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
}
