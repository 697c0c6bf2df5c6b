using System.Text;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Net.Tls;

namespace Vitrine.Tests.Net.Tls;

/// <summary>What a client can do over TLS that it cannot do in the clear.</summary>
public sealed class SecureChannelTests : IDisposable
{
    private static readonly byte[] Get = Encoding.ASCII.GetBytes("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");

    private readonly MemorySite site = new();
    private readonly Refusals refusals = new();
    private readonly TlsTestClient client = new("a", "http/1.1", []);
    private readonly LonePeer peer;
    private readonly Worker<LonePeer.Transport> worker;

    public SecureChannelTests()
    {
        peer = new LonePeer { Takes = cipher => peer!.Send(client.Take(cipher)) };
        worker = new Worker<LonePeer.Transport>(
            new LonePeer.Transport(peer), ProtocolRun.Context(site), new ConnectionGate(1), null, null, null, refusals)
        {
            Listeners = [ListenerKind.Secure],
            Tls = new TlsServer(new TlsIdentities([TestIdentities.Make("a")])).Join(),
        };
        peer.Send(client.Hello);
        while (!client.IsOpen || peer.HasInput) worker.Step(0);
    }

    public void Dispose()
    {
        worker.Dispose();
        client.Dispose();
        site.File.Release();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Its_end_may_come_with_its_last_request(bool isTogether)
    {
        var (request, end) = (client.Send(Get), client.End());
        if (isTogether) peer.Send([.. request, .. end]);
        else
        {
            peer.Send(request);
            peer.Send(end);
        }
        Run(10);
        Assert.Equal((null, null), (refusals.Last, client.Fault));
        Assert.StartsWith("HTTP/1.1 ", Encoding.ASCII.GetString(client.Received), StringComparison.Ordinal);
        Assert.True(peer.IsServerDone || peer.IsClosed);
    }

    [Fact]
    public void Whoever_makes_new_keys_all_the_time_is_let_go_and_holds_nobody_up()
    {
        var flood = client.RenewKeys(1_500);
        peer.Send(flood);
        var turns = 0;
        for (; peer is { IsServerDone: false, IsClosed: false } && turns < 1_000; turns++) worker.Step(0);
        Assert.Equal("TLS: there is more of TLS itself than of requests.", refusals.Last);
        // Not in one go: every other connection has a turn in between.
        Assert.InRange(turns, 5, 100);
    }

    [Fact]
    public void Who_makes_some_now_and_then_is_served()
    {
        for (var i = 0; i < 200; i++)
        {
            var (keys, request) = (client.RenewKeys(20), client.Send(Get));
            peer.Send([.. keys, .. request]);
            Run(20);
            Assert.Null(refusals.Last);
        }
        Assert.Equal(200, Encoding.ASCII.GetString(client.Received).Split("HTTP/1.1 200 ").Length - 1);
    }

    [Fact]
    public void A_byte_a_record_is_a_request_too()
    {
        for (var i = 0; i < 100; i++)
            foreach (var one in Get) peer.Send(client.Send([one]));
        Run(10_000);
        Assert.Null(refusals.Last);
        Assert.Equal(100, Encoding.ASCII.GetString(client.Received).Split("HTTP/1.1 200 ").Length - 1);
    }

    private void Run(int steps)
    {
        for (var i = 0; i < steps; i++) worker.Step(0);
    }

    private sealed class Refusals : IRefusalLog
    {
        public string? Last { get; private set; }

        public void Refused(in ConnectionInfo connection, Refusal refusal, int more = 0) => Last = refusal.Reason;
    }
}
