using Vitrine.Site;

namespace Vitrine.Tests.Site;

/// <summary>
/// Where nothing that was seen is ever looked at again by itself, a change shows only because the system tells of it.
/// </summary>
public sealed class WatchTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public WatchTests()
    {
        temporary.Write("a.txt", "old");
        temporary.Write("sub/index.html", "old");
        temporary.Write("404.html", "lost");
    }

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void What_changes_shows_because_the_system_tells_of_it()
    {
        using var site = Open(watch: true);
        var client = new SiteClient(site);
        Assert.Equal("old", client.Get("/a.txt").Text);
        Assert.Equal("old", client.Get("/sub/").Text);
        Assert.Equal("lost", client.Get("/new.txt").Text);
        Assert.Equal("lost", client.Get("/sub/new/b.txt").Text);

        temporary.Write("a.txt", "new");
        Shows(client, "/a.txt", "new");
        temporary.Write("sub/index.html", "newer");
        Shows(client, "/sub/", "newer");
        temporary.Write("new.txt", "now");
        Shows(client, "/new.txt", "now");
        temporary.Write("sub/new/b.txt", "below");
        Shows(client, "/sub/new/b.txt", "below");
        temporary.Write("404.html", "lost again");
        Shows(client, "/no", "lost again");
        File.Delete(temporary.PathOf("a.txt"));
        Shows(client, "/a.txt", "lost again");
        Directory.Move(temporary.PathOf("sub"), temporary.PathOf("moved"));
        Shows(client, "/sub/", "lost again");
        Shows(client, "/moved/", "newer");
    }

    // As build tools and releases do.
    [Fact]
    public void Another_folder_in_its_place_is_watched_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it is not noticed that it is another.");
        var root = temporary.MakeFolder("site");
        temporary.Write("site/a.txt", "of the first");
        using var site = new FolderSite(
            new SiteOptions(root, Listing: false, SiteClient.NeverFresh) { Watch = true });
        var client = new SiteClient(site);
        Assert.Equal("of the first", client.Get("/a.txt").Text);
        temporary.Write("next/a.txt", "of the second");
        Directory.Move(root, temporary.PathOf("last"));
        Directory.Move(temporary.PathOf("next"), root);
        Shows(client, "/a.txt", "of the second");
        temporary.Write("site/a.txt", "changed in the second");
        Shows(client, "/a.txt", "changed in the second");
    }

    [Fact]
    public void A_link_that_leads_elsewhere_is_watched_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere it is not noticed that it is another.");
        temporary.Write("1/a.txt", "of the first");
        temporary.Write("2/a.txt", "of the second");
        temporary.Link("current", "1");
        using var site = new FolderSite(
            new SiteOptions(temporary.PathOf("current"), Listing: false, SiteClient.NeverFresh) { Watch = true });
        var client = new SiteClient(site);
        Assert.Equal("of the first", client.Get("/a.txt").Text);
        temporary.Link("next", "2");
        Native.Exchange(temporary.PathOf("next"), temporary.PathOf("current"));
        Shows(client, "/a.txt", "of the second");
        temporary.Write("2/a.txt", "changed in the second");
        Shows(client, "/a.txt", "changed in the second");
    }

    [Fact]
    public void Without_it_what_was_seen_stays()
    {
        using var site = Open(watch: false);
        var client = new SiteClient(site);
        Assert.Equal("old", client.Get("/a.txt").Text);
        temporary.Write("a.txt", "new");
        Thread.Sleep(500);
        Assert.Equal("old", client.Get("/a.txt").Text);
    }

    private static void Shows(SiteClient client, string target, string text) =>
        Assert.True(
            SpinWait.SpinUntil(() => client.Get(target).Text == text, TimeSpan.FromSeconds(20)),
            $"{target} never comes to '{text}'.");

    private FolderSite Open(bool watch) =>
        new(new SiteOptions(temporary.Root, Listing: false, SiteClient.NeverFresh) { Watch = watch });
}
