using Vitrine.Compare.Regimes;
using Vitrine.Compare.Servers;

namespace Vitrine.Compare;

/// <summary>Runs a regime: checks bytes, then lets the servers take turns.</summary>
internal sealed class Runner(Place place, int rounds, double seconds, bool isSmoke)
{
    private const int FirstPort = 18_100;

    /// <summary>Runs it; what went wrong with our server is thrown, with its name.</summary>
    public Outcome Run(Regime regime)
    {
        var outcome = new Outcome();
        // Some of the load comes from this process.
        Tool.Run(10, "taskset", "-a", "-c", "-p", $"{Machine.LoadProcessor}", $"{Environment.ProcessId}");
        if (regime.StartsAnew)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var peer in InTurn(regime.Servers, round))
                {
                    using var server = RunningServer.Start(peer, place, FirstPort);
                    Check(regime, server);
                    Add(outcome, regime, server);
                }
            }
            return outcome;
        }
        var servers = new List<RunningServer>();
        try
        {
            foreach (var peer in regime.Servers)
                servers.Add(RunningServer.Start(peer, place, FirstPort + servers.Count));
            foreach (var server in servers)
            {
                Check(regime, server);
                if (!isSmoke) TryMeasure(regime, server, 1);
            }
            for (var round = 0; round < rounds; round++)
                foreach (var server in InTurn(servers, round)) Add(outcome, regime, server);
        }
        finally
        {
            foreach (var server in servers) server.Dispose();
        }
        return outcome;
    }

    // There and back: who goes first in one round goes last in the next, so that coming after another costs nobody.
    private static IEnumerable<T> InTurn<T>(IEnumerable<T> servers, int round) =>
        round % 2 == 0 ? servers : servers.Reverse();

    private void Check(Regime regime, RunningServer server)
    {
        foreach (var probe in regime.Probes.Where(_ => !server.Peer.IsFloor)) probe.Check(place, server);
    }

    private void Add(Outcome outcome, Regime regime, RunningServer server) =>
        outcome.Add(server.Peer.Name, TryMeasure(regime, server, seconds));

    // Another server that gives no answers, or none in time on a busy machine, has no figure: that is no fault here.
    private Sample TryMeasure(Regime regime, RunningServer server, double length)
    {
        try
        {
            return regime.Measure(place, server, length);
        }
        catch (InvalidOperationException fault)
        {
            var message = $"regime {regime.Number}, {server.Peer.Name}: {fault.Message}";
            if (server.Peer.IsOurs) throw new InvalidOperationException(message, fault);
            Console.Error.WriteLine(message);
            return Sample.Nothing;
        }
    }
}
