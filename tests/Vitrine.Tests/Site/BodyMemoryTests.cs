using System.Runtime.CompilerServices;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;
using Vitrine.Tests.Http.Head;

namespace Vitrine.Tests.Site;

/// <summary>Bodies that left the cache and are still being sent.</summary>
public sealed class BodyMemoryTests : IDisposable
{
    private const int Count = 240;
    private const int Length = 200_000;

    private static readonly Limits Small = new() { CacheBytes = 1_000_000 };

    private readonly TemporaryFolder temporary = new();

    public BodyMemoryTests()
    {
        for (var i = 0; i < Count; i++)
        {
            temporary.Write(Name(i), Content(i));
            // What has one beside it is not left to the disk for the cache's sake.
            File.WriteAllBytes(temporary.PathOf(Name(i) + ".gz"), EncodedBytes.Gzip("x"u8));
        }
        temporary.Write("middle.bin", new string('m', 40_000));
        temporary.Write("small.bin", new string('s', 4_096));
        Thread.Sleep(3_200); // of a file that does not rest a copy is made in any case
    }

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void They_have_a_bound_and_beyond_it_files_are_sent_from_the_disk()
    {
        using var site = SiteClient.Open(temporary, Small);
        var tags = new string[Count];
        var held = new List<Reply>();
        var isInMemory = AskAll(site, tags, held);
        var most = Small.CacheBytes + 32 * 1024 * 1024;
        Assert.InRange(isInMemory.Count(isIn => isIn), 1, (int)(most / Length));
        Assert.Contains(false, isInMemory);

        // Nobody holds them any more.
        foreach (var reply in held) reply.Release();
        Assert.Contains(true, AskAll(site, tags));
    }

    [Fact]
    public void What_is_sent_from_the_disk_has_the_tag_that_it_has_in_memory()
    {
        var (fromMemory, fromDisk) = (new string[Count], new string[Count]);
        using (var site = SiteClient.Open(temporary))
            Assert.DoesNotContain(false, AskAll(site, fromMemory));
        using (var site = SiteClient.Open(temporary, Small)) AskAll(site, fromDisk, []);
        Assert.Equal(fromMemory, fromDisk);
    }

    // With room for three in the cache: however many are loaded before the first is answered, it is not loaded anew.
    [Fact]
    public void What_was_loaded_is_there_for_who_waits_for_it_whatever_the_cache_does_meanwhile()
    {
        const int Loads = 10;
        using var site = new FolderSite(
            new SiteOptions(temporary.Root, false, Small), FolderOrigin.Open(temporary.Root), SiteClock.System,
            loaderThreads: 0);
        var pending = new PendingReply[Loads];
        for (var i = 0; i < Loads; i++) pending[i] = Ask(site, i, null).Pending!;
        while (site.TryLoadOne())
        {
        }
        for (var i = 0; i < Loads - 1; i++)
        {
            var reply = Ask(site, i, pending[i]);
            Assert.Equal((Status.Ok, Length + i), (reply.Status, reply.Content!.Body!.Length));
            reply.Release();
        }
        pending[^1].Abandon();
        site.Dispose();
        Assert.Equal(0, site.BodyBytes);
    }

    private static Reply Ask(FolderSite site, int i, PendingReply? done) => site.Respond(
        Heads.Parse($"GET /{Name(i)} HTTP/1.1", "Host: a"), done, 0, new byte[OutputQueue.BodyRoomBytes]);

    // As of a site that was just put in its place and does not fit the cache: what it takes is given back all the time.
    [Fact]
    public void A_file_that_has_to_be_read_into_memory_waits_for_it_for_a_while()
    {
        temporary.Write("new.bin", new string('n', 40_000));
        Thread.Sleep(50); // then its times can be believed, though not that it is at rest
        using var folder = FolderOrigin.Open(temporary.Root);
        var memory = new BodyMemory(new MemoryBudget(Small));
        var resolver = new Resolver(
            folder, Small, new Freshness(Small, SiteClock.System), listing: false, new ErrorPages(), SiteClock.System,
            memory, new EncodedFiles(null), new Representations(Small));
        var most = Small.CacheBytes + 32 * 1024 * 1024;

        memory.Add(most);
        var resolution = new Resolution([.. "/new.bin"u8], null);
        Assert.Null(resolver.Resolve(resolution));
        Assert.InRange(resolution.AgainInMs, 1, 100);
        memory.Add(-most);
        Assert.Equal(Status.Ok, resolver.Resolve(resolution)!.Status);

        memory.Add(most);
        resolution = new Resolution([.. "/new.bin"u8], null);
        Outcome? outcome;
        do outcome = resolver.Resolve(resolution);
        while (outcome is null && resolution.WaitedForMemoryMs < 10_000);
        Assert.Equal((Status.ServiceUnavailable, 1_500, 0),
            (outcome?.Status, resolution.WaitedForMemoryMs, resolution.WaitedMs));
    }

