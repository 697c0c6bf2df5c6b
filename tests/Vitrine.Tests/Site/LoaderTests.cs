using System.Collections.Concurrent;
using System.Text;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Tests.Http.Replies;

namespace Vitrine.Tests.Site;

/// <summary>A disk that does not answer any more keeps only those who want something from it.</summary>
public sealed class LoaderTests : IDisposable
{
    private readonly ManualResetEventSlim answers = new();
    private readonly ConcurrentDictionary<string, bool> stuck = new();
    private readonly ConcurrentDictionary<string, bool> loaded = new();
    private readonly ConcurrentDictionary<int, bool> threads = new();
    private readonly Loader loader;

    public LoaderTests() => loader = Make(SiteClock.System);

    private Loader Make(SiteClock clock) =>
        new(Resolve, new Limits { LoadTimeoutMs = 5_000 }, clock, Loader.ThreadCount, null);

    public void Dispose()
    {
        answers.Set();
        loader.Dispose();
    }

    [Fact]
    public void Who_asks_alone_for_what_lies_elsewhere_has_it_although_all_threads_hang()
    {
        Hang(4);
        Start("/well/a");
        Wait(() => loaded.ContainsKey("/well/a"));
        Assert.Equal(4, stuck.Count);
    }

    // Each of them has all threads to itself before it is known to hang.
    [Fact]
    public void However_many_folders_hang_at_once_what_lies_elsewhere_is_loaded()
    {
        const int Folders = 20; // two loads of each hang at least, and four at most
        using var fast = Make(new SiteClock(new FastClock()));
        for (var folder = 0; folder < Folders; folder++)
            for (var i = 0; i < Loader.ThreadCount; i++)
                fast.Start(Encoding.ASCII.GetBytes($"/hung{folder}/{i}"), null, 1, isHot: false, out _);
        Assert.True(SpinWait.SpinUntil(() => stuck.Count > 7 * Loader.ThreadCount, TimeSpan.FromMinutes(2)));
        fast.Start("/well/a"u8, null, 1, isHot: false, out _);
        Wait(() => loaded.ContainsKey("/well/a"));
        answers.Set();
    }

    [Fact]
    public void Threads_that_come_back_end_when_others_have_their_place()
    {
        Hang(4);
        Start("/well/a");
        Wait(() => loaded.ContainsKey("/well/a"));
        answers.Set();
        Wait(() => loaded.Count == 5);
        Wait(() => !stuck.Keys.Select(Start).Contains(null)); // all are well
        // On a machine that is busy one may be taken to hang for a moment, and another be started: then once more. In
        // so many rounds each thread that there is has its turn.
        var next = 0;
        Wait(() =>
        {
            threads.Clear();
            for (var round = 0; round < 50; round++)
            {
                var wanted = loaded.Count + 20;
                for (var i = 0; i < 20; i++) Start($"/many/{next++}");
                Wait(() => loaded.Count >= wanted);
            }
            return threads.Count <= Loader.ThreadCount;
        });
    }

    [Fact]
    public void Who_waits_for_what_hangs_is_told_so_in_time()
    {
        Hang(4);
        Wait(() => Start("/hung/late") is null || IsGivenUp(Start("/hung/late")!));
        Assert.DoesNotContain("/hung/late", loaded.Keys);
    }

    // The worker was given a load, and it is done before the worker has subscribed to it.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_file_that_nobody_keeps_is_closed_with_the_last_answer_however_late_its_reader_subscribes(int readers)
    {
        var file = new FakeFile([]);
        var content = Representation.InFile(file, 0, "text/plain", default);
        using var byHand = new Loader(
            load =>
            {
                load.Outcome = new Outcome(Status.Ok, content, default, IsKept: true);
                return true;
            },
            new Limits(),
            SiteClock.System,
            threads: 0,
            null);
        var loads = Enumerable.Range(0, readers)
            .Select(_ => byHand.Start("/large"u8, null, 1, isHot: false, out var _)!).ToArray();
        using var posted = new Posted();
        foreach (var load in loads[1..]) load.Subscribe(posted, 1);
        Assert.True(byHand.TryRunOne());
        loads[0].Subscribe(posted, 1);
        foreach (var load in loads[1..]) load.OneIsAnswered();
        Assert.Equal(0, file.Closings);
        loads[0].OneIsAnswered();
        Assert.Equal(1, file.Closings);
    }

    private static bool IsGivenUp(PendingLoad load)
    {
        using var posted = new Posted();
        load.Subscribe(posted, 1);
        Assert.True(posted.Wait());
        return load.IsGivenUp;
    }

    private void Hang(int count)
    {
        for (var i = 0; i < count; i++) Start($"/hung/{i}");
        Wait(() => stuck.Count == count);
    }

    private PendingLoad? Start(string path) =>
        loader.Start(Encoding.ASCII.GetBytes(path), null, 1, isHot: false, out _);

    private bool Resolve(PendingLoad load)
    {
        threads[Environment.CurrentManagedThreadId] = true;
        var path = Encoding.ASCII.GetString(load.Resolution.Path);
        if (path.StartsWith("/hung", StringComparison.Ordinal) && !answers.IsSet)
        {
            stuck[path] = true;
            answers.Wait();
        }
        loaded[path] = true;
        return true;
    }

    private static void Wait(Func<bool> isSo) => Assert.True(SpinWait.SpinUntil(isSo, TimeSpan.FromMinutes(1)));

    // Ten times as fast: what hangs is known to do so the sooner.
    private sealed class FastClock : TimeProvider
    {
        public override long GetTimestamp() => 10 * base.GetTimestamp();
    }

    private sealed class Posted : IInbox, IDisposable
    {
        private readonly ManualResetEventSlim posted = new();

        public void Post(long token) => posted.Set();

        public bool Wait() => posted.Wait(TimeSpan.FromMinutes(1));

        public void Dispose() => posted.Dispose();
    }
}
