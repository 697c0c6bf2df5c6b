using System.Net;
using Vitrine.Attacks.Harness;
using Vitrine.Compare;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Corpus;

/// <summary>
/// The raw requests of <c>tests/corpus</c>, against a server that is there or several that are started.
/// </summary>
internal static class CorpusAttack
{
    private const int MostShown = 5;

    public static Attack Attack { get; } = new(
        "corpus", "raw requests of tests/corpus, also to other servers, or to one that runs: --host, --port", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        if (plan.Host is { } host)
        {
            var address = Dns.GetHostAddresses(host)[0];
            yield return RowOf($"{host}:{plan.Port}", Player.Play(new IPEndPoint(address, plan.Port)), mustHold: false);
            yield break;
        }
        using var folder = new TemporaryFolder();
        folder.Write("hello", "hello, world\n"u8.ToArray());
        File.Delete(folder.PathOf("page.html"));
        var all = new List<(string, string, Testing.Corpus.CorpusOutcome[])>();
        Peer[] peers = [Peers.Vitrine, Peers.Nginx, Peers.H2o, Peers.Lighttpd];
        foreach (var peer in peers.Take(plan.Pick(peers.Length, 1)))
        {
            Plan.Tell($"corpus against {peer.Name}");
            using var server = RunningServer.Start(peer, folder.Place, Ports.Free());
            var outcomes = Player.Play(new IPEndPoint(IPAddress.Loopback, server.Port));
            all.Add((peer.Name, VersionOf(peer), outcomes));
            yield return RowOf(peer.Name, outcomes, mustHold: peer.IsOurs);
        }
        if (plan.IsQuick) yield break;
        File.WriteAllText(plan.Write ?? Path.Combine(Plan.Repository, "docs", "CORPUS.md"), $"{new CorpusReport(all)}");
    }

    private static Row RowOf(string name, Testing.Corpus.CorpusOutcome[] outcomes, bool mustHold)
    {
        var row = new Row("corpus", $"{outcomes.Length:N0} raw requests to {name}");
        var verdicts = outcomes.Select((outcome, i) => Judge.Of(Player.Cases[i].Expected, outcome)).ToArray();
        var others = Enumerable.Range(0, outcomes.Length).Where(i => verdicts[i] != Verdict.AsDemanded).ToList();
        foreach (var group in verdicts.GroupBy(verdict => verdict).OrderBy(group => group.Key))
            row.Note($"{group.Key}: {group.Count():N0}");
        if (!mustHold) return row;
        var shown = others.Take(MostShown)
            .Select(i => $"{Player.Cases[i].Name}: {outcomes[i]} instead of {Player.Cases[i].Expected}");
        row.Must(others.Count == 0, others.Count == 0 ? "all as demanded" : string.Join("; ", shown));
        return row;
    }

    private static string VersionOf(Peer peer) => peer.Version is { } command
        ? Tool.Run(10, command[0], command[1..]).Split('\n')[0].Trim()
        : $"of {DateTime.UtcNow:yyyy-MM-dd}";
}
