using System.Text;
using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site;
using Vitrine.Site.Memory;

namespace Vitrine.Tests.Site;

public sealed class SpoolTests : IDisposable
{
    private const int Count = 60;
    private const int Length = 40_000;

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void What_is_added_is_read_as_it_was_and_is_gone_when_the_last_lets_go()
    {
        if (!OperatingSystem.IsLinux()) throw Xunit.Sdk.SkipException.ForSkip("of Linux");
        using var spool = new Spool(SpoolFile.TryOpen(100_000)!);
        var (first, second) = (spool.TryAdd(Bytes('1', 5_000))!, spool.TryAdd(Bytes('2', 4_096))!);
        Assert.Equal(8_192 + 4_096, spool.Bytes);
        Assert.Equal(("11", "22"), (Read(first, 4_998), Read(second, 4_094)));
        Assert.Equal("", Read(first, 5_000));
        var cached = new byte[10];
        Assert.Equal(2, first.ReadCached(4_998, cached));

        first.Acquire();
        first.Release();
        Assert.Equal("11", Read(first, 0)[..2]);
        first.Release();

        // Nothing is written where something was, and nothing goes alone: a client may still be sent that.
        Assert.False(spool.TryEmpty());
        var third = spool.TryAdd(Bytes('3', 10))!;
        Assert.True(third.Offset > second.Offset);
        Assert.Equal("22", Read(second, 0)[..2]);
        second.Release();
        Assert.False(spool.TryEmpty());
        third.Release();
        Assert.True(spool.TryEmpty());
        Assert.Equal((0, 0), (spool.Bytes, RandomAccess.GetLength(spool.Handle))); // the disk has it back
        Assert.Equal(0, spool.TryAdd(Bytes('4', 10))!.Offset);
    }

    [Fact]
    public void It_takes_no_more_than_it_may()
    {
        if (!OperatingSystem.IsLinux()) throw Xunit.Sdk.SkipException.ForSkip("of Linux");
        using var spool = new Spool(SpoolFile.TryOpen(20_000)!);
        var held = spool.TryAdd(Bytes('1', 12_000))!;
        Assert.False(spool.HasRoom(9_000));
        Assert.Null(spool.TryAdd(Bytes('2', 9_000)));
        Assert.False(spool.IsWorthEmptying);
        held.Release();
        Assert.True(spool.IsWorthEmptying && spool.TryEmpty());
        Assert.NotNull(spool.TryAdd(Bytes('2', 9_000)));
    }

    [Fact]
    public void There_is_none_where_it_is_not_wanted_or_would_be_memory_or_may_not_be_written()
    {
        Assert.Null(SpoolFile.TryOpen(0));
        Assert.Null(SpoolFile.TryOpen(1_000, temporary.PathOf("nothing")));
        if (Directory.Exists("/dev/shm")) Assert.Null(SpoolFile.TryOpen(1_000, "/dev/shm"));
        using var made = SpoolFile.TryOpen(1_000, temporary.Root);
        Assert.Equal(OperatingSystem.IsLinux(), made is not null);
        Assert.Empty(Directory.GetFileSystemEntries(temporary.Root)); // it has no name
    }

