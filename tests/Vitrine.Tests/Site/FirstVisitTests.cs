using Vitrine.Site;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Site;

/// <summary>How often the disk is asked for a file of which nothing is known yet.</summary>
public sealed class FirstVisitTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public FirstVisitTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere no names are believed.");

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void Once_the_names_of_its_folder_are_known_it_is_opened_without_a_look_at_it()
    {
        for (var i = 0; i < 3; i++) temporary.Write($"{i}.css", $"file {i}");
        temporary.Link("link.css", "0.css");
        Thread.Sleep(50); // until the times of the folder can be believed
        using var folder = new Counted(FolderOrigin.Open(temporary.Root));
        using var site = new FolderSite(
            new SiteOptions(temporary.Root, true, SiteClient.NeverFresh), folder, SiteClock.System, Loader.ThreadCount);
        var client = new SiteClient(site);
        Assert.Equal((200, true), (client.Get("/0.css").Status, client.Get("/1.css").Status == 200));
        folder.Reset();
        Assert.Equal("file 2", client.Get("/2.css").Text);
        Assert.Equal((0, 0, 1), (folder.Looks, folder.Opens, folder.ListedOpens));
        Assert.Equal("file 0", client.Get("/link.css").Text);
        Assert.Equal((true, 1), (folder.Opens > 0, folder.ListedOpens));
    }

    // A worker could not open it again: what an absolute link leads to is not left to the disk.
    [Fact]
    public void What_lies_behind_an_absolute_link_to_a_folder_is_known_to()
    {
        temporary.Write("release/a.css", "a");
        temporary.Link("current", temporary.PathOf("release"));
        using var folder = FolderOrigin.Open(temporary.Root);
        Assert.Equal(OpenError.None, folder.TryOpenListed("/current/a.css"u8, Blocking.Allowed, out var behind));
        Assert.Equal(OpenError.None, folder.TryOpenListed("/release/a.css"u8, Blocking.Allowed, out var direct));
        Assert.Equal((true, false), (behind!.IsBehindLink, direct!.IsBehindLink));
        behind.Release();
        direct.Release();
    }

    // Between the look at its folder and that at the file.
    [Fact]
    public void What_took_the_place_of_a_listed_file_is_answered_as_what_it_is()
    {
        temporary.Write("a.css", "a");
        temporary.Write("b.css", "b");
        using var folder = FolderOrigin.Open(temporary.Root);
        Assert.Equal("b", Read(folder));
        File.Delete(temporary.PathOf("b.css"));
        temporary.Link("b.css", "a.css");
        Assert.Equal("a", Read(folder));
        File.Delete(temporary.PathOf("b.css"));
        Native.MakePipe(temporary.PathOf("b.css"));
        Assert.Null(Read(folder));
        File.Delete(temporary.PathOf("b.css"));
        temporary.Link("b.css", "/etc/passwd");
        Assert.Null(Read(folder));
    }

    [Fact]
    public void Only_files_are_listed_as_files()
    {
        temporary.Write("file", "");
        temporary.Write("folder/file", "");
        temporary.Link("link", "file");
        Native.MakePipe(temporary.PathOf("fifo"));
        using var folder = FolderOrigin.Open(temporary.Root);
        var names = folder.ReadNames("/"u8, 100, out _);
        Assert.SkipWhen(names is null, "Nobody believes this file system.");
        Assert.True(names.IsFile("file"u8));
        foreach (var other in (string[])["folder", "link", "fifo", "nothing", ".", ".."])
            Assert.False(names.IsFile(System.Text.Encoding.ASCII.GetBytes(other)), other);
    }

    private static string? Read(Folder folder)
    {
        if (folder.TryOpenListed("/b.css"u8, Blocking.Allowed, out var file) != OpenError.None) return null;
        var bytes = new byte[1];
        Assert.Equal(1, file!.Read(0, bytes));
        file.Release();
        return System.Text.Encoding.ASCII.GetString(bytes);
    }

    private sealed class Counted(Folder inner) : Folder
    {
        public int Looks { get; private set; }

        public int Opens { get; private set; }

        public int ListedOpens { get; private set; }

        public override string Root => inner.Root;

        public void Reset() => Looks = Opens = ListedOpens = 0;

        public override OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts)
        {
            if (path[^1] != '/') Looks++;
            return inner.Look(path, blocking, out facts);
        }

        public override OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file)
        {
            Opens++;
            return inner.TryOpenFile(path, blocking, out file);
        }

        public override OpenError TryOpenListed(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file)
        {
            ListedOpens++;
            return inner.TryOpenListed(path, blocking, out file);
        }

        public override OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file) =>
            inner.TryReopenFile(path, known, out file);

        public override bool TryReadCached(
            ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination) =>
            inner.TryReadCached(path, known, position, destination);

        public override OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list) =>
            inner.TryList(path, most, out list);

        public override NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts) =>
            inner.ReadNames(path, most, out facts);

        public override void Dispose() => inner.Dispose();
    }
}
