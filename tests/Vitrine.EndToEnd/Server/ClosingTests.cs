using System.Net;
using System.Net.Sockets;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class ClosingTests : IDisposable
{
    private const int Length = 900_000;

    private readonly TemporaryFolder folder = new();

    public ClosingTests() => File.WriteAllBytes(Path.Combine(folder.Root, "a.bin"), new byte[Length]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(TransportKind.Epoll, "HTTP/1.1\r\nHost: a\r\nConnection: close")]
    [InlineData(TransportKind.Epoll, "HTTP/1.0")]
    [InlineData(TransportKind.Portable, "HTTP/1.1\r\nHost: a\r\nConnection: close")]
    public async Task A_large_last_reply_is_not_cut_by_what_the_client_still_sends(TransportKind transport, string rest)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var server = await Servers.StartAsync(folder, transport);
        // So little room that most of the reply is still on its way when more input comes.
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, server.Port, stop);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"GET /a.bin {rest}\r\n\r\n"), stop);
        var received = new MemoryStream();
        var first = new byte[1024];
        received.Write(first, 0, await stream.ReadAsync(first, stop));
        await Task.Delay(100, stop);
        await stream.WriteAsync("\r\n"u8.ToArray(), stop);
        await Task.Delay(100, stop);
        await stream.CopyToAsync(received, stop);
        var text = received.ToArray();
        var body = text.AsSpan(text.AsSpan().IndexOf("\r\n\r\n"u8) + 4);
        Assert.Equal(Length, body.Length);
    }
}
