using System.Diagnostics;
using Vitrine.Attacks.Harness;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Faults;

/// <summary>
/// SIGTERM under load, again and again. A request has failed if it was sent, to the last byte, while the listener was
/// open, and got no complete reply. One that was sent later may have crossed the end of its connection, which no server
/// can help: HTTP/1.1 has no word for it but closing (RFC 9112 section 9.3.1). When the listener closed is known to
/// within an attempt to connect; what was sent in between is counted by itself. Several workers have a listener each,
/// and which of them has closed cannot be seen: then what was sent after the signal counts as sent meanwhile.
/// </summary>
internal static class DrainAttack
{
    private const int EndsWithinMs = 12_000; // Limits.DrainTimeoutMs, and a while

    private static readonly KnownFiles Small = new("small", 20, 800);
    private static readonly KnownFiles Large = new("large", 4, 3_000_000);

    public static Attack Attack { get; } = new(
        "drain", "SIGTERM under load, until 200,000 requests are made: none fails", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        using var folder = new TemporaryFolder();
        foreach (var files in new[] { Small, Large }) files.Make(folder);
        foreach (var peer in new[] { Peers.Vitrine, Peers.VitrineTwoWorkers }.Take(plan.Pick(2, 1)))
            yield return Run(peer, folder, plan.Pick(200_000, 5_000));
    }

    private static Row Run(Peer peer, TemporaryFolder folder, long least)
    {
        var clients = new List<DrainClient>();
        var (rounds, clean, lost, unsure, crossed, first) = (0, 0, 0, 0, 0, 0);
        var slowest = TimeSpan.Zero;
        var row = new Row("drain", $"SIGTERM under load ({peer.Name}), again and again");
        for (; clients.Sum(client => client.Answered) < least; rounds++)
        {
            Plan.Tell($"drain: {peer.Name}, {clients.Sum(client => client.Answered):N0} answered");
            using var server = RunningServer.Start(peer, folder.Place, Ports.Free());
            var mine = ClientsOf(server.Port);
            var (clock, signalledAt, took) = Drain(server, mine, 500 + (rounds * 37 % 500));
            if (server.HasEnded && server.ExitCode == 0) clean++;
            if (took > slowest) slowest = took;
            var all = mine.SelectMany(client => client.Lost).ToList();
            var openUntil = peer == Peers.Vitrine ? clock.OpenUntil : signalledAt;
            lost += all.Count(each => each.SentAt <= openUntil);
            crossed += all.Count(each => each.SentAt >= clock.ClosedSince);
            unsure += all.Count(each => each.SentAt > openUntil && each.SentAt < clock.ClosedSince);
            first += all.Count(each => each.IsFirst);
            clients.AddRange(mine);
        }
        row.Note($"{rounds} times, at most {slowest.TotalMilliseconds:N0} ms each");
        row.Must(clean == rounds, $"ended with 0: {clean} times");
        row.AtLeast("answered", clients.Sum(client => client.Answered), least);
        row.AtMost("failed", lost, 0);
        row.AtMost("wrong", clients.Sum(client => client.Wrong), 0);
        row.Note($"lost, sent while the listener closed: {unsure}, or later: {crossed}; {first} first on a connection");
        row.Note($"taken back by Connection: close: {clients.Sum(client => client.TakenBack):N0}");
        return row;
    }

    // One at a time on kept connections, on new ones, several at a time, and downloads that take a while.
    private static DrainClient[] ClientsOf(int port) =>
    [
        .. Enumerable.Range(0, 8).Select(_ => new DrainClient(port, Small, 1, int.MaxValue)),
        .. Enumerable.Range(0, 4).Select(_ => new DrainClient(port, Small, 1, 1)),
        .. Enumerable.Range(0, 4).Select(_ => new DrainClient(port, Small, 8, 10)),
        .. Enumerable.Range(0, 2).Select(_ => new DrainClient(port, Large, 1, 5)),
    ];

    private static (DrainClock Clock, long SignalledAt, TimeSpan Took) Drain(
        RunningServer server, DrainClient[] clients, int afterMs)
    {
        var load = Threads.Start("load", () => Threads.RunAll(clients.Length, i => clients[i].Run()));
        Thread.Sleep(afterMs);
        var clock = new DrainClock(server.Port);
        Thread.Sleep(20);
        var signalledAt = Stopwatch.GetTimestamp();
        server.Signal("TERM");
        if (!server.WaitForEnd(EndsWithinMs)) server.Signal("KILL");
        var took = Stopwatch.GetElapsedTime(signalledAt);
        clock.Wait();
        load.Join();
        return (clock, signalledAt, took);
    }
}
