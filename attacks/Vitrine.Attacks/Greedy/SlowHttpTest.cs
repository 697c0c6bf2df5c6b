using System.Text.RegularExpressions;
using Vitrine.Attacks.Harness;
using Vitrine.Compare;

namespace Vitrine.Attacks.Greedy;

/// <summary>Other people's slow clients: the program slowhttptest, with its own verdict.</summary>
internal static partial class SlowHttpTest
{
    private const int Connections = 2_000;
    private const int HeldBytes = 68 * 1024;

    public static Attack Attack { get; } = new(
        "slowhttptest", "the slow clients of the program slowhttptest: heads, bodies, readers", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        yield return Mode(plan, "-H", "slow heads").Play(plan);
        yield return Mode(plan, "-B", "slow bodies", "-s", "100000").Play(plan);
        string[] slowly = ["-w", "1", "-y", "10", "-n", "5", "-z", "5", "-k", "3"];
        yield return Mode(plan, "-X", "slow readers", slowly).Play(plan);
    }

    private static Siege Mode(Plan plan, string mode, string what, params string[] more)
    {
        var seconds = plan.Pick(30, 4);
        return new Siege(
            $"slowhttptest {mode}", $"{Connections:N0} connections of slowhttptest: {what}",
            Connections, (long)Connections * HeldBytes, assault => Run(assault, mode, seconds, more))
        {
            Prepare = folder => folder.Write("large.bin", new byte[300_000]),
            Length = TimeSpan.FromSeconds(seconds),
        };
    }

    private static void Run(Assault assault, string mode, int seconds, string[] more)
    {
        // It wants to be heard every few seconds: whether the service is there is what it tells in the end.
        string[] arguments =
        [
            "-n", "19", "taskset", "-c", $"{Machine.LoadProcessor}", "slowhttptest", mode, "-c", $"{Connections}",
            "-r", "500", "-l", $"{seconds}", "-i", "2", "-p", "3", "-u", assault.Server.UrlOf("/large.bin"), .. more,
        ];
        var output = Tool.Run(seconds + 60, "nice", arguments);
        var states = Service().Matches(Colour().Replace(output, ""));
        var gone = states.Count(state => state.Groups[1].Value == "NO");
        assault.Row.Note($"asked {states.Count} times whether the service is there");
        assault.Row.AtLeast("its own verdict: there", states.Count - gone, 1, " times");
        assault.Row.AtMost("gone", gone, 0, " times");
    }

    [GeneratedRegex(@"\x1b\[[0-9;]*[A-Za-z]")]
    private static partial Regex Colour();

    [GeneratedRegex(@"service available:\s*(YES|NO)")]
    private static partial Regex Service();
}
