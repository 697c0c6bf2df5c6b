using Vitrine.Net;
using Vitrine.Tests.Simulation;

namespace Vitrine.Tests.Net;

public class PingTests
{
    [Fact]
    public void A_worker_that_does_not_come_round_is_told_from_one_that_does()
    {
        var network = new SimulatedNetwork(1);
        using var worker = new Worker<SimulatedTransport>(
            new SimulatedTransport(network), ProtocolRun.Context(new MemorySite()), new ConnectionGate(1), null, null);
        Assert.Equal(0, worker.Ping());
        Thread.Sleep(30);
        Assert.InRange(worker.Ping(), 1, long.MaxValue);
        worker.Step(0);
        Assert.Equal(0, worker.Ping());
        worker.Step(0);
        Assert.Equal(0, worker.Ping());
    }
}
