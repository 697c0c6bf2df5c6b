using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>What happens when there is no room for one more, or no time.</summary>
public sealed class PressureTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PressureTests() => folder.Write("a.txt", "served");

    public static TheoryData<TransportKind> Transports => Servers.Transports;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task An_idle_connection_goes_when_another_needs_its_place(TransportKind transport)
    {
        await using var server = await StartAsync(transport, new Limits { Connections = 2 });
        using var busy = new RawClient(server.Port);
        busy.Send(RawClient.Upload);
        using var idle = new RawClient(server.Port);
        Assert.Equal(200, idle.Ask(RawClient.Get("/a.txt")).Status);

        // Not at once: it may be about to ask again.
        await Eventually.IsTrue(() => Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status == 200, "a place");
        Assert.True(idle.ReadEnd());

        // Who has something under way stays.
        busy.Send("hello");
        Assert.Equal(405, busy.ReadReply().Status);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Half_a_request_that_takes_its_time_goes_when_another_needs_its_place(TransportKind transport)
    {
        await using var server = await StartAsync(transport, new Limits { Connections = 1 });
        using var slow = new RawClient(server.Port);
        slow.Send("GET /a.txt HTTP/1.1\r\nHost:");
        await Eventually.IsTrue(() => Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status == 200, "a place");
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Half_a_request_does_not_hold_up_the_stop(TransportKind transport)
    {
        // Longer than the patience of this test.
        var limits = new Limits { DrainTimeoutMs = 600_000, HeadTimeoutMs = 600_000, LingerTimeoutMs = 600_000 };
        var server = await StartAsync(transport, limits);
        using var half = new RawClient(server.Port);
        half.Send("GET /a.txt HTTP/1.1\r\nHost:");
        using var refused = new RawClient(server.Port);
        Assert.Equal(400, refused.Ask("GET / HTTP/1.1\n").Status);
        await Eventually.IsTrue(() => server.ConnectionCount == 2, "two connections");
        await Eventually.IsDone(server.StopAsync());
        Assert.Equal(408, half.ReadReply().Status);
    }

    private Task<WebServer> StartAsync(TransportKind transport, Limits limits) =>
        WebServer.StartAsync(Servers.Options(folder.Root, transport) with { Limits = limits });
}
