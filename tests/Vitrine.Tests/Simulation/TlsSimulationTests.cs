using System.Text;
using Vitrine.Net;
using Vitrine.Net.Tls;
using Vitrine.Tests.Net.Tls;

namespace Vitrine.Tests.Simulation;

/// <summary>
/// Clients over TLS on a network that cuts, stalls and breaks, with HTTP/1 and HTTP/2: each gets what it gets in the
/// clear, byte for byte, and its end is said; nothing is left open.
/// </summary>
public class TlsSimulationTests
{
    private const int AtATime = 40;
    private const int OfOneSeed = 1_500;
    private const long MostStepsForOne = 20_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_client_gets_what_it_gets_in_the_clear_and_nothing_is_left_open(int seed) =>
        Simulate(seed, OfOneSeed);

    [Fact]
    public void The_seed_of_the_environment_is_replayed()
    {
        if (Replay.Seed is { } seed) Simulate(seed, OfOneSeed);
        else Simulate(5, 200);
    }

    private static void Simulate(int seed, int clients)
    {
        var replay = Replay.Command(typeof(TlsSimulationTests), seed);
        var network = new SimulatedNetwork(seed);
        var site = new MemorySite();
        var gate = new ConnectionGate(AtATime * 2);
        var context = ProtocolRun.Context(site, keepsMarks: seed % 2 == 0);
        var server = new TlsServer(new TlsIdentities([TestIdentities.Make("a"), TestIdentities.MakeRsa("b", "*.c")]));
        using var worker = new Worker<SimulatedTransport>(
            new SimulatedTransport(network), context, gate, tap: null, log: null)
        {
            Listeners = [ListenerKind.Secure],
            Tls = server.Join(),
        };
        network.OtherWork = random =>
        {
            if (site.Waiting.Count == 0) return false;
            var index = random.Next(site.Waiting.Count);
            var later = site.Waiting[index];
            site.Waiting.RemoveAt(index);
            later.Finish();
            return true;
        };
        var all = new List<Client>(clients);
        var steps = 0L;
        while (all.Count < clients || worker.ConnectionCount > 0 || network.Active.Count > 0)
        {
            while (all.Count < clients && network.Active.Count < AtATime)
            {
                var made = new Client(network.Random, all.Count);
                all.Add(made);
                network.Connect(made.Wire);
            }
            worker.Step(1_000);
            Assert.True(worker.Faults == 0, $"{replay}\n{worker.LastFault}");
            Assert.True(++steps < clients * MostStepsForOne, $"{replay}\nit does not end");
        }
        Assert.True(network.OpenSockets == 0, $"{replay}\n{network.OpenSockets} sockets are open");
        Assert.True(gate.Count == 0, $"{replay}\n{gate.Count} connections are counted");
        var ended = all.Select((client, i) => client.Check($"{replay}\nclient {i}")).Count(hasEnded => hasEnded);
        Assert.True(ended > clients / 2, $"{replay}\nonly {ended} of {clients} were told the end");
        foreach (var client in all) client.Dispose();
        Assert.False(site.File.IsClosed, $"{replay}\nthe file is closed");
        site.File.Release();
        Assert.True(site.File.IsClosed, $"{replay}\nthe file is open");
    }

    private sealed class Client : IDisposable
    {
        private readonly byte[] plain;
        private readonly TlsTestClient tls;
        private readonly Http2Client? http2;
        private readonly bool isChanged;

        public Client(Random random, int number)
        {
            var ending = random.Next(12) switch
            {
                0 => Ending.Resets,
                1 => Ending.StopsReading,
                2 => Ending.Stalls,
                _ => Ending.Finishes,
            };
            http2 = random.Next(3) == 0 ? new Http2Client(random, number) : null;
            plain = http2?.Start ?? Traffic.Make(random, number);
            if (http2 is null && ending != Ending.Finishes && random.Next(2) == 0)
                plain = plain[..random.Next(plain.Length + 1)];
            string?[] names = ["a", "b", "x.c", "elsewhere", null];
            tls = new TlsTestClient(names[random.Next(names.Length)], http2 is null ? "http/1.1" : "h2", plain)
            {
                Answers = http2 is null ? null : http2.Take,
            };
            isChanged = random.Next(8) == 0;
            var hello = isChanged ? Traffic.Mutate(tls.Hello, random) : tls.Hello;
            Wire = new SimulatedClient(hello, ending, readLimit: random.Next(20_000))
            {
                Answers = tls.Take,
                HasAll = () => isChanged || tls.Fault is not null || (tls.IsOpen && http2?.HasAll != false),
            };
        }

        public SimulatedClient Wire { get; }

        /// <summary>Whether it was told that nothing more follows.</summary>
        public bool Check(string where)
        {
            Assert.True(Wire.IsClosed, $"{where}\nis not closed");
            if (isChanged) return false;
            Assert.True(tls.Fault is null, $"{where}\n{tls.Fault}");
            Assert.True(http2?.Fault is null, $"{where}\n{http2?.Fault}");
            if (http2 is null) CheckText(where);
            else if (Wire.Ending == Ending.Finishes)
                foreach (var request in http2.Requests.Values)
                    Assert.True(request.HasEnded || request.IsGivenUp, $"{where}\n{request.Path} did not end");
            // A cut reply must not look like a whole one.
            if (tls.HasEnded) Assert.False(Wire.WasAborted, $"{where}\nboth said and broken");
            return tls.HasEnded;
        }

        public void Dispose() => tls.Dispose();

        private void CheckText(string where)
        {
            var isStall = Wire.Ending == Ending.Stalls;
            var (expected, _) = ProtocolRun.Run([plain], ended: Wire.Ending == Ending.Finishes, expired: isStall);
            var isWhole = Wire.Ending is Ending.Finishes or Ending.Stalls;
            var matches = isWhole ? expected.AsSpan().SequenceEqual(tls.Received)
                : expected.AsSpan().StartsWith(tls.Received)
                    || ProtocolRun.Run([plain], ended: false, expired: true).Output.AsSpan().StartsWith(tls.Received);
            if (!matches)
                Assert.Fail($"{where} ({Wire.Ending}, open {tls.IsOpen}, reset {Wire.WasAborted})\n--- sent\n"
                    + $"{Encoding.Latin1.GetString(plain)}\n--- expected\n"
                    + $"{Encoding.Latin1.GetString(expected)}\n--- received\n"
                    + $"{Encoding.Latin1.GetString(tls.Received)}");
        }
    }
}
