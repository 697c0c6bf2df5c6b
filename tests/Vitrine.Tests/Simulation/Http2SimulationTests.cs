using Vitrine.Http.Http2.Frames;
using Vitrine.Net;
using Vitrine.Tests.Http.Http2;

namespace Vitrine.Tests.Simulation;

/// <summary>
/// Clients of HTTP/2 on a network that cuts, stalls and breaks: each gets what a connection without one would have
/// given it, within the room that it gave; and nothing is left open.
/// </summary>
public class Http2SimulationTests
{
    private const int AtATime = 40;
    private const int OfOneSeed = 4_000;
    private const long MostStepsForOne = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Every_client_gets_what_it_asked_for_and_nothing_is_left_open(int seed) => Simulate(seed, OfOneSeed);

    [Fact]
    public void The_seed_of_the_environment_is_replayed()
    {
        if (Replay.Seed is { } seed) Simulate(seed, OfOneSeed);
        else Simulate(5, 500);
    }

    private static void Simulate(int seed, int clients)
    {
        var replay = Replay.Command(typeof(Http2SimulationTests), seed);
        var network = new SimulatedNetwork(seed);
        var site = new MemorySite();
        var gate = new ConnectionGate(AtATime * 2);
        var context = ProtocolRun.Context(site, keepsMarks: seed % 2 == 0);
        using var worker = new Worker<SimulatedTransport>(
            new SimulatedTransport(network), context, gate, tap: null, log: null);
        network.OtherWork = random =>
        {
            if (site.Waiting.Count == 0) return false;
            var index = random.Next(site.Waiting.Count);
            var later = site.Waiting[index];
            site.Waiting.RemoveAt(index);
            later.Finish();
            return true;
        };
        var all = new List<(SimulatedClient Wire, Http2Client Client, bool IsChanged)>(clients);
        var steps = 0L;
        while (all.Count < clients || worker.ConnectionCount > 0 || network.Active.Count > 0)
        {
            while (all.Count < clients && network.Active.Count < AtATime)
            {
                var made = Make(network.Random, all.Count);
                all.Add(made);
                network.Connect(made.Wire);
            }
            worker.Step(1_000);
            Assert.True(worker.Faults == 0, $"{replay}\n{worker.LastFault}");
            Assert.True(++steps < clients * MostStepsForOne, $"{replay}\nit does not end");
        }
        Assert.True(network.OpenSockets == 0, $"{replay}\n{network.OpenSockets} sockets are open");
        Assert.True(gate.Count == 0, $"{replay}\n{gate.Count} connections are counted");
        var whole = 0;
        for (var i = 0; i < all.Count; i++)
            whole += Check(all[i].Wire, all[i].Client, all[i].IsChanged, $"{replay}\nclient {i}");
        Assert.True(whole > clients, $"{replay}\nonly {whole} replies came whole");
        Assert.False(site.File.IsClosed, $"{replay}\nthe file is closed");
        site.File.Release();
        Assert.True(site.File.IsClosed, $"{replay}\nthe file is open");
    }

    private static (SimulatedClient Wire, Http2Client Client, bool IsChanged) Make(Random random, int number)
    {
        var client = new Http2Client(random, number);
        var ending = random.Next(12) switch
        {
            0 => Ending.Resets,
            1 => Ending.StopsReading,
            2 => Ending.Stalls,
            _ => Ending.Finishes,
        };
        var isChanged = random.Next(6) == 0;
        var start = isChanged ? Traffic.Mutate(client.Start, random) : client.Start;
        var wire = new SimulatedClient(start, ending, readLimit: random.Next(20_000))
        {
            Answers = client.Take,
            HasAll = () => client.HasAll || isChanged,
        };
        return (wire, client, isChanged);
    }

    // How many replies came whole.
    private static int Check(SimulatedClient wire, Http2Client client, bool isChanged, string where)
    {
        Assert.True(wire.IsClosed, $"{where}\nis not closed");
        if (isChanged) return 0;
        Assert.True(client.Fault is null, $"{where}\n{client.Fault}");
        var whole = 0;
        foreach (var (id, request) in client.Requests)
        {
            var what = $"{where}\n{id} {request.Method} {request.Path} ({wire.Ending})";
            var (status, body) = Expected(request);
            Assert.True(request.Status == status || request.Status == 0, $"{what}\n{request.Status} for {status}");
            Assert.True(body.AsSpan().StartsWith(request.Body.ToArray()), $"{what}\nanother body");
            if (request.HasEnded)
            {
                Assert.True(body.Length == request.Body.Count, $"{what}\n{request.Body.Count} of {body.Length}");
                whole++;
            }
            else if (wire.Ending == Ending.Finishes)
            {
                Assert.True(request.IsGivenUp, $"{what}\nnot all of it came");
            }
        }
        if (wire.Ending == Ending.Finishes) Assert.True(client.Pings.Answered <= client.Pings.Sent, where);
        return whole;
    }

    private static (int Status, byte[] Body) Expected(Http2Client.Request request)
    {
        var peer = new Peer(new MemorySite { Defers = false });
        peer.Send(Peer.Frame(FrameType.Settings, 0, 0, [0, 4, 0, 16, 0, 0]));
        peer.Send(Peer.Number(FrameType.WindowUpdate, 0, 1_000_000));
        (string, string)[] fields =
            [(":method", request.Method), (":scheme", "http"), (":path", request.Path), (":authority", "a")];
        peer.Send(Peer.HeadFrame(1, Peer.Block([.. fields, .. request.Fields])));
        Assert.True(peer.HasAll(1));
        return (peer.StatusOf(1), peer.BodyOf(1));
    }
}
