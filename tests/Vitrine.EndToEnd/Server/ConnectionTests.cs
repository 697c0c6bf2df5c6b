using System.Net.Sockets;
using System.Text;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class ConnectionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ConnectionTests()
    {
        folder.Write("a.txt", "first");
        folder.Write("b.txt", "second");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_hundred_requests_in_one_write_are_answered_in_order(
        TransportKind transport, int workers)
    {
        var large = folder.WriteRandom("large.bin", 1_300_000);
        await using var server = await Servers.StartAsync(folder, transport, workers);
        using var client = new RawClient(server.Port);
        string[] targets = ["/a.txt", "/missing", "/b.txt", "/large.bin", "/"];
        var all = new StringBuilder();
        for (var i = 0; i < 100; i++) all.Append(
            RawClient.Get($"{targets[i % 5]}?{i}", $"Range: bytes={i % 3}-\r\n"));
        client.Send(all.ToString());

        for (var i = 0; i < 100; i++)
        {
            var reply = client.ReadReply();
            Assert.Equal(i % 5 == 1 ? 404 : 206, reply.Status);
            if (i % 5 == 0) Assert.Equal("first"[(i % 3)..], reply.Text);
            if (i % 5 == 2) Assert.Equal("second"[(i % 3)..], reply.Text);
            if (i % 5 == 3) Assert.True(large.AsSpan(i % 3).SequenceEqual(reply.Body));
            if (i % 5 == 4) Assert.EndsWith("</html>\n", reply.Text, StringComparison.Ordinal);
        }
        Assert.Equal("first", client.Ask(RawClient.Get("/a.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Connection_close_ends_the_connection_after_the_reply(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var closing = new RawClient(server.Port);
        using var keeping = new RawClient(server.Port);

        var last = closing.Ask(RawClient.Get("/a.txt", "Connection: close\r\n"));
        Assert.Equal(("first", "close"), (last.Text, last.Field("Connection")));
        Assert.True(closing.ReadEnd());

        Assert.Null(keeping.Ask(RawClient.Get("/a.txt")).Field("Connection"));
        Assert.Equal("second", keeping.Ask(RawClient.Get("/b.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task What_follows_Connection_close_is_not_answered(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        client.Send(RawClient.Get("/a.txt", "Connection: close\r\n") + RawClient.Get("/b.txt"));
        Assert.Equal("first", client.ReadReply().Text);
        Assert.True(client.ReadEnd());
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task HTTP_1_0_is_closed_unless_it_asks_to_be_kept(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var plain = new RawClient(server.Port);
        using var kept = new RawClient(server.Port);

        Assert.Equal("first", plain.Ask("GET /a.txt HTTP/1.0\r\n\r\n").Text);
        Assert.True(plain.ReadEnd());

        var first = kept.Ask("GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        Assert.Equal(("first", "keep-alive"), (first.Text, first.Field("Connection")));
        Assert.Equal("second", kept.Ask("GET /b.txt HTTP/1.0\r\n\r\n").Text);
        Assert.True(kept.ReadEnd());
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_request_that_comes_byte_by_byte_is_answered(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        foreach (var letter in RawClient.Get("/a.txt") + RawClient.Get("/b.txt")) client.Send([(byte)letter]);

        Assert.Equal("first", client.ReadReply().Text);
        Assert.Equal("second", client.ReadReply().Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_client_that_ends_its_side_still_gets_its_reply(TransportKind transport)
    {
        var large = folder.WriteRandom("large.bin", 1_300_000);
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        client.Send(RawClient.Get("/large.bin"));
        client.EndSending();

        Assert.True(large.AsSpan().SequenceEqual(client.ReadReply().Body));
        Assert.True(client.ReadEnd());
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_refused_body_does_not_keep_the_client_from_reading_why(
        TransportKind transport, int workers)
    {
        await using var server = await Servers.StartAsync(folder, transport, workers);
        var piece = Encoding.ASCII.GetBytes(new string('x', 64 * 1024));
        string[] framings = ["Content-Length: 8388608", "Transfer-Encoding: chunked"];
        foreach (var framing in framings)
        {
            using var client = new RawClient(server.Port);
            client.Send($"POST /a.txt HTTP/1.1\r\nHost: localhost\r\n{framing}\r\n\r\n");
            // All of it, although the answer stands fast long before: a reset would lose that answer.
            for (var i = 0; i < 128; i++)
            {
                if (framing != framings[0]) client.Send("10000\r\n");
                client.Send(piece);
                if (framing != framings[0]) client.Send("\r\n");
            }
            var reply = client.ReadReply();
            Assert.Equal((413, "close"), (reply.Status, reply.Field("Connection")));
            Assert.True(client.ReadEnd());
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_body_within_the_limit_is_thrown_away_and_the_next_request_found(
        TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        var body = RawClient.Get("/b.txt") + new string('x', 300_000);

        client.Send(
            $"POST /a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var refused = client.ReadReply();
        Assert.Equal((405, "GET, HEAD, OPTIONS"), (refused.Status, refused.Field("Allow")));
        var get = client.Ask(
            $"GET /a.txt HTTP/1.1\r\nHost: h\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        Assert.Equal("first", get.Text);
        Assert.Equal("second", client.Ask(RawClient.Get("/b.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Garbage_gets_its_400_and_an_orderly_end(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        client.Send("\x16\x03\x01 this is no HTTP\r\n\r\n" + new string('x', 200_000));

        Assert.Equal(400, client.ReadReply().Status);
        Assert.True(client.ReadEnd());
        Assert.Equal("first", Servers.Ask(server.Port, RawClient.Get("/a.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task One_connection_too_many_reads_503_and_the_others_go_on(
        TransportKind transport, int workers)
    {
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport, workers) with
            {
                Limits = new Limits { Connections = 4 },
            });
        var clients = Enumerable.Range(0, 4).Select(_ => new RawClient(server.Port)).ToList();
        try
        {
            // Who has something under way keeps its place.
            foreach (var client in clients) client.Send(RawClient.Upload);
            await Eventually.IsTrue(() => server.ConnectionCount == 4, "four connections");
            using (var silent = new RawClient(server.Port))
            using (var asking = new RawClient(server.Port))
            {
                var reply = silent.ReadReply();
                Assert.Equal((503, "close"), (reply.Status, reply.Field("Connection")));
                Assert.NotNull(reply.Field("Retry-After"));
                Assert.True(silent.ReadEnd());
                Assert.Equal(503, asking.Ask(RawClient.Get("/a.txt")).Status);
                Assert.True(asking.ReadEnd());
            }
            foreach (var client in clients)
            {
                client.Send("hello");
                Assert.Equal(405, client.ReadReply().Status);
                Assert.Equal("second", client.Ask(RawClient.Get("/b.txt")).Text);
            }

            clients[0].Dispose();
            await Eventually.IsTrue(
                () => Servers.Ask(server.Port, RawClient.Get("/a.txt")).Status == 200,
                "that there is room again");
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_head_or_a_body_that_does_not_come_is_408_and_a_silent_client_is_closed(
        TransportKind transport)
    {
        await using var server = await WebServer.StartAsync(Servers.Options(folder.Root, transport) with
        {
            Limits = new Limits { HeadTimeoutMs = 300, BodyTimeoutMs = 300, IdleTimeoutMs = 300 },
        });
        using var head = new RawClient(server.Port);
        using var body = new RawClient(server.Port);
        using var silent = new RawClient(server.Port);
        using var idle = new RawClient(server.Port);
        head.Send("GET /a.txt HTTP/1.1\r\nHost:");
        body.Send("POST /a.txt HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345");
        Assert.Equal("first", idle.Ask(RawClient.Get("/a.txt")).Text);

        foreach (var client in new[] { head, body })
        {
            Assert.Equal(408, client.ReadReply().Status);
            Assert.True(client.ReadEnd());
        }
        Assert.True(silent.ReadEnd());
        Assert.True(idle.ReadEnd());
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_reader_who_does_not_read_is_dropped_and_one_who_does_is_not(TransportKind transport)
    {
        var content = folder.WriteRandom("large.bin", 20_000_000);
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with { Limits = new Limits { WriteTimeoutMs = 700 } });
        using var reading = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        using var stalled = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        Assert.Equal("first", reading.Ask(RawClient.Get("/a.txt")).Text); // who says nothing is not told of at once
        stalled.Send(RawClient.Get("/large.bin"));

        await Eventually.IsTrue(() => server.ConnectionCount == 2, "both connections");
        await Eventually.IsTrue(() => server.ConnectionCount == 1, "that the stalled one is dropped");
        Assert.InRange(stalled.ReadAsFarAsItGoes(content.Length).Length, 0, content.Length - 1);
        Assert.True(content.AsSpan().SequenceEqual(reading.Ask(RawClient.Get("/large.bin")).Body));
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task Resets_in_the_middle_of_replies_hurt_nobody_else(TransportKind transport, int workers)
    {
        folder.WriteRandom("large.bin", 5_000_000);
        await using var server = await Servers.StartAsync(folder, transport, workers);
        using var witness = new RawClient(server.Port);
        for (var i = 0; i < 40; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(true, 0);
            await socket.ConnectAsync("127.0.0.1", server.Port, TestContext.Current.CancellationToken);
            socket.Send(Encoding.ASCII.GetBytes(RawClient.Get("/large.bin")));
            if (i % 2 == 0) socket.Receive(new byte[1000]);
            socket.Close();
            Assert.Equal("first", witness.Ask(RawClient.Get("/a.txt")).Text);
        }
        await Eventually.IsTrue(() => server.ConnectionCount == 1, "that only the witness is left");
    }
}
