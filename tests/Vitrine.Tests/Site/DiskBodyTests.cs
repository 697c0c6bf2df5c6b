using Vitrine.Http;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Site;

/// <summary>Files of which more are asked for than the cache has room for.</summary>
public sealed class DiskBodyTests : IDisposable
{
    private const int Count = 60;
    private const int Length = 40_000;

    private readonly TemporaryFolder temporary = new();

    public DiskBodyTests()
    {
        for (var i = 0; i < Count; i++) temporary.Write(Name(i), Content(i, 'a'));
        Thread.Sleep(3_200); // only of a file that rests the body is left to the disk
    }

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData(0, OutputQueue.BodyRoomBytes)]
    [InlineData(int.MaxValue, OutputQueue.BodyRoomBytes)]
    [InlineData(int.MaxValue, 1_000)]
    public void They_are_answered_alike_from_memory_and_from_the_disk(int freshnessMs, int roomBytes)
    {
        using var site = SiteClient.Open(
            temporary, new Limits { CacheBytes = 20 * Length, FreshnessMs = freshnessMs });
        var client = new SiteClient(site, roomBytes);
        var tags = new string[Count];
        var fromDisk = 0;
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < Count; i++)
            {
                var answer = client.Get("/" + Name(i));
                Assert.Equal((200, Content(i, 'a')), (answer.Status, answer.Text));
                tags[i] ??= answer.Tag;
                Assert.Equal(tags[i], answer.Tag);
                if (answer.IsFromDisk) fromDisk++;
                Assert.Equal(304, client.Get("/" + Name(i), $"If-None-Match: {tags[i]}").Status);
                var part = client.Get("/" + Name(i), "Range: bytes=7-9");
                Assert.Equal((206, Content(i, 'a')[7..10]), (part.Status, part.Text));
                Assert.Equal(200, client.Ask($"HEAD /{Name(i)} HTTP/1.1", "Host: a").Status);
            }
        }
        if (OperatingSystem.IsLinux()) Assert.InRange(fromDisk, Count, 4 * Count);
    }

    [Theory]
    [InlineData(OutputQueue.BodyRoomBytes)]
    [InlineData(1_000)]
    public void What_changed_on_the_disk_is_answered_new(int roomBytes)
    {
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh with { CacheBytes = 20 * Length });
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

    [Fact]
    public void An_index_which_has_another_name_than_its_path_is_answered_from_memory()
    {
        for (var i = 0; i < Count; i++) temporary.Write($"{i}/index.html", Content(i, 'i'));
        Thread.Sleep(3_200);
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh with { CacheBytes = 20 * Length });
        var client = new SiteClient(site);
        for (var i = 0; i < Count; i++) client.Get("/" + Name(i));
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(Content(i, 'i'), client.Get($"/{i}/").Text);
            var again = client.Get($"/{i}/");
            Assert.Equal((Content(i, 'i'), false, true), (again.Text, again.WasPending, !again.IsFromDisk));
        }
    }

    private static string Name(int i) => $"{i}.txt";

    private static string Content(int i, char letter) => $"{i}".PadRight(Length, letter);
}
