using Vitrine.Http;
using Vitrine.Site.Cache;
using Vitrine.Tests.Http.Replies;
using static Vitrine.Tests.Site.Outcomes;

namespace Vitrine.Tests.Site;

/// <summary>Bodies in the cache that are copies on a disk.</summary>
public class CopiesInCacheTests
{
    [Fact]
    public void A_copy_is_kept_for_as_long_as_the_path_comes_to_what_it_was_made_of()
    {
        var cache = new Representations(new Limits());
        var (kept, late) = (Copy(), Copy());
        var left = AtRest().WithoutBody();
        cache.Put(Path(1), left, 1);
        var entry = cache.Find(Path(1))!;
        cache.PutCopied(entry, left.With(kept, []));
        var copied = cache.Find(Path(1))!.Outcome;
        Assert.Equal((true, false, 0), (copied.IsCopied, copied.IsLeft, copied.OpenFiles));
        cache.PutCopied(entry, left.With(late, [])); // of what is not there any more
        Assert.Equal((0, 1), (kept.Closings, late.Closings));
        cache.Put(Path(1), AtRest(), 2);
        Assert.Equal(1, kept.Closings);
    }

    [Fact]
    public void When_copies_go_what_is_known_of_them_stays()
    {
        var cache = new Representations(new Limits());
        for (var i = 0; i < 10; i++)
        {
            cache.Put(Path(i), AtRest().WithoutBody(), 1);
            PutCopied(cache, i);
        }
        cache.EvictCopies();
        for (var i = 0; i < 10; i++) Assert.True(cache.Find(Path(i))!.Outcome.IsLeft);
    }

    [Fact]
    public void A_copy_that_has_another_beside_it_goes_with_it_and_each_once()
    {
        var cache = new Representations(new Limits());
        var (plain, gzip) = (Copy(), Copy());
        var known = WithGzip();
        cache.Put(Path(1), known, 1);
        cache.PutCopied(cache.Find(Path(1))!, known.With(plain, [gzip]));
        cache.EvictCopies();
        Assert.Null(cache.Find(Path(1)));
        cache.Put(Path(1), AtRest(), 2);
        Assert.Equal((1, 1), (plain.Closings, gzip.Closings));
    }

    [Fact]
    public void Copies_are_known_within_the_limits_too()
    {
        var limits = new Limits { CacheEntries = 100, CacheBytes = 50_000 };
        var cache = new Representations(limits);
        for (var i = 0; i < 500; i++)
        {
            cache.Put(Path(i), AtRest().WithoutBody(), 1);
            PutCopied(cache, i);
            Assert.InRange(cache.Bytes, 1, limits.CacheBytes);
            Assert.InRange(cache.Count, 1, limits.CacheEntries);
        }
        Assert.Contains(Enumerable.Range(0, 500), i => cache.Find(Path(i)) is { Outcome.IsCopied: true });
    }

    private static void PutCopied(Representations cache, int i)
    {
        if (cache.Find(Path(i)) is { } entry) cache.PutCopied(entry, entry.Outcome.With(Copy(), []));
    }

    private static FakeFile Copy() => new([]) { IsOwn = true };
}