    // What is small enough to be copied when it is sent is held by the cache alone.
    [Fact]
    public void All_bodies_count_that_are_not_copied_when_they_are_sent()
    {
        var memory = new BodyMemory(new MemoryBudget(Small));
        var times = new FileTimes(SiteClock.System);
        var placement = new BodyPlacement(Small, new Representations(Small), memory, times);
        var contents = new FileContents(Small, times, memory, new ContentTags(), null);
        using var folder = FolderOrigin.Open(temporary.Root);
        Representation Read(string path)
        {
            var isOpen = folder.TryOpenFile(System.Text.Encoding.ASCII.GetBytes(path), Blocking.Allowed, out var file);
            Assert.Equal(OpenError.None, isOpen);
            var place = placement.ToHold(file!.Facts, isHot: false, Blocking.Allowed);
            return contents.TryMake(file, place, "text/plain", default, Blocking.Allowed)!;
        }

        Assert.NotNull(Read("/small.bin").Body);
        Assert.Equal(0, memory.Total);
        var middle = Read("/middle.bin").Body;
        Assert.Equal(40_000, memory.Total);
        memory.Add(Small.CacheBytes + 32 * 1024 * 1024);
        var fromDisk = Read("/middle.bin");
        Assert.Equal((null, true), (fromDisk.Body, fromDisk.File is not null));
        fromDisk.File!.Release();
        Assert.NotNull(Read("/small.bin").Body);
        GC.KeepAlive(middle);
    }

    // Each is another page, since the folder changes all the time.
    [Fact]
    public void Made_pages_are_within_the_bound_too()
    {
        for (var i = 0; i < 2_000; i++) temporary.Write($"many/{i:D5}{new string('"', 230)}", "");
        for (var i = 0; i < 500; i++) temporary.Write($"other/{i:D5}", "");
        using var site = SiteClient.Open(temporary, Small);
        var client = new SiteClient(site);
        Assert.Equal(200, client.Get("/other/").Status);
        Assert.Equal(503, ListAll(client));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        temporary.Write("many/new", "");
        var answer = client.Get("/many/");
        Assert.Equal(200, answer.Status);
        // What is shown is cut too.
        Assert.InRange(answer.Reply.Content!.Length, 4_000_000, 5_000_000);
        Assert.Matches("[0-9,]+ of [0-9,]+ entries are shown", answer.Text);
    }

    [Fact]
    public void A_file_that_was_deleted_is_closed_although_nobody_asks_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Descriptors are counted in /proc.");
        var path = temporary.Write("large.bin", new string('x', 3_000_000));
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh);
        Assert.Equal(200, new SiteClient(site).Get("/large.bin").Status);
        site.KeepHouse();
        Assert.Equal(1, Opened(path));
        File.Delete(path);
        Assert.Equal(1, Opened(path));
        site.KeepHouse();
        Assert.Equal(0, Opened(path));
    }

    // The last status, with all pages held.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ListAll(SiteClient client)
    {
        var held = new List<PinnedBytes>();
        for (var i = 0; i < 12; i++)
        {
            temporary.Write($"many/more{i}", "");
            var answer = client.Get("/many/");
            if (answer.Status != 200)
            {
                Thread.Sleep(1_000); // until the other is looked at again
                Assert.Equal(200, client.Get("/other/").Status); // it is the same, so it takes no more
                return answer.Status;
            }
            held.Add(answer.Reply.Content!.Body!);
        }
        return held.Count; // no status
    }

    // Whether each body was in memory. With a list for them, clients do not take what they are sent.
    private static List<bool> AskAll(FolderSite site, string[] tags, List<Reply>? held = null)
    {
        var client = new SiteClient(site) { HoldsReplies = held is not null };
        var isInMemory = new List<bool>();
        for (var i = 0; i < Count; i++)
        {
            var answer = client.Get("/" + Name(i));
            Assert.Equal((200, Content(i)), (answer.Status, answer.Text));
            tags[i] ??= answer.Tag;
            Assert.Equal(tags[i], answer.Tag);
            isInMemory.Add(answer.Reply.Content!.Body is not null);
            held?.Add(answer.Reply);
        }
        return isInMemory;
    }

    private static int Opened(string path) => Directory.GetFiles("/proc/self/fd")
        .Select(fd => new FileInfo(fd).LinkTarget)
        .Count(target => target?.StartsWith(path, StringComparison.Ordinal) == true);

    private static string Name(int i) => $"{i}.txt";

    private static string Content(int i) => new((char)('a' + (i % 26)), Length + i);
}
