using System.Collections.Concurrent;
using System.Text;
using Vitrine.Http;
using Vitrine.Site;
using Vitrine.Tests.Simulation.Faults;

namespace Vitrine.Tests.Site;

/// <summary>A disk that does not answer any more keeps only those who want something from it.</summary>
public sealed class LoaderTests : IDisposable
{
    private const int TimeoutMs = 30_000;

    private readonly SimulatedClock clock = new(tickMs: 1);
    private readonly ManualResetEventSlim answers = new();
    private readonly ConcurrentDictionary<string, bool> stuck = new();
    private readonly ConcurrentDictionary<string, bool> loaded = new();
    private readonly Loader loader;

    public LoaderTests()
    {
        var limits = new Limits { LoadTimeoutMs = TimeoutMs };
        loader = new Loader(Resolve, limits, new SiteClock(clock), Loader.ThreadCount, null);
    }

    public void Dispose()
    {
        answers.Set();
        loader.Dispose();
    }

    [Fact]
    public void What_lies_elsewhere_is_loaded_although_all_threads_are_stuck()
    {
        for (var i = 0; i < 4; i++) Start($"/hung/{i}");
        Wait(() => stuck.Count == 4);
        for (var i = 4; i < 40; i++) Start($"/hung/{i}");
        Start("/well/a");
        clock.Pass(2_100);
        Assert.False(loaded.ContainsKey("/well/a"));
        Start("/well/b"); // sees that nobody takes anything
        Wait(() => loaded.ContainsKey("/well/a") && loaded.ContainsKey("/well/b"));
        for (var i = 0; i < 20; i++)
        {
            Start($"/well/{i}");
            Start("/top.txt");
            Wait(() => loaded.ContainsKey($"/well/{i}"));
            clock.Pass(2_100);
        }
        Assert.True(loaded.ContainsKey("/top.txt"));
        Assert.Equal(4, stuck.Count);
    }

    [Fact]
    public void Who_asks_for_what_has_been_stuck_for_too_long_is_told_so_at_once_until_it_answers()
    {
        Assert.NotNull(Start("/hung/a"));
        Wait(() => stuck.Count == 1);
        clock.Pass(TimeoutMs - 1);
        Assert.NotNull(Start("/hung/b"));
        clock.Pass(2);
        Assert.Null(Start("/hung/a"));
        Assert.Null(Start("/hung/c"));
        Assert.NotNull(Start("/well/a"));
        Assert.NotNull(Start("/hungry.txt"));
        answers.Set();
        Wait(() => loaded.ContainsKey("/hung/a"));
        Wait(() => Start("/hung/c") is not null);
        Wait(() => loaded.ContainsKey("/hung/c"));
    }

    private Loader.Load? Start(string path) => loader.Start(Encoding.ASCII.GetBytes(path), null, 1, isHot: false);

    private bool Resolve(Loader.Load load)
    {
        var path = Encoding.ASCII.GetString(load.Resolution.Path);
        if (path.StartsWith("/hung/", StringComparison.Ordinal) && !answers.IsSet)
        {
            stuck[path] = true;
            answers.Wait();
        }
        loaded[path] = true;
        return true;
    }

    private static void Wait(Func<bool> isSo) => Assert.True(SpinWait.SpinUntil(isSo, TimeSpan.FromSeconds(20)));
}
