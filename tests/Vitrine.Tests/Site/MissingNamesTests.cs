using System.Globalization;
using System.IO.MemoryMappedFiles;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;
using Vitrine.Site;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Site;

/// <summary>What is not there is answered by the names that are there, and the disk is left alone.</summary>
public sealed class MissingNamesTests : IDisposable
{
    private const int SeenAgainMs = 300;

    // So that what was seen counts no more after that.
    private static readonly Limits SoonStale = new() { FreshnessMs = SeenAgainMs - 100 };

    private readonly TemporaryFolder temporary = new();

    public MissingNamesTests() => temporary.Write("index.html", "start");

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void What_is_missing_is_known_without_a_look_at_the_disk()
    {
        temporary.Write("sub/a.txt", "a");
        Thread.Sleep(50); // the folders settle
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh);
        var client = new SiteClient(site);
        Assert.Equal((404, true), Ask(client, "/missing"));
        Assert.Equal((404, !OperatingSystem.IsLinux()), Ask(client, "/another"));
        Assert.Equal((404, !OperatingSystem.IsLinux()), Ask(client, "/no/folder/either.txt"));
        Assert.Equal((404, !OperatingSystem.IsLinux()), Ask(client, "/.git/config"));
        Assert.Equal((404, true), Ask(client, "/sub/missing"));
        Assert.Equal((404, !OperatingSystem.IsLinux()), Ask(client, "/sub/another"));
        // The controls: what is there.
        Assert.Equal(200, client.Get("/sub/a.txt").Status);
        Assert.Equal(301, client.Get("/sub").Status);
        Assert.Equal(200, client.Get("/").Status);
        Assert.Equal(200, client.Get("/sub/").Status);
        Assert.Equal(404, client.Get("/sub/a.txt/b").Status);
    }

    // As a deploy does it: first the files, then the page that refers to them. Before, somebody asked for anything that
    // is not there, as for a favicon or a source map.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_new_page_refers_to_is_there(bool isPageKnown)
    {
        temporary.Write("assets/old.js", "old");
        var page = temporary.Write("page.html", "refers to assets/old.js");
        File.SetLastWriteTimeUtc(page, DateTime.UtcNow.AddHours(-1));
        Thread.Sleep(50); // the folders settle
        using var site = SiteClient.Open(temporary, new Limits { FreshnessMs = isPageKnown ? 600 : 60_000 });
        var client = new SiteClient(site);
        if (isPageKnown) Assert.Equal(200, client.Get("/page.html").Status);
        Thread.Sleep(isPageKnown ? 400 : 0); // so the page is looked at again before its neighbours are
        for (var i = 0; i < 2; i++) Assert.Equal(404, client.Get($"/assets/none{i}").Status);
        Assert.Equal(404, client.Get("/assets/new.js").Status); // so it is known to be missing

        temporary.Write("assets/new.js", "new");
        var next = temporary.Write("page.tmp", "refers to assets/new.js");
        File.SetLastWriteTimeUtc(next, DateTime.UtcNow.AddHours(-1));
        File.Move(next, page, overwrite: true);
        Thread.Sleep(isPageKnown ? 250 : 0);
        Assert.Equal("refers to assets/new.js", client.Get("/page.html").Text);
        Assert.Equal((200, "new"), Brief(client.Get("/assets/new.js")));
    }

    [Fact]
    public void A_folder_without_an_index_is_missing_only_where_it_is_not_listed()
    {
        temporary.Write("sub/a.txt", "a");
        Thread.Sleep(50);
        using var silent = SiteClient.Open(temporary, SoonStale, listing: false);
        var client = new SiteClient(silent);
        for (var i = 0; i < 2; i++) Assert.Equal(404, client.Get("/sub/").Status);
        temporary.Write("sub/index.html", "sub");
        Thread.Sleep(SeenAgainMs);
        Assert.Equal((200, "sub"), Brief(client.Get("/sub/")));
    }

    [Theory]
    [InlineData("new.txt", "/new.txt")]
    [InlineData("sub/new.txt", "/sub/new.txt")]
    [InlineData("new/folder/a.txt", "/new/folder/a.txt")]
    [InlineData("linked/new.txt", "/link/new.txt")]
    public void What_comes_is_seen(string name, string target)
    {
        temporary.Write("sub/a.txt", "a");
        temporary.Write("linked/a.txt", "a");
        temporary.Link("link", "linked");
        Thread.Sleep(50);
        using var site = SiteClient.Open(temporary, SoonStale);
        var client = new SiteClient(site);
        for (var i = 0; i < 3; i++) Assert.Equal(404, client.Get(target).Status);
        temporary.Write(name, "new");
        Thread.Sleep(SeenAgainMs);
        Assert.Equal(404, client.Get(target + ".other").Status); // now the folder was looked at again
        Assert.Equal((200, "new"), Brief(client.Get(target)));
        File.Delete(temporary.PathOf(name));
    }

    [Fact]
    public void A_folder_that_another_took_the_place_of_is_seen()
    {
        temporary.Write("sub/a.txt", "a");
        temporary.Write("other/b.txt", "b");
        Thread.Sleep(50);
        using var site = SiteClient.Open(temporary, SoonStale);
        var client = new SiteClient(site);
        for (var i = 0; i < 2; i++) Assert.Equal(404, client.Get("/sub/b.txt").Status);
        Directory.Move(temporary.PathOf("sub"), temporary.PathOf("old"));
        Directory.Move(temporary.PathOf("other"), temporary.PathOf("sub"));
        Thread.Sleep(SeenAgainMs);
        Assert.Equal(404, client.Get("/sub/c.txt").Status);
        Assert.Equal((200, "b"), Brief(client.Get("/sub/b.txt")));
    }

    [Fact]
    public void A_million_missing_names_leave_nothing_behind()
    {
        if (!OperatingSystem.IsLinux()) return;
        const int Names = 1_000_000;
        Thread.Sleep(50);
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh);
        Assert.Equal(404, new SiteClient(site).Get("/missing").Status);
        var limits = new Limits();
        var head = new HeadBuilder(limits);
        var request = "GET /missing/0000000.html HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        var number = request.AsSpan("GET /missing/".Length, 7);
        var (pending, missing) = (0, 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Names; i++)
        {
            // No assertion here: they allocate.
            if (!i.TryFormat(number, out _, "D7", CultureInfo.InvariantCulture)) break;
            head.Reset();
            Http1Parser.Parse(request, head, limits, out _);
            var reply = site.Respond(head.Over(request), null, 1, []);
            if (reply.Pending is not null) pending++; // once in a while, if the names are not known yet
            else if (reply.Status == Status.NotFound) missing++;
        }
        Assert.InRange(pending, 0, 1_000);
        Assert.Equal(Names, missing + pending);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
        Assert.Equal(0, site.CachedCount);
    }

    [Fact]
    public void The_sites_own_page_is_as_fresh_as_any()
    {
        temporary.Write("404.html", "lost");
        using var site = SiteClient.Open(temporary, SoonStale);
        var client = new SiteClient(site);
        for (var i = 0; i < 3; i++) Assert.Equal((404, "lost"), Brief(client.Get($"/{i}")));
        temporary.Write("404.html", "still lost");
        Thread.Sleep(SeenAgainMs);
        for (var i = 0; i < 3; i++) Assert.Equal((404, "still lost"), Brief(client.Get($"/{i}")));
    }

    [Fact]
    public void A_slowly_written_page_of_its_own_is_seen_to_its_end()
    {
        var path = temporary.Write("404.html", "lost, half");
        using var mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open);
        using var page = mapped.CreateViewAccessor();
        page.WriteArray(0, "lost, HALF"u8.ToArray(), 0, 10);
        using var site = SiteClient.Open(temporary);
        var client = new SiteClient(site);
        Assert.Equal((404, "lost, HALF"), Brief(client.Get("/no")));
        // A write to memory that is dirty already changes the bytes, and no time.
        page.WriteArray(0, "lost, FULL"u8.ToArray(), 0, 10);
        Assert.Equal((404, "lost, FULL"), Brief(client.Get("/no")));
    }

    [Fact]
    public void Only_names_that_say_what_is_missing_are_believed()
    {
        if (!OperatingSystem.IsLinux()) return;
        Assert.Equal(3, Read("", 100)?.Count); // itself, the one around it, and the index
        Assert.Null(Read("", 2));
        temporary.MakeFolder("empty");
        Assert.Equal(2, Read("empty", 100)?.Count);
        temporary.Write("digits/123", ""); // nobody can tell whether upper and lower case are one there
        Assert.Null(Read("digits", 100));
        temporary.Write("both/a", "");
        temporary.Write("both/A", "");
        Assert.Equal(4, Read("both", 100)?.Count);
        using var devices = FolderOrigin.Open("/proc");
        Assert.Null(devices.ReadNames("/self/"u8, 1_000, out _)); // has more than it lists
    }

    private NameSet? Read(string name, int most)
    {
        using var folder = FolderOrigin.Open(temporary.PathOf(name));
        return folder.ReadNames("/"u8, most, out _);
    }

    private static (int Status, bool WasPending) Ask(SiteClient client, string target)
    {
        var answer = client.Get(target);
        return (answer.Status, answer.WasPending);
    }

    private static (int Status, string Text) Brief(SiteAnswer answer) => (answer.Status, answer.Text);
}
