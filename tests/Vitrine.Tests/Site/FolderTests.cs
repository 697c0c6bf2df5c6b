using System.Net.Sockets;
using System.Text;
using Vitrine.Site;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Site;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder outside = new();
    private readonly TemporaryFolder temporary = new();

    /// <summary>The ways to open a folder.</summary>
    public static TheoryData<string> Kinds => ["linux", "portable"];

    public void Dispose()
    {
        temporary.Dispose();
        outside.Dispose();
    }

    [Fact]
    public void What_is_opened_again_by_name_has_to_be_the_same_in_everything()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var folder = Open("linux");
        temporary.Write("a.txt", "inside");
        Assert.Equal(OpenError.None, folder.Look("/a.txt"u8, Blocking.Allowed, out var facts));
        Span<byte> bytes = stackalloc byte[6];
        Assert.True(folder.TryReadCached("/a.txt"u8, facts, 0, bytes));
        Assert.Equal("inside", Encoding.ASCII.GetString(bytes));
        // A file that was deleted leaves its inode number to another, which may have more names.
        var another = facts with { Links = facts.Links + 1, ChangedNs = facts.ChangedNs + 1 };
        Assert.True(facts.HasContentOf(another));
        Assert.False(folder.TryReadCached("/a.txt"u8, another, 0, bytes));
        Assert.Equal(OpenError.NotFound, folder.TryReopenFile("/a.txt"u8, another, out _));
        Assert.False(folder.TryReadCached("/a.txt"u8, facts, 1, bytes)); // not so many
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_is_opened_with_the_facts_of_its_descriptor(string kind)
    {
        using var folder = Open(kind);
        var path = temporary.Write("a/b/c.txt", "inside");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        Assert.Equal(OpenError.None, folder.TryOpenFile("/a/b/c.txt"u8, Blocking.Allowed, out var file));
        Assert.Equal(
            (FileKind.File, 6, 1_000_000_000),
            (file!.Facts.Kind, file.Facts.Length, file.Facts.ModifiedSeconds));
        Assert.True(file.IsUnchanged());
        // Its time was set back just now, which is a change where that can be seen.
        var bytes = new byte[10];
        Assert.Equal(4, file.Read(2, bytes));
        Assert.Equal("side", Encoding.UTF8.GetString(bytes, 0, 4));
        Assert.Equal(0, file.Read(6, bytes));
        file.Release();
        Assert.True(file.Handle.IsClosed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_look_sees_files_and_folders_and_what_is_not_there(string kind)
    {
        using var folder = Open(kind);
        temporary.Write("a/b.txt", "12345");
        Assert.Equal("None File 5", Folders.Look(folder, "/a/b.txt"));
        Assert.StartsWith("None Folder", Folders.Look(folder, "/a"), StringComparison.Ordinal);
        Assert.StartsWith("None Folder", Folders.Look(folder, "/a/"), StringComparison.Ordinal);
        Assert.StartsWith("None Folder", Folders.Look(folder, "/"), StringComparison.Ordinal);
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/a/c.txt"));
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/c/b.txt"));
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/a/b.txt/"));
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/a/b.txt/c"));
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/" + new string('n', 300)));
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/" + new string('n', 8000)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Only_a_file_can_be_opened(string kind)
    {
        using var folder = Open(kind);
        temporary.Write("a/b.txt", "inside");
        Assert.Equal("inside", Folders.Read(folder, "/a/b.txt"));
        Assert.Equal("NotFound", Folders.Read(folder, "/a"));
        Assert.Equal("NotFound", Folders.Read(folder, "/a/"));
        Assert.Equal("NotFound", Folders.Read(folder, "/"));
        Assert.Equal("NotFound", Folders.Read(folder, "/a/b.txt/"));
        Assert.Equal("NotFound", Folders.Read(folder, "/a/b.txt/c"));
        Assert.Equal("NotFound", Folders.Read(folder, "/c"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_link_that_stays_inside_is_followed(string kind)
    {
        using var folder = Open(kind);
        var target = temporary.Write("a/b.txt", "inside");
        temporary.Link("relative", "a/b.txt");
        temporary.Link("absolute", target);
        temporary.Link("folder", "a");
        temporary.Link("absolute-folder", temporary.PathOf("a"));
        temporary.Link("a/up", "../a/b.txt");
        temporary.Link("out-and-in", $"../{Path.GetFileName(temporary.Root)}/a/b.txt");
        temporary.Link("chain1", "chain2");
        temporary.Link("chain2", temporary.PathOf("chain3"));
        temporary.Link("chain3", "folder/up");
        string[] names =
        [
            "/relative", "/absolute", "/folder/b.txt", "/absolute-folder/b.txt", "/a/up", "/out-and-in",
            "/chain1", "/chain2", "/absolute-folder/up",
        ];
        foreach (var name in names)
            Assert.Equal((name, "inside"), (name, Folders.Read(folder, name)));
        Assert.StartsWith("None Folder", Folders.Look(folder, "/folder"), StringComparison.Ordinal);
        Assert.StartsWith("None Folder", Folders.Look(folder, "/absolute-folder"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_link_in_any_component_is_followed_inside_and_nowhere_else(string kind)
    {
        using var folder = Open(kind);
        string[] path = ["a", "b", "c", "secret.txt"];
        foreach (var place in new[] { temporary, outside }) place.Write("a/b/c/secret.txt", place.Root);
        for (var i = 0; i < path.Length; i++)
        {
            // Everything before it is a folder, everything behind it is where it leads.
            var before = string.Concat(path[..i].Select(part => part + "/"));
            var target = before + path[i];
            var up = string.Concat(Enumerable.Repeat("../", i + 1)) + Path.GetFileName(outside.Root);
            temporary.Link($"{before}in{i}", path[i]);
            temporary.Link($"{before}out{i}", outside.PathOf(target));
            temporary.Link($"{before}up{i}", $"{up}/{target}");
            var behind = string.Concat(path[(i + 1)..].Select(part => "/" + part));
            Assert.Equal(temporary.Root, Folders.Read(folder, $"/{before}in{i}{behind}"));
            foreach (var link in new[] { "out", "up" })
            {
                var name = $"/{before}{link}{i}{behind}";
                Assert.Equal((name, "NotFound"), (name, Folders.Read(folder, name)));
                Assert.Equal((name, "NotFound None 0"), (name, Folders.Look(folder, name)));
                if (i == path.Length - 1) continue;
                var listed = folder.TryList(Encoding.UTF8.GetBytes($"/{before}{link}{i}/"), 100, out _);
                Assert.Equal(OpenError.NotFound, listed);
            }
        }
        // The control: it is there.
        Assert.Equal(outside.Root, File.ReadAllText(temporary.PathOf("a/up1/c/secret.txt")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_link_that_leaves_the_folder_is_not_followed(string kind)
    {
        using var folder = Open(kind);
        outside.Write("secret.txt", "outside");
        temporary.Write("a/b.txt", "inside");
        var sibling = temporary.Root + "-sibling";
        Directory.CreateDirectory(sibling);
        File.WriteAllText(Path.Join(sibling, "secret.txt"), "outside");
        try
        {
            var up = $"../{Path.GetFileName(outside.Root)}";
            temporary.Link("absolute", outside.PathOf("secret.txt"));
            temporary.Link("relative", up + "/secret.txt");
            temporary.Link("folder", outside.Root);
            temporary.Link("relative-folder", up);
            temporary.Link("sibling", sibling);
            temporary.Link("parent", "..");
            temporary.Link("chain1", "chain2");
            temporary.Link("chain2", "folder/secret.txt");
            temporary.Link("root", "/");
            temporary.Link("process", "/proc/self/root");
            temporary.Link("missing", "/no/such/file");
            string[] names =
            [
                "/absolute", "/relative", "/folder/secret.txt", "/sibling/secret.txt",
                "/relative-folder/secret.txt", "/chain1", "/chain2", "/missing",
                $"/root{outside.Root}/secret.txt", $"/process{outside.Root}/secret.txt",
                $"/parent/{Path.GetFileName(outside.Root)}/secret.txt",
            ];
            foreach (var name in names)
            {
                Assert.Equal((name, "NotFound"), (name, Folders.Read(folder, name)));
                Assert.Equal((name, "NotFound None 0"), (name, Folders.Look(folder, name)));
            }
            Assert.Equal("NotFound None 0", Folders.Look(folder, "/parent"));
            Assert.Equal("NotFound None 0", Folders.Look(folder, "/folder"));
            Assert.Equal(["a"], Folders.Names(folder, "/"));
            Assert.Equal("inside", Folders.Read(folder, "/a/b.txt"));
        }
        finally
        {
            Directory.Delete(sibling, recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Dot_segments_do_not_lead_outside_even_when_they_come_this_far(string kind)
    {
        using var folder = Open(kind);
        outside.Write("secret.txt", "outside");
        temporary.Write("a/b.txt", "inside");
        Assert.Equal("inside", Folders.Read(folder, "/a/../a/b.txt"));
        Assert.Equal("NotFound", Folders.Read(folder, $"/../{Path.GetFileName(outside.Root)}/secret.txt"));
        Assert.Equal("NotFound", Folders.Read(folder, $"/a/../../{Path.GetFileName(outside.Root)}/secret.txt"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_loop_of_links_is_not_found(string kind)
    {
        using var folder = Open(kind);
        temporary.Link("self", "self");
        temporary.Link("ping", "pong");
        temporary.Link("pong", temporary.PathOf("ping"));
        temporary.Link("deeper", "deeper/deeper");
        foreach (var name in (string[])["/self", "/ping", "/pong", "/deeper", "/self/a"])
            Assert.Equal((name, "NotFound"), (name, Folders.Read(folder, name)));
        Assert.Empty(Folders.Names(folder, "/"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_pipe_is_not_found_and_never_waited_for(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no named pipes in folders here.");
        using var folder = Open(kind);
        Native.MakePipe(temporary.PathOf("pipe"));
        temporary.Link("link", "pipe");
        temporary.Link("absolute", temporary.PathOf("pipe"));
        temporary.Write("file", "inside");
        var answers = Task.Run(() => (string[])[.. new[] { "/pipe", "/link", "/absolute", "/file" }
            .Select(name => $"{Folders.Read(folder, name)}, {Folders.Look(folder, name)}"),
            .. Folders.Names(folder, "/")]);
        string[] expected =
        [
            "NotFound, NotFound None 0", "NotFound, NotFound None 0", "NotFound, NotFound None 0",
            "inside, None File 6", "file",
        ];
        Assert.Equal(
            expected,
            await answers.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_socket_is_not_found(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no sockets in folders here.");
        using var folder = Open(kind);
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(temporary.PathOf("socket")));
        Assert.Equal("NotFound", Folders.Read(folder, "/socket"));
        Assert.Equal("NotFound None 0", Folders.Look(folder, "/socket"));
        Assert.Empty(Folders.Names(folder, "/"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_list_has_what_can_be_served_and_nothing_hidden(string kind)
    {
        using var folder = Open(kind);
        outside.Write("secret.txt", "outside");
        File.SetLastWriteTimeUtc(
            temporary.Write("a.txt", "12345"), DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        temporary.Write(".hidden", "");
        temporary.Write(".git/config", "");
        temporary.Write("b/c.txt", "");
        temporary.Link("link", "a.txt");
        temporary.Link("folder-link", "b");
        temporary.Link("secret", outside.PathOf("secret.txt"));
        temporary.Link("broken", "nothing");
        Assert.Equal(OpenError.None, folder.TryList("/"u8, 100, out var list));
        var entries = list!.Entries;
        Assert.Equal(["b", "folder-link", "a.txt", "link"], entries.Select(entry => entry.Name));
        Assert.Equal((4, 0, false), (list.Total, list.Unshown, list.HasMore));
        Assert.Equal(
            new FolderEntry("a.txt", FileKind.File, 5, 1_000_000_000),
            entries.Single(e => e.Name == "a.txt"));
        Assert.Equal(("link", FileKind.File, 5), Facts(entries.Single(e => e.Name == "link")));
        Assert.Equal(FileKind.Folder, entries.Single(e => e.Name == "folder-link").Kind);
        Assert.Equal(["c.txt"], Folders.Names(folder, "/b/"));
        Assert.Equal(["c.txt"], Folders.Names(folder, "/folder-link/"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_list_that_is_cut_has_the_first_names_and_says_how_many_there_are(string kind)
    {
        using var folder = Open(kind);
        for (var i = 12; i > 0; i--) temporary.Write($"file {i}", "");
        temporary.Write("z/a", "");
        for (var i = 0; i < 5; i++) temporary.Write($".{i}", ""); // what is hidden is not missed
        Assert.Equal(OpenError.None, folder.TryList("/"u8, 4, out var list));
        Assert.Equal(["z", "file 1", "file 2", "file 3"], list!.Entries.Select(entry => entry.Name));
        Assert.Equal((13, 0, false), (list.Total, list.Unshown, list.HasMore));
        Assert.Equal(OpenError.None, folder.TryList("/"u8, 13, out list));
        Assert.Equal((13, 13), (list!.Entries.Count, list.Total));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_list_counts_the_names_that_no_address_can_hold(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere there are no such names.");
        using var folder = Open(kind);
        temporary.Write("back\\slash", "");
        byte[] path = [.. Encoding.UTF8.GetBytes(temporary.PathOf("caf")), 0xe9];
        Native.Write(path);
        temporary.Write("a.txt", "");
        Assert.Equal(OpenError.None, folder.TryList("/"u8, 10, out var list));
        Assert.Equal(["a.txt"], list!.Entries.Select(entry => entry.Name));
        Assert.Equal((1, 2), (list.Total, list.Unshown));
        Native.Delete(path);
    }

    [Fact]
    public void A_file_that_another_program_holds_is_busy_and_not_missing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Leases are Linux's.");
        using var folder = Open("linux");
        using (Native.Lease(temporary.Write("a.txt", "a")))
            Assert.Equal(OpenError.Busy, folder.TryOpenFile("/a.txt"u8, Blocking.Allowed, out _));
        Assert.Equal(OpenError.None, folder.TryOpenFile("/a.txt"u8, Blocking.Allowed, out var file));
        file!.Release();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_no_folder_cannot_be_listed(string kind)
    {
        using var folder = Open(kind);
        temporary.Write("a.txt", "");
        temporary.Link("out", outside.Root);
        Assert.Equal(OpenError.NotFound, folder.TryList("/a.txt/"u8, 100, out _));
        Assert.Equal(OpenError.NotFound, folder.TryList("/b/"u8, 100, out _));
        Assert.Equal(OpenError.NotFound, folder.TryList("/out/"u8, 100, out _));
        Assert.Equal(OpenError.None, folder.TryList("/"u8, 100, out _));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_name_may_hold_nearly_anything(string kind)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Names cannot hold these here.");
        using var folder = Open(kind);
        string[] names =
            ["line\nbreak", "quote\"'", "caf\u00E9 \u20AC \U0001F600", " space ", "per%41cent", "a:b*?", "-"];
        foreach (var name in names) temporary.Write(name, name);
        foreach (var name in names) Assert.Equal(name, Folders.Read(folder, "/" + name));
        Assert.Equal(names.Order(StringComparer.Ordinal), Folders.Names(folder, "/"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_was_changed_or_grew_or_shrank_says_so(string kind)
    {
        using var folder = Open(kind);
        foreach (var content in (string[])["INSIDE", "inside and more", "in"])
        {
            var path = temporary.Write("a.txt", "inside");
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_000_000_000));
            Assert.Equal(OpenError.None, folder.TryOpenFile("/a.txt"u8, Blocking.Allowed, out var file));
            Assert.True(file!.IsUnchanged());
            File.WriteAllText(path, content);
            Assert.False(file.IsUnchanged(), content);
            file.Release();
        }
    }

    // .NET's own files hold an advisory lock, which other programs do not ask for: so only here.
    [Theory]
    [InlineData("linux")]
    public void A_file_that_is_open_here_is_not_locked_for_others(string kind)
    {
        using var folder = Open(kind);
        var path = temporary.Write("a.txt", "inside");
        Assert.Equal(OpenError.None, folder.TryOpenFile("/a.txt"u8, Blocking.Allowed, out var file));
        try
        {
            using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
                writer.Write("INSIDE"u8);
            Assert.Equal("INSIDE", Folders.Read(folder, "/a.txt"));
        }
        finally
        {
            file!.Release();
        }
    }

    [Fact]
    public void A_root_that_is_not_there_or_is_a_file_is_refused()
    {
        var file = temporary.Write("a.txt", "");
        Assert.Throws<DirectoryNotFoundException>(() => FolderOrigin.Open(file));
        Assert.Throws<DirectoryNotFoundException>(() => FolderOrigin.Open(temporary.PathOf("b")));
        using var folder = FolderOrigin.Open(temporary.Root);
        Assert.Equal(temporary.Root, folder.Root);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_root_that_is_a_link_is_the_folder_that_it_leads_to(string kind)
    {
        temporary.Write("real/a.txt", "inside");
        temporary.Link("real/b.txt", temporary.PathOf("root/a.txt"));
        temporary.Link("real/c.txt", temporary.PathOf("real/a.txt"));
        temporary.Link("root", temporary.PathOf("real"));
        using var folder = Folders.Open(kind, temporary.PathOf("root"));
        Assert.Equal("inside", Folders.Read(folder, "/a.txt"));
        Assert.Equal("inside", Folders.Read(folder, "/b.txt"));
        Assert.Equal("inside", Folders.Read(folder, "/c.txt"));
    }

    private static (string, FileKind, long) Facts(FolderEntry entry) =>
        (entry.Name, entry.Kind, entry.Length);

    private Folder Open(string kind) => Folders.Open(kind, temporary.Root);
}
