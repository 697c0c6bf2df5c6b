using Vitrine.Tests.Simulation.Faults;

namespace Vitrine.Tests.Simulation;

/// <summary>
/// A worker and a folder's site under faults from below: see <see cref="FaultSimulation"/>. By night:
/// <c>VITRINE_SIMULATE=1000000 dotnet test --project tests/Vitrine.Tests --filter-class '*.FaultSimulationTests'</c>.
/// </summary>
public class FaultSimulationTests
{
    private const int OfOneSeed = 2_500;

    // Seeds up to here are run by day.
    private const int FirstSeedOfNight = 100;

    private const int MostFailed = 5;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Whatever_fails_replies_are_right_and_nothing_is_left_open(int seed) => Simulate(seed);

    // VITRINE_SEED=7 replays one seed.
    [Fact]
    public void The_seed_of_the_environment_is_replayed() => Simulate(Replay.Seed ?? 8);

    [Fact]
    public void As_many_connections_as_the_environment_asks_for_get_right_replies()
    {
        var seeds = (Replay.Connections ?? OfOneSeed) / OfOneSeed;
        var gate = new Lock();
        FaultCounts? all = null;
        var failed = new List<string>();
        Parallel.For(0, seeds, (i, loop) =>
        {
            try
            {
                var counts = Simulate(FirstSeedOfNight + i);
                lock (gate) all = all?.Plus(counts) ?? counts;
            }
            catch (OracleException wrong)
            {
                lock (gate) failed.Add(wrong.Message);
                if (failed.Count >= MostFailed) loop.Stop();
            }
        });
        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
        TestContext.Current.SendDiagnosticMessage($"{all}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{all}");
    }

    [Fact]
    public void A_seed_is_always_the_same() => Assert.Equal(Simulate(9).Hash, Simulate(9).Hash);

    private static FaultCounts Simulate(int seed)
    {
        try
        {
            using var simulation = new FaultSimulation(seed);
            return simulation.Run(OfOneSeed);
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException)
        {
            throw new OracleException($"{Replay.Command(typeof(FaultSimulationTests), seed)}\n{wrong.Message}", wrong);
        }
    }
}
