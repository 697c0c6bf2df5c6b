using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Vitrine.Net;
using Vitrine.Net.Linux;

namespace Vitrine.Tests.Net;

[SupportedOSPlatform("linux")]
public sealed class EpollListenerTests : IDisposable
{
    private readonly List<int> opened = [];

    public void Dispose()
    {
        foreach (var listener in opened) EpollTransport.CloseListener(listener);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    public void A_port_that_is_taken_is_said_to_be_in_use(int firstCount, int secondCount)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's.");
        var port = Open(0, firstCount);

        var error = Assert.Throws<SocketException>(() => Open(port, secondCount));

        Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketErrorCode);
        Assert.NotEqual(port, Open(0, secondCount));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Connections_come_to_the_listeners_of_a_port_and_to_no_other(int count)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's.");
        var port = Open(0, count);
        Assert.Equal(count, opened.Count);
        using var transport = new EpollTransport(opened);
        opened.Clear(); // they are the transport's now
        transport.SetAccepting(true);
        var events = new TransportEvent[4];
        for (var i = 0; i < 20; i++)
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            client.GetStream().WriteByte(0); // who says nothing is not told of
            Assert.Equal(1, transport.Wait(events, 10_000));
            Assert.Equal(Readiness.Acceptable, events[0].Readiness);
            var socket = transport.Accept(out var peer, out _);
            Assert.True(socket >= 0);
            Assert.Equal(((IPEndPoint)client.Client.LocalEndPoint!).Port, peer.Port);
            transport.Close(socket, abort: true);
        }
    }

    [Fact]
    public void An_address_that_the_machine_does_not_have_is_said_to_be_missing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "epoll is Linux's.");
        var foreign = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0); // RFC 5737: nobody's
        var error = Assert.Throws<SocketException>(() => EpollTransport.Listen(foreign, 2, out _));
        Assert.Equal(SocketError.AddressNotAvailable, error.SocketErrorCode);
    }

    private int Open(int port, int count)
    {
        opened.AddRange(EpollTransport.Listen(new IPEndPoint(IPAddress.Loopback, port), count, out var taken));
        return taken;
    }
}
