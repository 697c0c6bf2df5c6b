using System.Text;
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

namespace Vitrine.Tests.Site;

public sealed class ResolverTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly Folder folder;

    public ResolverTests() => folder = FolderOrigin.Open(temporary.Root);

    public void Dispose()
    {
        folder.Dispose();
        temporary.Dispose();
    }

    [Fact]
    public void What_did_not_change_keeps_its_outcome()
    {
        var resolver = Make(new Limits());
        temporary.Write("a.txt", "content");
        var first = Resolve(resolver, "/a.txt"u8, null);
        Assert.Equal("content", TextOf(first));
        Assert.Same(first, Resolve(resolver, "/a.txt"u8, first));
        Assert.NotSame(first, Resolve(resolver, "/a.txt"u8, null));
        temporary.Write("a.txt", "CONTENT");
        Assert.Equal("CONTENT", TextOf(Resolve(resolver, "/a.txt"u8, first)));
    }

    [Fact]
    public void An_index_that_did_not_change_keeps_its_outcome_and_gives_way_to_the_listing()
    {
        var resolver = Make(new Limits());
        temporary.Write("index.html", "top");
        var first = Resolve(resolver, "/"u8, null);
        Assert.Same(first, Resolve(resolver, "/"u8, first));
        File.Delete(temporary.PathOf("index.html"));
        Assert.Contains("Index of /", TextOf(Resolve(resolver, "/"u8, first)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_became_a_folder_and_a_folder_that_became_a_file_are_seen()
    {
        var resolver = Make(new Limits());
        temporary.Write("a", "content");
        var file = Resolve(resolver, "/a"u8, null);
        File.Delete(temporary.PathOf("a"));
        temporary.MakeFolder("a");
        var moved = Resolve(resolver, "/a"u8, file);
        Assert.Equal(Status.MovedPermanently, moved.Status);
        Directory.Delete(temporary.PathOf("a"));
        Assert.Equal(Status.NotFound, Resolve(resolver, "/a"u8, moved).Status);
        temporary.Write("a", "content");
        Assert.Equal("content", TextOf(Resolve(resolver, "/a"u8, moved)));
    }

    // The cache may have closed the file of what is loaded again meanwhile.
    [Fact]
    public void An_outcome_whose_file_was_closed_is_not_given_out_again()
    {
        var resolver = Make(new Limits { CachedBodyBytes = 0 });
        temporary.Write("a.txt", "content");
        var first = Resolve(resolver, "/a.txt"u8, null);
        first.Content!.File!.Release();
        Assert.True(first.Content.File.Handle.IsClosed);
        var second = Resolve(resolver, "/a.txt"u8, first);
        Assert.Equal(Status.Ok, second.Status);
        Assert.True(second.Content!.File!.TryAcquire(), "The file of the outcome is closed.");
        second.Content.File.Release();
        second.Content.File.Release();
    }

    [Fact]
    public void A_listing_says_that_it_was_cut_only_when_it_was()
    {
        for (var i = 0; i < 3; i++) temporary.Write($"{i}", "");
        Assert.Equal(
            [true, false, false],
            new[] { 2, 4, 3 }.Select(most => TextOf(Resolve(Make(new Limits { ListingEntries = most }), "/"u8, null))
                .Contains("entries are shown", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_listing_has_a_tag_of_its_own_content()
    {
        var resolver = Make(new Limits());
        temporary.Write("a", "");
        var first = Resolve(resolver, "/"u8, null);
        Assert.Equal(first.Content!.EntityTag, Resolve(resolver, "/"u8, null).Content!.EntityTag);
        temporary.Write("b", "");
        Assert.NotEqual(first.Content.EntityTag, Resolve(resolver, "/"u8, first).Content!.EntityTag);
        Assert.Null(first.Content.LastModified);
    }

    // What is left where nobody kept the times says nothing, nor does what lies ahead.
    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(200_000, 200_000)]
    [InlineData(315_532_800, null)] // 1980-01-01
    [InlineData(315_532_800 + 43_200, null)] // the same, somewhere else on Earth
    [InlineData(315_532_800 + 100_000, 315_632_800)]
    [InlineData(1_000_000_000, 1_000_000_000)]
    [InlineData(10_413_792_000, null)] // 2300: more than a count of nanoseconds holds
    public void A_date_that_says_nothing_is_not_told(long seconds, int? told)
    {
        var path = temporary.Write("a.txt", "");
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(seconds));
        var content = Resolve(Make(new Limits()), "/a.txt"u8, null).Content!;
        Assert.Equal(told, content.LastModified);
        Assert.Equal(
            told is not null,
            Encoding.ASCII.GetString(content.Fields.All).Contains("Last-Modified", StringComparison.Ordinal));
    }

    [Fact]
    public void A_date_that_lies_ahead_is_not_told()
    {
        var path = temporary.Write("a.txt", "");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(1));
        Assert.Null(Resolve(Make(new Limits()), "/a.txt"u8, null).Content!.LastModified);
    }

    [Fact]
    public void An_empty_file_is_a_file()
    {
        temporary.Write("a.txt", "");
        foreach (var limit in (int[])[0, 1])
        {
            var outcome = Resolve(Make(new Limits { CachedBodyBytes = limit }), "/a.txt"u8, null);
            Assert.Equal(
                (Status.Ok, 0, 0), (outcome.Status, outcome.Content!.Length, outcome.Content.Body!.Length));
        }
    }

    [Theory]
    [InlineData((5L << 30) + 7)]
    [InlineData((3L << 30) + 1)]
    public void A_file_of_more_than_memory_can_hold_is_sent_from_the_open_file(long length)
    {
        MakeSparse("large.bin", length);
        var content = Resolve(Make(new Limits()), "/large.bin"u8, null).Content!;
        Assert.Equal(length, content.Length);
        Assert.Equal("end", ReadEnd(content.File!, length));
        content.File!.Release();
    }

    [Theory]
    [InlineData((4L << 30) + 5)]
    [InlineData(3L << 30)]
    public void A_page_for_404_that_is_too_large_for_memory_leaves_a_404(long length)
    {
        temporary.Write("404.html", "lost");
        Assert.Equal("lost", TextOf(NotFound(Make(new Limits()))));
        MakeSparse("404.html", length);
        var outcome = NotFound(Make(new Limits()));
        Assert.Equal(Status.NotFound, outcome.Status);
        // The page in full from the file, or the server's own; but no torn piece of it.
        Assert.True(
            outcome.Content!.Length == length
            || TextOf(outcome).Contains("Not Found", StringComparison.Ordinal));
        outcome.Content.File?.Release();
    }

    [Fact]
    public void A_page_for_404_that_leads_outside_is_not_used()
    {
        using var outside = new TemporaryFolder();
        outside.Write("404.html", "outside");
        temporary.Link("404.html", outside.PathOf("404.html"));
        Assert.Contains("Not Found", TextOf(NotFound(Make(new Limits()))), StringComparison.Ordinal);
        File.Delete(temporary.PathOf("404.html"));
        temporary.Write("lost.html", "inside");
        temporary.Link("404.html", "lost.html");
        Assert.Equal("inside", TextOf(NotFound(Make(new Limits()))));
    }

    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(0)]
    public void A_file_that_only_grows_is_served_as_far_as_it_was(int cachedBodyBytes)
    {
        var path = temporary.Write("log.txt", "the beginning\n");
        var resolver = Make(new Limits { CachedBodyBytes = cachedBodyBytes }, new NeverLater(path));
        var outcome = Resolve(resolver, "/log.txt"u8, null, () => File.AppendAllText(path, "line\n"));
        Assert.Equal(Status.Ok, outcome.Status);
        var content = outcome.Content!;
        // Read again later it may be another, so from an open file it has nothing by which to tell it.
        Assert.Equal(cachedBodyBytes == 0, content.EntityTag.Length == 0);
        Assert.Null(content.LastModified);
        var bytes = content.Body?.Span.ToArray() ?? Read(content.File!, content.Length);
        Assert.StartsWith("the beginning\nline\n", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        content.File?.Release();
    }

    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(0)]
    public void A_file_that_changes_all_the_time_and_does_not_grow_has_no_state_to_serve(int cachedBodyBytes)
    {
        var path = temporary.Write("busy.txt", "0");
        var resolver = Make(new Limits { CachedBodyBytes = cachedBodyBytes }, new NeverLater(path));
        var count = 0;
        var outcome = Resolve(resolver, "/busy.txt"u8, null, () => File.WriteAllText(path, $"{++count % 10}"));
        Assert.Equal(Status.ServiceUnavailable, outcome.Status);
        Assert.InRange(count, 2, 100);
    }

    [Fact]
    public void A_file_that_may_grow_may_not_shrink()
    {
        var path = temporary.Write("log.txt", "first");
        Assert.Equal(OpenError.None, folder.TryOpenFile("/log.txt"u8, Blocking.Allowed, out var file));
        file!.MayGrow();
        Assert.True(file.IsUnchanged());
        File.AppendAllText(path, "second");
        Assert.True(file.IsUnchanged());
        using (var writer = new FileStream(path, FileMode.Open)) writer.SetLength(4);
        Assert.False(file.IsUnchanged());
        file.Release();
    }

    private static byte[] Read(OpenFile file, long length)
    {
        var bytes = new byte[length];
        Assert.Equal(bytes.Length, file.Read(0, bytes));
        return bytes;
    }

    // As the loader does it, but without waiting.
    private static Outcome Resolve(
        Resolver resolver, ReadOnlySpan<byte> path, Outcome? previous, Action? meanwhile = null)
    {
        var resolution = new Resolution(path.ToArray(), previous);
        while (true)
        {
            if (resolver.Resolve(resolution) is { } outcome) return outcome;
            if (meanwhile is null) Thread.Sleep(resolution.AgainInMs);
            meanwhile?.Invoke();
        }
    }

    private static Outcome NotFound(Resolver resolver) => Resolve(resolver, "/.hidden"u8, null);

    private Resolver Make(Limits limits, TimeProvider? clock = null) =>
        new(
        folder,
        limits,
        new Freshness(limits, SiteClock.System),
        listing: true,
        new ErrorPages(),
        new SiteClock(clock),
        new BodyMemory(new MemoryBudget(limits)),
        new EncodedFiles(null),
        new Representations(limits));

    private static string TextOf(Outcome outcome) => Encoding.UTF8.GetString(outcome.Content!.Body!.Span);

    // Its last three bytes say "end"; the rest takes no room on the disk.
    private void MakeSparse(string name, long length)
    {
        using var file = new FileStream(temporary.PathOf(name), FileMode.Create);
        file.SetLength(length - 3);
        file.Position = length - 3;
        file.Write("end"u8);
    }

    private static string ReadEnd(OpenFile file, long length)
    {
        var bytes = new byte[10];
        return Encoding.UTF8.GetString(bytes, 0, file.Read(length - 3, bytes));
    }

    // A clock by which a file was always written to just now.
    private sealed class NeverLater(string path) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(File.GetLastWriteTimeUtc(path).AddMilliseconds(1));
    }
}