    [Fact]
    public void What_memory_has_no_room_for_is_copied_when_it_is_asked_for_again_and_answered_alike()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "of Linux");
        var tags = new string[Count];
        using var site = Open(out var client);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < Count; i++)
            {
                var answer = client.Get(Name(i));
                Assert.Equal((200, Content(i, 'a')), (answer.Status, answer.Text));
                tags[i] ??= answer.Tag;
                Assert.Equal(tags[i], answer.Tag);
            }
        }
        WaitForCopies(site, client);
        var copied = 0;
        for (var i = 0; i < Count; i++)
        {
            var answer = client.Get(Name(i));
            Assert.Equal((200, Content(i, 'a'), tags[i]), (answer.Status, answer.Text, answer.Tag));
            if (answer.Reply.File is { IsPrivate: true }) copied++;
            Assert.Equal(304, client.Get(Name(i), $"If-None-Match: {tags[i]}").Status);
            var part = client.Get(Name(i), "Range: bytes=7-20007");
            Assert.Equal((206, Content(i, 'a')[7..20_008]), (part.Status, part.Text));
            part = client.Get(Name(i), "Range: bytes=-3");
            Assert.Equal((206, Content(i, 'a')[^3..]), (part.Status, part.Text));
            Assert.Equal(200, client.Ask($"HEAD {Name(i)} HTTP/1.1", "Host: a").Status);
        }
        Assert.InRange(copied, Count / 2, Count);
        Assert.InRange(site.CopiedBytes, copied * (long)Length, Count * 50_000);
    }

    // While there is room for copies the bytes that were just sent are copied: nobody reads them a second time.
    [Fact]
    public void What_was_read_for_the_first_who_asks_is_copied_then()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "of Linux");
        using var site = Open(out var client);
        for (var i = 0; i < Count; i++) Assert.Equal(Content(i, 'a'), client.Get(Name(i)).Text);
        WaitFor(() => site.CopiedBytes > Count / 2 * Length, () => Thread.Sleep(10));
        var copied = Enumerable.Range(0, Count).Count(i => client.Get(Name(i)).Reply.File is { IsPrivate: true });
        Assert.InRange(copied, Count / 2, Count);
    }

    // However it changes: in place, by another in its place, or by being deleted.
    [Fact]
    public void What_changed_since_it_was_copied_is_answered_new()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "of Linux");
        using var site = Open(out var client, freshnessMs: 0);
        WaitForCopies(site, client);
        var copied = Enumerable.Range(0, Count).Where(i => client.Get(Name(i)).Reply.File is { IsPrivate: true });
        var three = copied.Take(3).ToArray();
        Assert.Equal(3, three.Length);
        var tag = client.Get(Name(three[0])).Tag;
        temporary.Write(Name(three[0])[1..], Content(three[0], 'b'));
        var answer = client.Get(Name(three[0]));
        Assert.Equal(Content(three[0], 'b'), answer.Text);
        Assert.NotEqual(tag, answer.Tag);
        temporary.Write("new", Content(three[1], 'c'));
        File.Move(temporary.PathOf("new"), temporary.PathOf(Name(three[1])[1..]), overwrite: true);
        Assert.Equal(Content(three[1], 'c'), client.Get(Name(three[1])).Text);
        File.Delete(temporary.PathOf(Name(three[2])[1..]));
        Assert.Equal(404, client.Get(Name(three[2])).Status);
    }

    // What is sent is what was found, whatever happens to the file meanwhile.
    [Fact]
    public void A_copy_that_is_being_sent_stays_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "of Linux");
        using var site = Open(out var client, freshnessMs: 0);
        WaitForCopies(site, client);
        var number = Enumerable.Range(0, Count).First(i => client.Get(Name(i)).Reply.File is { IsPrivate: true });
        var file = client.Get(Name(number)).Reply.File!;
        Assert.True(file.TryAcquire());
        temporary.Write(Name(number)[1..], Content(number, 'b'));
        Assert.Equal(Content(number, 'b'), client.Get(Name(number)).Text);
        for (var i = 0; i < Count; i++) client.Get(Name(i));
        var sent = new byte[Length];
        Assert.Equal(Length, file.Read(0, sent));
        Assert.Equal(Content(number, 'a'), Encoding.ASCII.GetString(sent));
        file.Release();
    }

    // What has others beside it is read for its tag; of what is in memory (tmpfs) no worker can tell that it is.
    [Fact]
    public void What_cannot_be_left_to_the_disk_is_copied_too()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "of Linux");
        using var inMemory = new TemporaryFolder(
            Directory.CreateDirectory(Path.Join("/dev/shm", $"vitrine-{Guid.NewGuid():N}")).FullName);
        for (var i = 0; i < Count; i++)
        {
            var gzip = EncodedBytes.Gzip(Encoding.ASCII.GetBytes(Content(i, 'a')));
            File.WriteAllBytes(temporary.PathOf(Name(i)[1..] + ".gz"), gzip);
            inMemory.Write(Name(i)[1..], Content(i, 'a'));
        }
        foreach (var folder in (TemporaryFolder[])[temporary, inMemory])
        {
            using var site = Open(out var client, folder: folder);
            WaitForCopies(site, client);
            var copied = 0;
            for (var i = 0; i < Count; i++)
            {
                var answer = client.Get(Name(i));
                Assert.Equal((200, Content(i, 'a'), false), (answer.Status, answer.Text, answer.WasPending));
                if (answer.Reply.Content!.File is { IsPrivate: true }) copied++;
                if (folder == inMemory) continue;
                Assert.Equal("gzip", client.Get(Name(i), "Accept-Encoding: gzip").Field("Content-Encoding"));
            }
            Assert.InRange(copied, Count / 2, Count);
        }
    }

    // Of what is asked for nothing takes the place of others there, so that neither a scan nor an even load wears out a
    // disk; when half of it is of files that have changed, it begins anew.
    [Fact]
    public void A_full_spool_is_not_turned_over()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "of Linux");
        using var site = Open(out var client, freshnessMs: 100, spoolBytes: 400_000);
        for (var i = 0; i < 20 * Count; i++)
        {
            Assert.Equal(Content(i % Count, 'a'), client.Get(Name(i % Count)).Text);
            Assert.InRange(site.CopiedBytes, 0, 400_000);
        }
        WaitFor(() => site.CopiedBytes > 300_000, () => client.Get(Name(Random.Shared.Next(Count))));
        var before = site.CopiedBytes;
        for (var i = 0; i < Count; i++) temporary.Write(Name(i)[1..], Content(i, 'b'));
        Thread.Sleep(3_200);
        WaitFor(() => site.CopiedBytes < before, () => client.Get(Name(Random.Shared.Next(Count))));
        for (var i = 0; i < Count; i++) Assert.Equal(Content(i, 'b'), client.Get(Name(i)).Text);
    }

    private FolderSite Open(
        out SiteClient client,
        int freshnessMs = int.MaxValue,
        long spoolBytes = 100_000_000,
        TemporaryFolder? folder = null)
    {
        folder ??= temporary;
        for (var i = 0; i < Count; i++) folder.Write(Name(i)[1..], Content(i, 'a'));
        Thread.Sleep(3_200); // only of a file that rests the body is left to the disk
        var limits = new Limits { CacheBytes = 10 * Length, FreshnessMs = freshnessMs };
        var site = new FolderSite(new SiteOptions(folder.Root, Listing: false, limits)
        {
            Spool = SpoolFile.TryOpen(spoolBytes),
        });
        client = new SiteClient(site);
        return site;
    }

    private static void WaitForCopies(FolderSite site, SiteClient client) => WaitFor(
        () => site.CopiedBytes >= Count * (long)Length * 3 / 4,
        () =>
        {
            for (var i = 0; i < Count; i++) client.Get(Name(i));
        });

    private static void WaitFor(Func<bool> condition, Action meanwhile)
    {
        for (var i = 0; i < 1_000 && !condition(); i++)
        {
            meanwhile();
            Thread.Sleep(10);
        }
        Assert.True(condition());
    }

    private static string Name(int number) => $"/{number:D3}.txt";

    private static string Content(int number, char letter) => $"{number:D3}".PadRight(Length, letter);

    private static byte[] Bytes(char letter, int length) => Encoding.ASCII.GetBytes(new string(letter, length));

    private static string Read(OpenFile file, long position)
    {
        var bytes = new byte[100];
        return Encoding.ASCII.GetString(bytes, 0, file.Read(position, bytes));
    }
}
