using System.Runtime.CompilerServices;
using System.Text;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Memory;
using Vitrine.Tests.Http.Replies;
using Vitrine.Tests.Site.Cache;
using static Vitrine.Tests.Site.Outcomes;

namespace Vitrine.Tests.Site;

public class RepresentationsTests
{
    [Fact]
    public void What_was_put_in_is_found_and_nothing_else()
    {
        var cache = new Representations(new Limits());
        var outcome = InMemory();
        cache.Put(Path(1), outcome, 42);
        Assert.Same(outcome, cache.Find(Path(1))!.Outcome);
        Assert.Equal(42, cache.Find(Path(1))!.CheckedMs);
        Assert.Null(cache.Find(Path(2)));
        Assert.Null(cache.Find([]));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void The_same_outcome_put_in_again_is_only_fresh_again()
    {
        var cache = new Representations(new Limits());
        var file = new FakeFile([]);
        var outcome = InFile(file);
        cache.Put(Path(1), outcome, 1);
        file.Acquire(); // each time it is put in with a share of its own
        cache.Put(Path(1), outcome, 2);
        Assert.Equal((1, 2), (cache.Count, cache.Find(Path(1))!.CheckedMs));
        Assert.Equal(0, file.Closings);
        cache.Close();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void Another_outcome_takes_the_place_of_the_one_before_and_closes_its_file()
    {
        var cache = new Representations(new Limits());
        var first = new FakeFile([]);
        var second = new FakeFile([]);
        cache.Put(Path(1), InFile(first), 1);
        cache.Put(Path(1), InFile(second), 2);
        Assert.Equal((1, 0), (first.Closings, second.Closings));
        cache.Put(Path(1), InMemory(), 3);
        Assert.Equal((1, 1, 1), (first.Closings, second.Closings, cache.Count));
    }

    [Fact]
    public void An_outcome_that_is_not_kept_makes_the_path_forgotten()
    {
        var cache = new Representations(new Limits());
        var file = new FakeFile([]);
        cache.Put(Path(1), InFile(file), 1);
        cache.Put(Path(2), InMemory(), 1);
        cache.Put(Path(1), InMemory() with { Status = Status.NotFound, IsKept = false }, 2);
        Assert.Null(cache.Find(Path(1)));
        Assert.Equal((1, 1), (cache.Count, file.Closings));
        Assert.NotNull(cache.Find(Path(2)));
    }

    [Fact]
    public void No_more_paths_are_kept_than_the_limit()
    {
        var cache = new Representations(new Limits { CacheEntries = 10 });
        for (var i = 0; i < 10; i++) cache.Put(Path(i), InMemory(), 1);
        Assert.Equal(10, cache.Count);
        for (var i = 10; i < 1_000; i++)
        {
            cache.Put(Path(i), InMemory(), 1);
            Assert.Equal(10, cache.Count);
        }
        Assert.NotNull(cache.Find(Path(999)));
        Assert.Null(cache.Find(Path(0)));
    }

    [Fact]
    public void No_more_bytes_are_kept_than_the_limit()
    {
        var cache = new Representations(new Limits { CacheBytes = 10 * BodyBytes });
        for (var i = 0; i < 100; i++) cache.Put(Path(i), InMemory(), 1);
        Assert.InRange(cache.Count, 5, 10);
        // Without a body it is not the bytes that bound it.
        for (var i = 100; i < 120; i++)
            cache.Put(Path(i), new Outcome(Status.MovedPermanently, null, default, IsKept: true), 1);
        Assert.InRange(cache.Count, 20, 40);
    }

    [Fact]
    public void When_there_is_no_room_a_body_is_left_to_the_disk_and_what_is_known_of_it_stays()
    {
        var cache = new Representations(new Limits { CacheBytes = 20 * BodyBytes });
        for (var i = 0; i < 100; i++)
        {
            cache.Put(Path(i), AtRest(), 1);
            Assert.InRange(cache.Bytes, 1, 20 * BodyBytes);
        }
        var kept = Enumerable.Range(0, 100).Select(i => cache.Find(Path(i))).OfType<CacheEntry>().ToArray();
        var bodies = kept.Count(entry => entry.Outcome.Content!.Body is not null);
        Assert.InRange(bodies, 5, 18);
        Assert.InRange(kept.Length - bodies, 30, 95);
        var bodiless = kept.First(entry => entry.Outcome.Content!.Body is null).Outcome.Content!;
        Assert.True(bodiless.HasNoBody);
        Assert.Equal((BodyBytes, "\"tag\""), (bodiless.Length, Encoding.ASCII.GetString(bodiless.EntityTag)));
    }

    // Its file is for the loader to open.
    [Fact]
    public void A_large_one_that_came_into_memory_is_not_left_to_be_opened_for_each_reply()
    {
        var cache = new Representations(new Limits { CacheEntries = 10, CachedBodyBytes = BodyBytes - 1 });
        cache.Put(Path(1), AtRest(), 1);
        Assert.NotNull(cache.Find(Path(1)));
        for (var i = 2; i < 30; i++)
            cache.Put(Path(i), new Outcome(Status.MovedPermanently, null, default, IsKept: true), 1);
        Assert.Null(cache.Find(Path(1)));
    }

    [Fact]
    public void All_files_are_closed_when_descriptors_are_missing()
    {
        var cache = new Representations(new Limits());
        var file = new FakeFile([]);
        cache.Put(Path(1), InFile(file), 1);
        cache.Put(Path(2), InMemory(), 1);
        Assert.True(cache.CloseFiles());
        Assert.Equal((1, null), (file.Closings, cache.Find(Path(1))));
        Assert.NotNull(cache.Find(Path(2)));
        Assert.False(cache.CloseFiles());
    }

    [Fact]
    public void Descriptors_that_no_file_takes_are_lent_to_replies()
    {
        var cache = new Representations(new Limits { CachedOpenFiles = 8 });
        for (var i = 0; i < 6; i++) cache.Put(Path(i), InFile(new FakeFile([])), 1);
        Assert.True(cache.MayLend && cache.TryLend());
        Assert.True(cache.TryLend());
        Assert.False(cache.MayLend || cache.TryLend());
        cache.GiveBack();
        Assert.True(cache.MayLend && cache.TryLend());
    }

    [Fact]
    public void A_scan_does_not_flush_what_is_in_memory()
    {
        var cache = new Representations(new Limits { CacheBytes = 100 * BodyBytes });
        for (var i = 0; i < 80; i++) cache.Put(Path(i), AtRest(), 1);
        for (var i = 0; i < 80; i++) Assert.NotNull(cache.Find(Path(i))!.Outcome.Content!.Body);
        for (var i = 1_000; i < 1_500; i++) cache.Put(Path(i), AtRest(), 1);
        // A 64th, and 64 KB at least, may be exchanged in a second: this took less than three.
        var stayed = Enumerable.Range(0, 80).Count(i => cache.Find(Path(i))?.Outcome.Content!.Body is not null);
        Assert.InRange(stayed, 50, 80);
    }

    [Theory]
    [InlineData(256L * 1024 * 1024)]
    [InlineData(1024 * 1024)]
    public void A_million_distinct_names_leave_it_within_its_limits_and_working(long cacheBytes)
    {
        const int Names = 1_000_000;
        var limits = new Limits { CacheBytes = cacheBytes };
        var cache = new Representations(limits);
        var (small, atRest) = (InMemory(100), AtRest());
        for (var i = 0; i < Names; i++)
        {
            cache.Put(Path(i), i % 2 == 0 ? small : atRest, 1);
            cache.Find(Path(i / 2));
        }
        Assert.InRange(cache.Count, 100, limits.CacheEntries);
        Assert.InRange(cache.Bytes, 1, cacheBytes);
        Assert.True(Enumerable.Range(0, Names).Count(i => cache.Find(Path(i)) is not null) == cache.Count);
        cache.Put(Path(-1), small, 7);
        Assert.Equal(7, cache.Find(Path(-1))!.CheckedMs);
        cache.Close();
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void An_outcome_made_again_is_another_one_when_it_has_other_codings()
    {
        var plain = AtRest();
        Assert.True(AtRest().IsLike(plain));
        var encoded = WithGzip();
        Assert.False(encoded.IsLike(plain));
        Assert.False(plain.IsLike(encoded));
        Assert.True((encoded with { Evidence = encoded.Evidence! with { WasAtRest = true } }).IsLike(encoded));
        Assert.False((encoded with { Evidence = encoded.Evidence! with { WasAtRest = false } }).IsLike(encoded));
    }

    [Fact]
    public void A_body_larger_than_all_of_the_cache_leaves_it_empty_and_working()
    {
        var cache = new Representations(new Limits { CacheBytes = BodyBytes / 2 });
        cache.Put(Path(1), InMemory(), 1);
        Assert.Equal(0, cache.Count);
        cache.Put(Path(2), InMemory(10), 1);
        Assert.NotNull(cache.Find(Path(2)));
    }

    [Fact]
    public void No_more_files_are_kept_open_than_the_limit_and_each_is_closed_once()
    {
        var cache = new Representations(new Limits { CachedOpenFiles = 3 });
        var files = Enumerable.Range(0, 20).Select(_ => new FakeFile([])).ToArray();
        for (var i = 0; i < files.Length; i++)
        {
            cache.Put(Path(i), InFile(files[i]), 1);
            Assert.Equal(Math.Min(i + 1, 3), files[..(i + 1)].Count(file => file.Closings == 0));
        }
        Assert.Equal(3, cache.Count);
        cache.Close();
        Assert.All(files, file => Assert.Equal(1, file.Closings));
        Assert.Equal(0, cache.Count);
        Assert.Null(cache.Find(Path(19)));
    }

    [Fact]
    public void A_file_that_somebody_still_sends_stays_open_until_he_is_done()
    {
        var cache = new Representations(new Limits { CachedOpenFiles = 1 });
        var file = new FakeFile([]);
        cache.Put(Path(1), InFile(file), 1);
        Assert.True(cache.Find(Path(1))!.Outcome.Content!.File!.TryAcquire());
        cache.Close();
        Assert.Equal(0, file.Closings);
        file.Release();
        Assert.Equal(1, file.Closings);
    }

    [Fact]
    public void Open_files_and_bodies_in_memory_do_not_push_each_other_out()
    {
        var cache = new Representations(new Limits { CachedOpenFiles = 2, CacheEntries = 2 });
        cache.Put(Path(1), InMemory(), 1);
        for (var i = 10; i < 20; i++) cache.Put(Path(i), InFile(new FakeFile([])), 1);
        Assert.NotNull(cache.Find(Path(1)));
        for (var i = 20; i < 30; i++) cache.Put(Path(i), InMemory(), 1);
        Assert.NotNull(cache.Find(Path(19)));
        Assert.Null(cache.Find(Path(1)));
    }

    // A large file that is open may have small ones beside it.
    [Fact]
    public void Bodies_beside_open_files_are_within_the_limit_too()
    {
        var cache = new Representations(new Limits { CacheBytes = 100_000 });
        var files = Enumerable.Range(0, 20).Select(_ => new FakeFile([])).ToArray();
        for (var i = 0; i < files.Length; i++)
        {
            var beside = Representation.InMemory(new PinnedBytes(20_000), "text/plain");
            cache.Put(Path(i), InFile(files[i]) with { Encoded = [new(ContentCoding.All[0], beside)] }, 1);
            Assert.InRange(cache.Bytes, 20_000, 100_000);
        }
        Assert.Equal(cache.Count, files.Count(file => file.Closings == 0));
    }

    [Fact]
    public void A_hot_body_does_not_turn_a_full_cache_over()
    {
        var limits = new Limits { CacheBytes = 20_000_000 };
        var cache = new Representations(limits);
        var file = new FakeFile([]);
        cache.Put(Path(1), InFile(file), 1);
        Assert.True(cache.MayExchange(2_000_000)); // the control: there is room
        for (var i = 10; i < 30; i++) cache.Put(Path(i), InMemory(1_000_000), 1);
        var count = cache.Count;
        Assert.False(cache.MayExchange(2_000_000));
        Assert.False(cache.Put(Path(1), InMemory(2_000_000), 2));
        Assert.Equal((count, 0), (cache.Count, file.Closings));
        Assert.NotNull(cache.Find(Path(1))!.Outcome.Content!.File);
    }

    [Fact]
    public void What_is_asked_for_survives_a_scan_that_asks_for_everything_once()
    {
        var cache = new Representations(new Limits { CacheEntries = 10 });
        for (var i = 0; i < 5; i++) cache.Put(Path(i), InMemory(), 1);
        for (var i = 100; i < 1_000; i++)
        {
            for (var hot = 0; hot < 5; hot++) Assert.NotNull(cache.Find(Path(hot)));
            cache.Put(Path(i), InMemory(), 1);
        }
        Assert.Equal(10, cache.Count);
        Assert.Null(cache.Find(Path(100)));
    }

    [Fact]
    public void A_file_that_changes_often_does_not_push_the_others_out()
    {
        var cache = new Representations(new Limits { CachedOpenFiles = 4 });
        var files = Enumerable.Range(0, 3).Select(_ => new FakeFile([])).ToArray();
        for (var i = 0; i < files.Length; i++) cache.Put(Path(i), InFile(files[i]), 1);
        for (var i = 0; i < 20; i++) cache.Put(Path(99), InFile(new FakeFile([])), i);
        Assert.Equal(4, cache.Count);
        Assert.All(files, file => Assert.Equal(0, file.Closings));
    }

    [Fact]
    public void A_body_that_was_replaced_is_remembered_no_more()
    {
        var cache = new Representations(new Limits());
        var bodies = new List<WeakReference>();
        for (var i = 0; i < 10; i++) bodies.Add(PutBody(cache, i));
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.True(bodies[^1].IsAlive);
        Assert.NotNull(cache.Find(Path(1)));
        Assert.Equal(0, bodies[..^1].Count(body => body.IsAlive));
    }

    [Fact]
    public void It_may_be_read_while_it_is_written_and_closes_every_file_once()
    {
        var cache = new Representations(new Limits { CachedOpenFiles = 4, CacheEntries = 4 });
        var files = Enumerable.Range(0, 8_000).Select(_ => new FakeFile([])).ToArray();
        var used = 0;
        Parallel.For(0, files.Length, i =>
        {
            cache.Put(Path(i % 16), InFile(files[i]), i);
            var file = cache.Find(Path(i % 7))?.Outcome.Content!.File as FakeFile;
            if (file is null || !file.TryAcquire()) return;
            Interlocked.Increment(ref used);
            Assert.Equal(0, file.Closings);
            file.Release();
        });
        Assert.InRange(cache.Count, 1, 4);
        Assert.True(used > 0);
        cache.Close();
        Assert.All(files, file => Assert.Equal(1, file.Closings));
    }

    [Fact]
    public void Bodies_are_let_go_of_while_memory_is_short()
    {
        using var system = new FakeSystem();
        system.HasMemory(freePercent: 50);
        var limits = new Limits { CacheBytes = 100 * BodyBytes };
        var budget = new MemoryBudget(limits, AvailableMemory.Find(system.Root));
        var cache = new Representations(limits, budget, SiteClock.System);
        for (var i = 0; i < 90; i++) cache.Put(Path(i), AtRest(), 1);
        Assert.False(budget.Look());
        Assert.InRange(cache.Bytes, 90 * BodyBytes, limits.CacheBytes);

        system.HasMemory(freePercent: 2);
        Assert.True(budget.Look());
        cache.Shrink();
        Assert.InRange(cache.Bytes, 1, limits.CacheBytes / 2);
        Assert.NotNull(cache.Find(Path(1))); // what is known of it stays
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference PutBody(Representations cache, int i)
    {
        var outcome = InMemory();
        cache.Put(Path(1), outcome, i);
        return new WeakReference(outcome.Content!.Body);
    }

    private static Outcome InMemory(int length = BodyBytes) => new(
        Status.Ok, Representation.InMemory(new PinnedBytes(length), "text/plain"), default, IsKept: true);

    private static Outcome InFile(OpenFile file) => new(
        Status.Ok, Representation.InFile(file, 0, "text/plain", default), default, IsKept: true);
}
