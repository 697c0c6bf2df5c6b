using System.Net.Sockets;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Faults;

/// <summary>SIGKILL under load, and a new start on the same port at once.</summary>
internal static class KillAttack
{
    private const int Clients = 8;

    private static readonly KnownFiles Files = new("files", 200, 60_000);

    public static Attack Attack { get; } = new(
        "kill", "SIGKILL under load and a new start on the same port at once, again and again", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        using var folder = new TemporaryFolder();
        Files.Make(folder);
        var before = NamesIn(folder);
        var (answered, wrong, broken) = (0L, 0L, 0L);
        var isOver = false;
        var port = Ports.Free();
        var rounds = plan.Pick(30, 3);
        Plan.Tell($"kill: {rounds} times");
        var load = Threads.Start("load", () => Threads.RunAll(Clients, seed =>
        {
            var random = new Random(seed);
            while (!Volatile.Read(ref isOver))
            {
                try
                {
                    using var client = new WireClient(port);
                    for (var number = 0; !Volatile.Read(ref isOver); number = random.Next(Files.Count))
                    {
                        client.Send(RequestText.Get(Files.PathOf(number)));
                        var isRight = Files.IsRight(number, client.Read());
                        Interlocked.Increment(ref isRight ? ref answered : ref wrong);
                    }
                }
                catch (Exception fault) when (fault is IOException or SocketException)
                {
                    Interlocked.Increment(ref broken);
                }
            }
        }));
        var slowest = TimeSpan.Zero;
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                using var server = RunningServer.Start(Peers.Vitrine, folder.Place, port);
                if (server.StartTime > slowest) slowest = server.StartTime;
                Thread.Sleep(300);
                server.Signal("KILL");
                server.WaitForEnd(5_000);
            }
        }
        finally
        {
            isOver = true;
            load.Join();
        }
        var row = new Row("kill", $"SIGKILL under load and a new start on the same port at once, {rounds} times");
        row.AtLeast("right", answered, rounds);
        row.AtMost("wrong", wrong, 0);
        row.Note($"broken off, and attempts while there was none: {broken:N0}");
        row.Note($"slowest start {slowest.TotalMilliseconds:N0} ms");
        row.Must(NamesIn(folder).SequenceEqual(before), "nothing is left in the folder");
        yield return row;
    }

    private static List<string> NamesIn(TemporaryFolder folder) =>
        [.. Directory.EnumerateFileSystemEntries(folder.Place.Content, "*", SearchOption.AllDirectories).Order()];
}
