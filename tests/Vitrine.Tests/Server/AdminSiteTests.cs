using System.Net;
using System.Net.Sockets;
using System.Text;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Server.Admin;

namespace Vitrine.Tests.Server;

public class AdminSiteTests
{
    [Theory]
    [InlineData(true, "HTTP/1.1 200 OK")]
    [InlineData(false, "HTTP/1.1 503 Service Unavailable")]
    public async Task Whether_a_worker_is_stuck_shows_in_what_it_says_of_health(bool isHealthy, string expected)
    {
        var site = new AdminSite(() => isHealthy, () => "ready");
        using var listener = AdminListener.Open(
            0, useEpoll: false, () => new ProtocolContext(site, new Limits(), serverHeader: false, "admin"), null);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, listener.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(
            "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray(),
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        Assert.Equal(expected, await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }
}
