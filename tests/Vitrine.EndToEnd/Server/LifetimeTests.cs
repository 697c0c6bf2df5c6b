using System.Net;
using System.Net.Sockets;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class LifetimeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_server_is_embedded_in_two_lines()
    {
        folder.Write("site/a.txt", "embedded");
        var site = Path.GetRelativePath(Environment.CurrentDirectory, folder.PathOf("site"));

        await using var server = await WebServer.StartAsync(new WebServerOptions { Root = site, Port = 0 });

        Assert.Equal(folder.PathOf("site"), server.Root);
        Assert.NotEqual(0, server.Port);
        var url = Assert.Single(server.Urls);
        Assert.Equal($"http://localhost:{server.Port}/", url);
        using var client = new HttpClient();
        var address = new Uri(url + "a.txt");
        Assert.Equal("embedded", await client.GetStringAsync(address, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_server_listens_on_each_of_its_addresses(TransportKind transport, int workers)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        folder.Write("a.txt", "both");
        await using var server = await WebServer.StartAsync(Servers.Options(
            folder.Root, transport, workers) with
        {
            Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback],
        });
        Assert.Equal(2, server.EndPoints.Count);
        using var client = new HttpClient();
        foreach (var endPoint in server.EndPoints)
        {
            var address = new Uri($"http://{endPoint}/a.txt");
            Assert.Equal("both", await client.GetStringAsync(address, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Several_servers_in_one_process_share_nothing(TransportKind transport)
    {
        folder.Write("one/a.txt", "one");
        folder.Write("two/a.txt", "two");
        await using var one = await WebServer.StartAsync(Servers.Options(folder.PathOf("one"), transport));
        await using (
            var two = await WebServer.StartAsync(Servers.Options(folder.PathOf("two"), transport, 2)))
        {
            Assert.NotEqual(one.Port, two.Port);
            Assert.Equal("one", Servers.Ask(one.Port, RawClient.Get("/a.txt")).Text);
            Assert.Equal("two", Servers.Ask(two.Port, RawClient.Get("/a.txt")).Text);
        }
        Assert.Equal("one", Servers.Ask(one.Port, RawClient.Get("/a.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task Disposing_finishes_what_is_in_flight(TransportKind transport, int workers)
    {
        var content = folder.WriteRandom("large.bin", 20_000_000);
        var server = await Servers.StartAsync(folder, transport, workers);
        using var idle = new RawClient(server.Port);
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        Assert.Equal(404, idle.Ask(RawClient.Get("/missing")).Status);
        client.Send(RawClient.Get("/large.bin"));
        var reply = new RawReply(client.ReadHead(), []);

        var disposing = server.DisposeAsync().AsTask();
        Assert.True(idle.ReadEnd());
        Assert.False(disposing.IsCompleted);
        await Eventually.IsTrue(() => Servers.IsRefused(server.Port), "that no more are let in");
        Assert.False(disposing.IsCompleted);

        var body = client.ReadAsFarAsItGoes(RawClient.LengthOf(reply));
        Assert.True(content.AsSpan().SequenceEqual(body));
        Assert.True(client.ReadEnd());
        await Eventually.IsDone(disposing);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task What_is_in_flight_for_too_long_is_aborted(TransportKind transport)
    {
        folder.WriteRandom("large.bin", 20_000_000);
        var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with { Limits = new Limits { DrainTimeoutMs = 200 } });
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        client.ReadHead();

        await Eventually.IsDone(server.DisposeAsync().AsTask());
        Assert.InRange(client.ReadAsFarAsItGoes(20_000_000).Length, 0, 19_999_999);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Aborting_ends_every_connection(TransportKind transport)
    {
        folder.WriteRandom("large.bin", 20_000_000);
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        client.ReadHead();

        await Eventually.IsDone(server.AbortAsync());
        Assert.InRange(client.ReadAsFarAsItGoes(20_000_000).Length, 0, 19_999_999);
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task The_port_is_free_again_after_a_stop(TransportKind transport, int workers)
    {
        folder.Write("a.txt", "again");
        var first = await Servers.StartAsync(folder, transport, workers);
        var options = Servers.Options(folder.Root, transport, workers) with { Port = first.Port };
        using var kept = new RawClient(first.Port);
        Assert.Equal("again", kept.Ask(RawClient.Get("/a.txt")).Text);

        var taken = await Assert.ThrowsAsync<SocketException>(() => WebServer.StartAsync(options));
        Assert.Equal(SocketError.AddressAlreadyInUse, taken.SocketErrorCode);
        await first.StopAsync();
        await using var second = await WebServer.StartAsync(options);
        Assert.Equal("again", Servers.Ask(second.Port, RawClient.Get("/a.txt")).Text);
        await first.DisposeAsync();
        Assert.Equal("again", Servers.Ask(second.Port, RawClient.Get("/a.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_folder_that_is_missing_or_a_file_is_an_error(TransportKind transport)
    {
        var file = folder.Write("a.txt", "a");
        foreach (var root in new[] { folder.PathOf("missing"), file })
        {
            await Assert.ThrowsAsync<DirectoryNotFoundException>(
                () => WebServer.StartAsync(Servers.Options(root, transport)));
        }
        await using var server = await Servers.StartAsync(folder, transport);
        Assert.Equal("a", Servers.Ask(server.Port, RawClient.Get("/a.txt")).Text);
    }
}
