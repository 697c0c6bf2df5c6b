using System.Text;
using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Simulation;

public class SimulationTests
{
    private const int AtATime = 50;
    private const int OfOneSeed = 25_000;
    private const long MostStepsForOne = 1_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_client_gets_what_the_oracle_says_and_nothing_is_left_open(int seed) => Simulate(seed, OfOneSeed);

    // VITRINE_SEED=7 replays one seed.
    [Fact]
    public void The_seed_of_the_environment_is_replayed()
    {
        if (Replay.Seed is { } seed) Simulate(seed, OfOneSeed);
        else Simulate(5, 1_000);
    }

    private static void Simulate(int seed, int clients)
    {
        var replay = Replay.Command(typeof(SimulationTests), seed);
        var network = new SimulatedNetwork(seed);
        var site = new MemorySite();
        var gate = new ConnectionGate(AtATime * 2);
        var context = ProtocolRun.Context(site, keepsMarks: seed % 2 == 0);
        var log = new CountingLog();
        using var worker = new Worker<SimulatedTransport>(
            new SimulatedTransport(network), context, gate, tap: null, seed % 2 == 0 ? log : null);
        network.OtherWork = random =>
        {
            if (site.Waiting.Count == 0) return false;
            var index = random.Next(site.Waiting.Count);
            var later = site.Waiting[index];
            site.Waiting.RemoveAt(index);
            later.Finish();
            return true;
        };
        var all = new List<SimulatedClient>(clients);
        var steps = 0L;
        while (all.Count < clients || worker.ConnectionCount > 0 || network.Active.Count > 0)
        {
            while (all.Count < clients && network.Active.Count < AtATime)
            {
                var client = MakeClient(network.Random, all.Count);
                all.Add(client);
                network.Connect(client);
            }
            worker.Step(1_000);
            Assert.True(worker.Faults == 0, $"{replay}\n{worker.LastFault}");
            Assert.True(++steps < clients * MostStepsForOne, $"{replay}\nit does not end");
        }
        Assert.True(network.OpenSockets == 0, $"{replay}\n{network.OpenSockets} sockets are open");
        Assert.True(gate.Count == 0, $"{replay}\n{gate.Count} connections are counted");
        Assert.True(all.TrueForAll(client => client.IsClosed), $"{replay}\nnot all are closed");
        for (var i = 0; i < all.Count; i++) Check(all[i], $"{replay}\nclient {i}");
        // The site's own share is the last one.
        Assert.False(site.File.IsClosed, $"{replay}\nthe file is closed");
        site.File.Release();
        Assert.True(site.File.IsClosed, $"{replay}\nthe file is open");
        if (seed % 2 == 0) Assert.True(log.Count > clients, $"{replay}\nnot a log line for each reply");
    }

    private static SimulatedClient MakeClient(Random random, int number)
    {
        var stream = Traffic.Make(random, number);
        var ending = random.Next(10) switch
        {
            0 => Ending.Resets,
            1 => Ending.StopsReading,
            2 or 3 => Ending.Stalls,
            _ => Ending.Finishes,
        };
        if (ending != Ending.Finishes && random.Next(2) == 0) stream = stream[..random.Next(stream.Length + 1)];
        return new SimulatedClient(stream, ending, readLimit: random.Next(2_000));
    }

    private static void Check(SimulatedClient client, string where)
    {
        var isStall = client.Ending == Ending.Stalls;
        var (expected, _) = ProtocolRun.Run([client.Stream], ended: client.Ending == Ending.Finishes, expired: isStall);
        var received = client.Received;
        if (client.Ending is Ending.Finishes or Ending.Stalls)
        {
            if (!received.AsSpan().SequenceEqual(expected)) Assert.Fail(Describe(client, expected, received, where));
            return;
        }
        // Whoever breaks off has got a part of it, in order.
        if (expected.AsSpan().StartsWith(received)) return;
        // A deadline may have been met first.
        (expected, _) = ProtocolRun.Run([client.Stream], ended: false, expired: true);
        if (!expected.AsSpan().StartsWith(received)) Assert.Fail(Describe(client, expected, received, where));
    }

    private static string Describe(SimulatedClient client, byte[] expected, byte[] received, string where) =>
        $"{where} ({client.Ending})\n--- sent\n{Encoding.Latin1.GetString(client.Stream)}\n"
        + $"--- expected {expected.Length}\n"
        + $"{Cut(expected)}\n--- received {received.Length}\n{Cut(received)}";

    private static string Cut(byte[] bytes) => Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 4_000));

    private sealed class CountingLog : IReplyLog
    {
        public int Count { get; private set; }

        public void Replied(in ConnectionInfo connection, ReplyMark reply, long bytesSent, long nowUs)
        {
            Assert.InRange(bytesSent, 0, reply.HeadBytes + reply.BodyBytes);
            Count++;
        }
    }
}
