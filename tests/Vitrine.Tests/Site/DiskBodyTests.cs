using Vitrine.Http;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Site;

/// <summary>Files of which more are asked for than the cache has room for.</summary>
public sealed class DiskBodyTests : IDisposable
{
    private const int Count = 60;
    private const int Length = 40_000;
    private const int Few = 8; // may be opened for replies
    private const int LengthOfLong = 100_000; // more than a worker reads

    private readonly TemporaryFolder temporary = new();

    public DiskBodyTests()
    {
        for (var i = 0; i < Count; i++) temporary.Write(Name(i), Content(i, 'a'));
        Thread.Sleep(3_200); // only of a file that rests the body is left to the disk
    }

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData(0, OutputQueue.BodyRoomBytes, Few)]
    [InlineData(0, OutputQueue.BodyRoomBytes, Count)]
    [InlineData(int.MaxValue, OutputQueue.BodyRoomBytes, Few)]
    [InlineData(int.MaxValue, OutputQueue.BodyRoomBytes, Count)]
    [InlineData(int.MaxValue, 1_000, Few)]
    [InlineData(int.MaxValue, 1_000, Count)]
    public void They_are_answered_alike_from_memory_and_from_the_disk(int freshnessMs, int roomBytes, int openFiles)
    {
        var limits = new Limits { CacheBytes = 20 * Length, FreshnessMs = freshnessMs, CachedOpenFiles = openFiles };
        using var site = SiteClient.Open(temporary, limits);
        var client = new SiteClient(site, roomBytes);
        var tags = new string[Count];
        var (fromDisk, longFromDisk) = (0, 0);
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < Count; i++)
            {
                var answer = client.Get("/" + Name(i));
                Assert.Equal((200, Content(i, 'a')), (answer.Status, answer.Text));
                tags[i] ??= answer.Tag;
                Assert.Equal(tags[i], answer.Tag);
                if (answer.IsFromDisk) fromDisk++;
                if (answer.IsFromDisk && answer.Text.Length == LengthOfLong) longFromDisk++;
                Assert.Equal(304, client.Get("/" + Name(i), $"If-None-Match: {tags[i]}").Status);
                var part = client.Get("/" + Name(i), "Range: bytes=7-9");
                Assert.Equal((206, Content(i, 'a')[7..10]), (part.Status, part.Text));
                Assert.Equal(200, client.Ask($"HEAD /{Name(i)} HTTP/1.1", "Host: a").Status);
            }
        }
        if (!OperatingSystem.IsLinux()) return;
        Assert.InRange(fromDisk, Count, 4 * Count);
        Assert.InRange(longFromDisk, Count, 2 * Count);
    }

    [Theory]
    [InlineData(OutputQueue.BodyRoomBytes, Few)]
    [InlineData(OutputQueue.BodyRoomBytes, Count)]
    [InlineData(1_000, Few)]
    [InlineData(1_000, Count)]
    public void What_changed_on_the_disk_is_answered_new(int roomBytes, int openFiles)
    {
        var limits = SiteClient.NeverFresh with { CacheBytes = 20 * Length, CachedOpenFiles = openFiles };
        using var site = SiteClient.Open(temporary, limits);
        var client = new SiteClient(site, roomBytes);
        var tags = Enumerable.Range(0, Count).Select(i => client.Get("/" + Name(i)).Tag).ToArray();
        var onDisk = Enumerable.Range(0, Count).Where(i => client.Get("/" + Name(i)).IsFromDisk).ToArray();
        if (OperatingSystem.IsLinux()) Assert.NotEmpty(onDisk);
        foreach (var i in onDisk)
        {
            temporary.Write(Name(i), Content(i, 'b'));
            // Not even what is never looked at again is sent with other bytes than its tag's.
            var answer = client.Get("/" + Name(i));
            Assert.Equal((200, Content(i, 'b')), (answer.Status, answer.Text));
            Assert.NotEqual(tags[i], answer.Tag);
        }
    }

    // By a worker, or, where the name is a link or there is one to an absolute path, by the loader.
    [Fact]
    public void What_is_left_to_the_disk_and_was_replaced_is_answered_new()
    {
        (string Asked, string Replaced)[] cases =
        [
            ("1/d/own.txt", "1/d/own.txt"), ("2/link.txt", "2/d/own.txt"), ("3/e/own.txt", "3/d/own.txt"),
            ("4/d/own.txt", "4/d"), ("5/e/own.txt", "5/d"), ("6/current/own.txt", "6/d"),
        ];
        foreach (var top in cases.Select(one => one.Asked[..2]))
        {
            temporary.Write(top + "d/own.txt", Content(1, 'o'));
            temporary.Write(top + "new/own.txt", Content(1, 'n'));
            temporary.Link(top + "link.txt", "d/own.txt");
            temporary.Link(top + "e", "d");
            temporary.MakeFolder(top + "release");
            temporary.Link(top + "release/own.txt", "../d/own.txt");
            temporary.Link(top + "current", temporary.PathOf(top + "release"));
        }
        Thread.Sleep(3_200);
        using var site = SiteClient.Open(temporary, new Limits { CacheBytes = 20 * Length, FreshnessMs = 150 });
        var client = new SiteClient(site);
        for (var i = 0; i < Count; i++) client.Get("/" + Name(i));
        foreach (var (asked, replaced) in cases)
        {
            Assert.Equal(404, client.Get(Beside(asked)).Status); // names are read then
            // So that in this second nothing more comes into memory in exchange for others.
            for (var i = 0; i < Count; i++) client.Get("/" + Name(i));
            for (var i = 0; i < 3; i++) Assert.Equal(Content(1, 'o'), client.Get("/" + asked).Text);
            if (OperatingSystem.IsLinux() && IsOpenable(asked)) Assert.True(client.Get("/" + asked).IsFromDisk, asked);
            var fresh = temporary.PathOf(asked[..2] + "new");
            if (replaced.EndsWith('d'))
            {
                Directory.Move(temporary.PathOf(replaced), temporary.PathOf(asked[..2] + "old"));
                Directory.Move(fresh, temporary.PathOf(replaced));
            }
            else
            {
                File.Move(Path.Join(fresh, "own.txt"), temporary.PathOf(replaced), overwrite: true);
            }
        }
        Thread.Sleep(1_100);
        foreach (var (asked, _) in cases)
        {
            client.Get(Beside(asked)); // they are read again
            Assert.True(client.Get("/" + asked).Text == Content(1, 'n'), asked);
        }
    }

    // A backup by hard links, from another folder, changes the time that cannot be set back; so does who writes then.
    [Fact]
    public void What_is_left_to_the_disk_and_has_one_more_name_is_looked_at_anew()
    {
        if (!OperatingSystem.IsLinux()) return;
        var time = DateTime.UnixEpoch.AddDays(20_000);
        for (var i = 0; i < Count; i++) File.SetLastWriteTimeUtc(temporary.PathOf(Name(i)), time);
        Thread.Sleep(3_200);
        using var site = SiteClient.Open(temporary, SiteClient.AlwaysFresh with { CacheBytes = 20 * Length });
        var client = new SiteClient(site, roomBytes: 1_000);
        for (var i = 0; i < Count; i++) client.Get("/" + Name(i));
        Assert.Equal(404, client.Get("/nothing").Status); // names are read
        var kept = Enumerable.Range(0, Count).Last(i => client.Get("/" + Name(i)).Reply.File is not null);
        var path = temporary.PathOf(Name(kept));
        using var elsewhere = new TemporaryFolder();
        Native.HardLink(path, elsewhere.PathOf("backup"));
        var before = client.Get("/" + Name(kept));
        Assert.Equal(Content(kept, 'a'), before.Text);
        File.WriteAllText(path, Content(kept, 'b'));
        File.SetLastWriteTimeUtc(path, time);
        Thread.Sleep(100);
        var after = client.Get("/" + Name(kept));
        Assert.Equal(Content(kept, 'b'), after.Text);
        Assert.NotEqual(before.Tag, after.Tag);
    }

    [Fact]
    public void What_lies_beside_an_open_file_is_used_once_it_rests()
    {
        var plain = new string('p', 2 * 1024 * 1024);
        temporary.Write("large.js", plain);
        var encoded = temporary.Write("large.js.br", "not really Brotli");
        Thread.Sleep(1_200);
        using var site = SiteClient.OpenBelieving(temporary);
        var client = new SiteClient(site);
        Assert.Equal(404, client.Get("/nothing").Status);
        Assert.Equal("br", Ask().Field("Content-Encoding"));
        for (var i = 0; i < 3; i++)
        {
            File.WriteAllText(encoded, $"written in place {i}"); // the folder stays the same
            Ask(); // while it may still be written
            Thread.Sleep(1_200);
            Assert.Equal(("br", $"written in place {i}"), (Ask().Field("Content-Encoding"), Ask().Text));
        }

        SiteAnswer Ask() => client.Get("/large.js", "Accept-Encoding: br");
    }

    // The kernel does not say of it whether it is in its memory, so no worker can read it.
    [Fact]
    public void What_lies_in_a_tmpfs_is_answered_from_memory()
    {
        const string Tmpfs = "/dev/shm";
        if (!Directory.Exists(Tmpfs)) return;
        using var folder = new TemporaryFolder(
            Directory.CreateDirectory(Path.Join(Tmpfs, $"vitrine-{Guid.NewGuid():N}")).FullName);
        for (var i = 0; i < Count; i++) folder.Write(Name(i), Content(i, 'a'));
        Thread.Sleep(3_200);
        using var site = SiteClient.Open(folder, SiteClient.AlwaysFresh with { CacheBytes = 20 * Length });
        var client = new SiteClient(site);
        for (var i = 0; i < Count; i++) Assert.Equal(Content(i, 'a'), client.Get("/" + Name(i)).Text);
        for (var i = 0; i < Count; i++)
        {
            client.Get("/" + Name(i));
            var again = client.Get("/" + Name(i));
            Assert.Equal((Content(i, 'a'), false), (again.Text, again.WasPending));
        }
    }

    [Fact]
    public void An_index_is_answered_as_any_file()
    {
        for (var i = 0; i < Count; i++) temporary.Write($"{i}/index.html", Content(i, 'i'));
        Thread.Sleep(3_200);
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh with { CacheBytes = 20 * Length });
        var client = new SiteClient(site);
        for (var i = 0; i < Count; i++) client.Get("/" + Name(i));
        var fromDisk = 0;
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(Content(i, 'i'), client.Get($"/{i}/").Text);
            var again = client.Get($"/{i}/");
            Assert.Equal((Content(i, 'i'), false), (again.Text, again.WasPending));
            if (again.IsFromDisk) fromDisk++;
        }
        if (OperatingSystem.IsLinux()) Assert.InRange(fromDisk, Count / 2, Count);
    }

    private static bool IsOpenable(string path) => !path.StartsWith('2') && !path.StartsWith('6');

    private static string Beside(string path) => $"/{Path.GetDirectoryName(path)}/nothing";

    private static string Name(int i) => $"{i}.txt";

    private static string Content(int i, char letter) =>
        $"{i}".PadRight(i % 2 == 0 ? LengthOfLong : Length, letter);
}
