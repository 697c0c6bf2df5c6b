using System.Net.Sockets;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Faults;

/// <summary>
/// Less memory than the cache is told that it may have. The server may say 503, and it may end: with a message of its
/// own, or by the kernel's hand, which leaves it no time for one. What it sends is right.
/// </summary>
internal static class MemoryAttack
{
    private const int Clients = 8;
    private const int CacheMegabytes = 2_048;
    private const int KilledByKernel = 128 + 9;

    public static Attack Attack { get; } = new(
        "memory", "less memory than the cache may have: by control group, ulimit -v and ulimit -d", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        using var folder = new TemporaryFolder();
        var count = plan.Pick(4_000, 600);
        KnownFiles[] files = [new("small", count, 40_000), new("large", count, 200_000)];
        foreach (var each in files) each.Make(folder);
        using (var group = MemoryGroup.TryMake(200L * 1024 * 1024))
            if (group is not null) yield return Run("a control group of 200 MB", group.Command, folder, files);
        foreach (var kilobytes in new[] { 400_000, 1_000_000 })
            yield return Run($"ulimit -v {kilobytes}", $"ulimit -v {kilobytes}", folder, files);
        foreach (var kilobytes in new[] { 60_000, 200_000 })
            yield return Run($"ulimit -d {kilobytes}", $"ulimit -d {kilobytes}", folder, files);
        yield return StartAll(plan, folder);
    }

    // At each point of the start something else has no memory.
    private static Row StartAll(Plan plan, TemporaryFolder folder)
    {
        const int Least = 12_500; // with less the runtime does not come to the program
        const int Most = 150_000;
        var step = plan.Pick(2_500, 25_000);
        Plan.Tell("memory: starts");
        var row = new Row("memory", $"started with ulimit -d {Least} to {Most}, in steps of {step}");
        var (started, explained) = (0, 0);
        for (var kilobytes = Least; kilobytes <= Most; kilobytes += step)
        {
            try
            {
                var peer = Limited.By($"ulimit -d {kilobytes}", Peers.VitrineWith("vitrine", 1));
                using var server = RunningServer.Start(peer, folder.Place, Ports.Free());
                started++;
            }
            catch (InvalidOperationException fault) when (IsClear(fault.Message))
            {
                explained++;
            }
            catch (InvalidOperationException fault)
            {
                row.Must(false, $"with {kilobytes}: {Beginning(fault.Message)}");
            }
        }
        row.AtLeast("started", started, 1);
        row.AtLeast("ended saying why", explained, 1);
        return row;
    }

    private static Row Run(string limit, string command, TemporaryFolder folder, KnownFiles[] files)
    {
        Plan.Tell($"memory: {limit}");
        var row = new Row("memory", $"{limit}, and files for a cache that may have {CacheMegabytes} MB");
        var peer = Limited.By(command, Peers.VitrineWith("vitrine", 1, "--cache-mb", $"{CacheMegabytes}"));
        RunningServer server;
        try
        {
            server = RunningServer.Start(peer, folder.Place, Ports.Free());
        }
        catch (InvalidOperationException fault)
        {
            row.Must(IsClear(fault.Message), $"it does not start, saying: {Beginning(fault.Message)}");
            return row;
        }
        using (server)
        {
            var (right, unavailable, wrong) = Load(server, files);
            server.WaitForEnd(500);
            row.Note($"right {right:N0}");
            row.AtMost("wrong", wrong, 0);
            row.Note($"503: {unavailable:N0}");
            if (!server.HasEnded)
            {
                row.Note($"it runs, with {Usage.Of(server.Processes[0]).Rss / 1024 / 1024:N0} MB (RSS)");
                using var client = new WireClient(server.Port);
                client.Send(RequestText.Get("/page.html"));
                row.Must(client.Read().Body.SequenceEqual(GoodClient.PageOf(0)), "it answers afterwards");
            }
            else if (server.ExitCode == KilledByKernel)
            {
                row.Note("ended by the kernel (SIGKILL)");
            }
            else
            {
                row.Must(IsClear(server.Output), $"ended with {server.ExitCode}, saying: {Beginning(server.Output)}");
            }
        }
        return row;
    }

    // In its own words, and not a trace of a program that fell over.
    private static bool IsClear(string output) =>
        output.Contains("memory", StringComparison.OrdinalIgnoreCase)
        && !output.Contains("Unhandled exception", StringComparison.Ordinal);

    private static string Beginning(string output) => output.Trim()[..Math.Min(output.Trim().Length, 200)];

    // Each file twice, so that it is kept. Who ends takes the connections along: then there is nothing more to ask.
    private static (long Right, long Unavailable, long Wrong) Load(RunningServer server, KnownFiles[] files)
    {
        var (right, unavailable, wrong, next) = (0L, 0L, 0L, -1);
        var count = files.Sum(each => each.Count);
        Threads.RunAll(Clients, _ =>
        {
            try
            {
                using var client = new WireClient(server.Port);
                for (int i; (i = Interlocked.Increment(ref next)) < 2 * count;)
                {
                    var (kind, number) = (files[i % files.Length], i / files.Length % files[0].Count);
                    client.Send(RequestText.Get(kind.PathOf(number)));
                    var reply = client.Read();
                    if (reply.Status is 503 or 500) Interlocked.Increment(ref unavailable);
                    else if (kind.IsRight(number, reply)) Interlocked.Increment(ref right);
                    else Interlocked.Increment(ref wrong);
                    if (reply.Closes) return;
                }
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                // it has ended
            }
        });
        return (right, unavailable, wrong);
    }
}
