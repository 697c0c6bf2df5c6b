using System.Net;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>What is asked on the admin port.</summary>
public sealed class AdminTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public AdminTests() => folder.Write("a.txt", "served");

    public static TheoryData<TransportKind> Transports => Servers.Transports;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task It_says_that_it_is_healthy_and_ready(TransportKind transport)
    {
        await using var server = await StartAsync(transport);
        var port = server.AdminPort!.Value;
        Assert.Equal((200, "healthy\n"), Ask(port, "/healthz"));
        Assert.Equal((200, "healthy\n"), Ask(port, "/healthz"));
        Assert.Equal((200, "ready\n"), Ask(port, "/readyz"));
        Assert.Equal(404, Ask(port, "/a.txt").Status);
        Assert.Equal("no-store", Servers.Ask(port, RawClient.Get("/readyz")).Field("Cache-Control"));
        Assert.Equal(405, Servers.Ask(port, "POST /readyz HTTP/1.1\r\nHost: a\r\n\r\n").Status);
        Assert.Equal(400, Servers.Ask(port, "GET /readyz HTTP/1.1\r\n\r\n").Status);
        Assert.Equal(404, Ask(server.Port, "/readyz").Status);
    }

    [Fact]
    public async Task It_is_off_unless_it_is_asked_for()
    {
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        Assert.Null(server.AdminPort);
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_server_that_is_full_is_not_ready(TransportKind transport)
    {
        await using var server = await StartAsync(transport, new Limits { Connections = 1 });
        var port = server.AdminPort!.Value;
        using (var only = new RawClient(server.Port))
        {
            only.Send(RawClient.Upload);
            await Eventually.IsTrue(() => server.ConnectionCount == 1, "a connection");
            Assert.Equal(200, Ask(port, "/readyz").Status);
            Assert.Equal(503, Servers.Ask(server.Port, "").Status);
            Assert.Equal((503, "full\n"), Ask(port, "/readyz"));
            Assert.Equal(200, Ask(port, "/healthz").Status);
        }
        await Eventually.IsTrue(() => Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status == 200, "room again");
        Assert.Equal(200, Ask(port, "/readyz").Status);
    }

    // Silent ones, half a head, bodies in two forms that never come, one that was told off and does not leave.
    [Theory]
    [InlineData("")]
    [InlineData("GET /healthz HTTP/1.1\r\nHos")]
    [InlineData("POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("POST /healthz HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("nonsense\r\n\r\n")]
    public async Task However_many_slow_clients_there_are_who_asks_is_answered(string sent)
    {
        await using var server = await StartAsync(TransportKind.Auto);
        var port = server.AdminPort!.Value;
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                clients.Add(new RawClient(port));
                clients[^1].Send(sent);
                if (i % 10 == 0) Assert.Equal((200, "healthy\n"), Ask(port, "/healthz"));
            }
            Assert.Equal((200, "ready\n"), Ask(port, "/readyz"));
            Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_server_that_stops_is_not_ready_but_answers(TransportKind transport)
    {
        await using var server = await StartAsync(transport);
        var port = server.AdminPort!.Value;
        using var inFlight = new RawClient(server.Port);
        inFlight.Send(RawClient.Upload);
        await Eventually.IsTrue(() => server.ConnectionCount == 1, "a connection");
        var stopped = server.StopAsync();
        Assert.Equal((503, "stopping\n"), Ask(port, "/readyz"));
        inFlight.Send("hello");
        Assert.Equal(405, inFlight.ReadReply().Status);
        await Eventually.IsDone(stopped);
        Assert.True(Servers.IsRefused(port));
    }

    [Fact]
    public async Task An_admin_port_that_is_taken_is_an_error()
    {
        await using var server = await StartAsync(TransportKind.Auto);
        var options = Servers.Options(folder.Root, TransportKind.Auto) with { AdminPort = server.AdminPort };
        var fault = await Assert.ThrowsAsync<IOException>(() => WebServer.StartAsync(options));
        Assert.Contains($"admin port {server.AdminPort}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_tells_where_it_is()
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root, "--admin", "0", "--public");
        var line = Assert.Single(vitrine.Lines, line => line.StartsWith("  Admin   ", StringComparison.Ordinal));
        var port = new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Port;
        Assert.Equal((200, "ready\n"), Ask(port, "/readyz"));
        // On this machine alone, whatever the server listens on.
        var others = Dns.GetHostAddresses(Dns.GetHostName()).Where(address => !IPAddress.IsLoopback(address));
        Assert.All(others, address => Assert.False(Answers(address, port)));
    }

    private static (int Status, string Text) Ask(int port, string path)
    {
        var reply = Servers.Ask(port, RawClient.Get(path));
        return (reply.Status, reply.Text);
    }

    private static bool Answers(IPAddress address, int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient(address.AddressFamily);
            client.Connect(address, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private Task<WebServer> StartAsync(TransportKind transport, Limits? limits = null) => WebServer.StartAsync(
        Servers.Options(folder.Root, transport) with { AdminPort = 0, Limits = limits ?? new Limits() });
}
