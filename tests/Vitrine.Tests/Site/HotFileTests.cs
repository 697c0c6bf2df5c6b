using Vitrine.Http;

namespace Vitrine.Tests.Site;

/// <summary>Large files that are asked for again and again.</summary>
public sealed class HotFileTests : IDisposable
{
    private const int Length = 50_000;
    private const int FreshnessMs = 150;

    private static readonly Limits Limits = new() { CachedBodyBytes = 1_000, FreshnessMs = FreshnessMs };
    private static readonly string Content = string.Concat(Enumerable.Range(0, Length / 5).Select(i => $"{i:d5}"));

    private readonly TemporaryFolder temporary = new();

    public HotFileTests()
    {
        temporary.Write("large.txt", Content);
        temporary.Write("small.txt", new string('a', 20));
        Thread.Sleep(3_200); // only a file that rests is read into memory
    }

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void They_come_into_memory_with_the_tag_that_they_have()
    {
        using var site = SiteClient.Open(temporary, Limits);
        var client = new SiteClient(site);
        var tag = Warm(client);
        var whole = client.Get("/large.txt");
        Assert.NotNull(whole.Reply.Content!.Body);
        Assert.Equal((200, Content, tag), (whole.Status, whole.Text, whole.Tag));
        var part = client.Get("/large.txt", "Range: bytes=40001-40007");
        Assert.False(part.IsFromDisk);
        Assert.Equal((206, Content[40_001..40_008], tag), (part.Status, part.Text, part.Tag));
        Assert.Equal(304, client.Get("/large.txt", $"If-None-Match: {tag}").Status);

        temporary.Write("large.txt", new string('b', Length));
        Thread.Sleep(FreshnessMs + 20);
        var changed = client.Get("/large.txt");
        Assert.Equal((200, new string('b', Length)), (changed.Status, changed.Text));
        Assert.NotEqual(tag, changed.Tag);
    }

    [Theory]
    [InlineData(Length - 1, 256L << 20)]
    [InlineData(Length, 4 * Length - 1)]
    public void They_stay_on_the_disk_where_they_are_too_large(int hotBodyBytes, long cacheBytes)
    {
        using var site = SiteClient.Open(
            temporary, Limits with { HotBodyBytes = hotBodyBytes, CacheBytes = cacheBytes });
        var client = new SiteClient(site);
        var tag = Warm(client);
        var answer = client.Get("/large.txt");
        Assert.Null(answer.Reply.Content!.Body);
        Assert.Equal((200, Content, tag), (answer.Status, answer.Text, answer.Tag));
    }

    [Fact]
    public void They_stay_on_the_disk_beside_one_that_stays_there()
    {
        temporary.Write("large.txt.br", new string('b', 2_000));
        Thread.Sleep(3_200);
        using var site = SiteClient.OpenBelieving(temporary, Limits);
        var client = new SiteClient(site);
        Warm(client);
        Assert.Null(client.Get("/large.txt").Reply.Content!.Body);
    }

    [Fact]
    public void They_stay_on_the_disk_as_long_as_little_of_them_is_sent()
    {
        using var site = SiteClient.Open(temporary, Limits with { CachedBodyBytes = 10 });
        var client = new SiteClient(site);
        foreach (var name in (string[])["/large.txt", "/small.txt"])
        {
            var tag = client.Get(name).Tag;
            for (var i = 0; i < 10; i++)
            {
                client.Ask($"HEAD {name} HTTP/1.1", "Host: a");
                client.Get(name, $"If-None-Match: {tag}");
            }
            Thread.Sleep(FreshnessMs + 20);
            Assert.Null(client.Get(name).Reply.Content!.Body);
        }
    }

    // Asks until they are worth it, and past the time for which nobody looks again.
    private static string Warm(SiteClient client)
    {
        var first = client.Get("/large.txt");
        Assert.True(first.IsFromDisk);
        var tag = first.Tag;
        for (var i = 0; i < 10; i++)
        {
            var answer = client.Get("/large.txt", "Range: bytes=10-19");
            Assert.Equal((206, Content[10..20], tag), (answer.Status, answer.Text, answer.Tag));
        }
        Thread.Sleep(FreshnessMs + 20);
        return tag;
    }
}
