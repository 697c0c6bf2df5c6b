using Vitrine.Net;
using Vitrine.Testing.Corpus;
using Vitrine.Tests.Simulation;

namespace Vitrine.Tests.Corpus;

/// <summary>
/// The raw requests of <c>tests/corpus</c> through a worker on the simulated network, which takes the first piece
/// before it gets the second: on a real one the kernel may put both together.
/// </summary>
public class SimulatedCorpusTests
{
    private const int AtATime = 50;

    public static TheoryData<string> Files => CorpusTests.Files;

    [Theory]
    [MemberData(nameof(Files))]
    public void It_is_the_same_at_every_split(string file)
    {
        var cases = new List<(RawRequest Request, int At, SimulatedClient Client)>();
        foreach (var request in RawRequest.Read(CorpusTests.PathOf(file)))
        {
            var ending = request.Ends ? Ending.Finishes : Ending.Stalls;
            foreach (var at in CorpusTests.Places(request.Sent.Length))
                cases.Add((request, at, new SimulatedClient(request.Sent, ending, splitAt: at)));
        }
        Serve([.. cases.Select(one => one.Client)]);
        foreach (var group in cases.GroupBy(one => one.Request))
        {
            var (expected, _) = ProtocolRun.Run([group.Key.Sent], ended: group.Key.Ends, expired: !group.Key.Ends);
            foreach (var (request, at, client) in group)
            {
                var isSame = client.Received.AsSpan().SequenceEqual(expected);
                Assert.True(isSame, $"{request.Name}, split at {at}");
            }
        }
    }

    private static void Serve(IReadOnlyList<SimulatedClient> clients)
    {
        var network = new SimulatedNetwork(seed: 1);
        using var worker = new Worker<SimulatedTransport>(
            new SimulatedTransport(network), ProtocolRun.Context(new MemorySite { Defers = false }),
            new ConnectionGate(AtATime * 2), null, null);
        for (var next = 0; next < clients.Count || worker.ConnectionCount > 0 || network.Active.Count > 0;)
        {
            while (next < clients.Count && network.Active.Count < AtATime) network.Connect(clients[next++]);
            worker.Step(1_000);
            Assert.True(worker.Faults == 0, $"{worker.LastFault}");
        }
    }
}
