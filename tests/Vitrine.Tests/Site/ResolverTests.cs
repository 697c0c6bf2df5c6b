using System.Text;
using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site;

namespace Vitrine.Tests.Site;

public sealed class ResolverTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly Folder folder;

    public ResolverTests() => folder = Folder.Open(temporary.Root);

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
        var first = resolver.Resolve("/a.txt"u8, null);
        Assert.Equal("content", TextOf(first));
        Assert.Same(first, resolver.Resolve("/a.txt"u8, first));
        Assert.NotSame(first, resolver.Resolve("/a.txt"u8, null));
        temporary.Write("a.txt", "CONTENT");
        Assert.Equal("CONTENT", TextOf(resolver.Resolve("/a.txt"u8, first)));
    }

    [Fact]
    public void An_index_that_did_not_change_keeps_its_outcome_and_gives_way_to_the_listing()
    {
        var resolver = Make(new Limits());
        temporary.Write("index.html", "top");
        var first = resolver.Resolve("/"u8, null);
        Assert.Same(first, resolver.Resolve("/"u8, first));
        File.Delete(temporary.PathOf("index.html"));
        Assert.Contains("Index of /", TextOf(resolver.Resolve("/"u8, first)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_became_a_folder_and_a_folder_that_became_a_file_are_seen()
    {
        var resolver = Make(new Limits());
        temporary.Write("a", "content");
        var file = resolver.Resolve("/a"u8, null);
        File.Delete(temporary.PathOf("a"));
        temporary.MakeFolder("a");
        var moved = resolver.Resolve("/a"u8, file);
        Assert.Equal(Status.MovedPermanently, moved.Status);
        Directory.Delete(temporary.PathOf("a"));
        Assert.Equal(Status.NotFound, resolver.Resolve("/a"u8, moved).Status);
        temporary.Write("a", "content");
        Assert.Equal("content", TextOf(resolver.Resolve("/a"u8, moved)));
    }

    // The cache may have closed the file of what is loaded again meanwhile.
    [Fact]
    public void An_outcome_whose_file_was_closed_is_not_given_out_again()
    {
        var resolver = Make(new Limits { CachedBodyBytes = 0 });
        temporary.Write("a.txt", "content");
        var first = resolver.Resolve("/a.txt"u8, null);
        first.Content!.File!.Release();
        Assert.True(first.Content.File.Handle.IsClosed);
        var second = resolver.Resolve("/a.txt"u8, first);
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
            new[] { 2, 4, 3 }.Select(most => TextOf(Make(new Limits { ListingEntries = most })
                .Resolve("/"u8, null)).Contains("Only the first", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_listing_has_a_tag_of_its_own_content()
    {
        var resolver = Make(new Limits());
        temporary.Write("a", "");
        var first = resolver.Resolve("/"u8, null);
        Assert.Equal(first.Content!.EntityTag, resolver.Resolve("/"u8, null).Content!.EntityTag);
        temporary.Write("b", "");
        Assert.NotEqual(first.Content.EntityTag, resolver.Resolve("/"u8, first).Content!.EntityTag);
        Assert.Null(first.Content.LastModified);
    }

    [Fact]
    public void A_time_of_change_that_lies_ahead_is_not_told()
    {
        var resolver = Make(new Limits());
        var path = temporary.Write("a.txt", "");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(1));
        Assert.Null(resolver.Resolve("/a.txt"u8, null).Content!.LastModified);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1_000_000_000));
        Assert.Equal(1_000_000_000, resolver.Resolve("/a.txt"u8, null).Content!.LastModified);
    }

    [Fact]
    public void An_empty_file_is_a_file()
    {
        temporary.Write("a.txt", "");
        foreach (var limit in (int[])[0, 1])
        {
            var outcome = Make(new Limits { CachedBodyBytes = limit }).Resolve("/a.txt"u8, null);
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
        var content = Make(new Limits()).Resolve("/large.bin"u8, null).Content!;
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
        Assert.Equal("lost", TextOf(Make(new Limits()).NotFound()));
        MakeSparse("404.html", length);
        var outcome = Make(new Limits()).NotFound();
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
        Assert.Contains("Not Found", TextOf(Make(new Limits()).NotFound()), StringComparison.Ordinal);
        File.Delete(temporary.PathOf("404.html"));
        temporary.Write("lost.html", "inside");
        temporary.Link("404.html", "lost.html");
        Assert.Equal("inside", TextOf(Make(new Limits()).NotFound()));
    }

    private Resolver Make(Limits limits) => new(folder, limits, listing: true, new ErrorPages());

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
}
