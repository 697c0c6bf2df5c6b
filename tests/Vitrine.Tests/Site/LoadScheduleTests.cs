using System.Text;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Tests.Simulation.Faults;

namespace Vitrine.Tests.Site;

/// <summary>Which load is next, when some hang.</summary>
public class LoadScheduleTests
{
    private const int Most = 200;
    private const int TimeoutMs = 30_000;
    private const int MostWaiting = 64;

    private readonly SimulatedClock clock = new(tickMs: 1);
    private readonly LoadSchedule schedule;

    public LoadScheduleTests() => schedule = new LoadSchedule(Most, TimeoutMs, new SiteClock(clock));

    [Fact]
    public void Requests_for_the_same_share_a_load()
    {
        var load = Join("/a");
        Assert.Same(load, Join("/a"));
        Assert.Same(load, schedule.Take(out _));
        Assert.Same(load, Join("/a"));
        Assert.Null(schedule.Take(out var delayMs));
        Assert.Equal(Timeout.Infinite, delayMs);
        schedule.Remove(load!);
        Assert.NotSame(load, Join("/a"));
    }

    [Fact]
    public void One_that_has_to_come_back_does_when_it_is_due()
    {
        var load = Join("/a")!;
        schedule.Take(out _);
        load.Resolution.Again(50);
        schedule.PutBack(load);
        Assert.Null(schedule.Take(out var delayMs));
        Assert.InRange(delayMs, 1, 50);
        Assert.False(schedule.IsDue);
        clock.Pass(50);
        Assert.True(schedule.IsDue);
        Assert.Same(load, schedule.Take(out _));
    }

    [Fact]
    public void A_folder_of_which_two_loads_hang_gets_no_more_threads_until_it_answers()
    {
        var first = Hang("/hung/1");
        Join("/hung/2");
        Assert.NotNull(schedule.Take(out _)); // one that hangs may be a bad file
        clock.Pass(LoadSchedule.HangsMs + 10);
        Assert.Equal(2, schedule.Hanging);
        var third = Join("/hung/3");
        var elsewhere = Join("/well/1");
        Assert.Same(elsewhere, schedule.Take(out _));
        Assert.Null(schedule.Take(out _));
        schedule.Remove(first);
        Assert.Same(third, schedule.Take(out _));
    }

    [Fact]
    public void A_folder_that_hangs_does_not_take_the_places_of_others()
    {
        for (var i = 0; i < Most; i++) Join($"/hung/{i}");
        Assert.Null(Join("/well/1", out var hangs));
        Assert.False(hangs);
        schedule.Take(out _);
        schedule.Take(out _);
        clock.Pass(LoadSchedule.HangsMs + 10);
        Assert.Null(schedule.Take(out _)); // some wait, the others are given up
        for (var i = 0; i < Most - MostWaiting - 2; i++) Assert.NotNull(Join($"/well/{i}"));
        Assert.Null(Join("/well/last", out _));
        Assert.Null(Join("/hung/last", out hangs));
        Assert.True(hangs);
    }

    [Fact]
    public void Who_waits_for_a_folder_that_hangs_is_given_up_in_time_and_who_comes_later_at_once()
    {
        Hang("/hung/1");
        Hang("/hung/2");
        var waiting = Join("/hung/3")!;
        Assert.Null(schedule.Take(out _));
        schedule.GiveUpLate();
        Assert.False(waiting.IsGivenUp);
        Assert.NotNull(Join("/hung/4"));
        clock.Pass(TimeoutMs + 10);
        schedule.GiveUpLate();
        Assert.True(waiting.IsGivenUp);
        Assert.Null(Join("/hung/5", out var hangs));
        Assert.True(hangs);
        Assert.NotNull(Join("/hungry"));
    }

    [Fact]
    public void One_that_hangs_alone_keeps_only_those_who_ask_for_the_same()
    {
        Hang("/bad/1");
        clock.Pass(TimeoutMs + 10);
        Assert.Null(Join("/bad/1", out var hangs));
        Assert.True(hangs);
        var good = Join("/bad/2");
        Assert.Same(good, schedule.Take(out _));
    }

    private PendingLoad Hang(string path)
    {
        Join(path);
        var load = schedule.Take(out _);
        clock.Pass(LoadSchedule.HangsMs + 10);
        return load!;
    }

    private PendingLoad? Join(string path) => Join(path, out _);

    private PendingLoad? Join(string path, out bool hangs)
    {
        var now = new SiteClock(clock).NowMs;
        return schedule.Join(
            Encoding.ASCII.GetBytes(path), name => new PendingLoad(new Resolution(name, null), 1, now), out hangs);
    }
}
