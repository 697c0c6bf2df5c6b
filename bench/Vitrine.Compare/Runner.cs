using Vitrine.Compare.Regimes;
using Vitrine.Compare.Servers;

namespace Vitrine.Compare;

/// <summary>Runs a regime: checks bytes, then lets the servers take turns.</summary>
internal sealed class Runner(Place place, int rounds, double seconds, bool warmsUp)
{
    private const int FirstPort = 18_100;

    /// <summary>Runs it; what went wrong with a server is thrown, with its name.</summary>
    public Outcome Run(Regime regime)
    {
        var outcome = new Outcome();
        if (regime.StartsAnew)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var peer in regime.Servers)
                {
                    using var server = RunningServer.Start(peer, place, FirstPort);
                    Check(regime, server);
                    outcome.Add(peer.Name, Measure(regime, server, seconds));
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
                if (warmsUp) Measure(regime, server, 1);
            }
            for (var round = 0; round < rounds; round++)
                foreach (var server in servers) outcome.Add(server.Peer.Name, Measure(regime, server, seconds));
        }
        finally
        {
            foreach (var server in servers) server.Dispose();
        }
        return outcome;
    }

    private void Check(Regime regime, RunningServer server)
    {
        foreach (var probe in regime.Probes.Where(_ => server.Peer != Peers.Floor)) probe.Check(place, server);
    }

    private Sample Measure(Regime regime, RunningServer server, double length)
    {
        try
        {
            return regime.Measure(place, server, length);
        }
        catch (InvalidOperationException fault)
        {
            throw new InvalidOperationException($"regime {regime.Number}, {server.Peer.Name}: {fault.Message}", fault);
        }
    }
}
