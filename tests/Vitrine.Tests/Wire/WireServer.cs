using System.Net;
using System.Net.Sockets;
using Vitrine.Net;
using Vitrine.Net.Linux;
using Vitrine.Net.Portable;

namespace Vitrine.Tests.Wire;

/// <summary>A worker on a real transport, with the site of the simulation behind it.</summary>
internal sealed class WireServer : IDisposable
{
    private readonly Thread thread;
    private readonly Action abort;

    private WireServer(int port, Action run, Action abort)
    {
        Port = port;
        this.abort = abort;
        thread = new Thread(() => run()) { IsBackground = true };
        thread.Start();
    }

    public int Port { get; }

    /// <summary>The transports that this system has.</summary>
    public static IReadOnlyList<string> Kinds { get; } =
        OperatingSystem.IsLinux() ? ["epoll", "portable"] : ["portable"];

    public static WireServer Start(string kind)
    {
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        if (kind == "epoll" && OperatingSystem.IsLinux())
        {
            var listeners = EpollTransport.Listen(endPoint, count: 1, out var port);
            return Start(new EpollTransport(listeners), port);
        }
        var socket = SocketTransport.Listen(endPoint);
        return Start(new SocketTransport([socket]), ((IPEndPoint)socket.LocalEndPoint!).Port);
    }

    /// <summary>
    /// Sends the bytes in two pieces and reads as many as are expected. Then, if the connection is to be
    /// closed, reads to its end; if it is to be kept, asks once more and returns that reply's first line too.
    /// </summary>
    public async Task<byte[]> ExchangeAsync(byte[] sent, int expected, string end)
    {
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, Port);
        var stream = client.GetStream();
        await stream.WriteAsync(sent.AsMemory(0, sent.Length / 2));
        await stream.WriteAsync(sent.AsMemory(sent.Length / 2));
        var output = new byte[expected];
        await stream.ReadExactlyAsync(output);
        if (expected == 0) return output; // it waits for more: there is nothing to see
        var more = new MemoryStream();
        if (end == "keep")
        {
            await stream.WriteAsync("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            var line = new byte[15];
            await stream.ReadExactlyAsync(line);
            more.Write(line);
        }
        else
        {
            await stream.CopyToAsync(more);
        }
        return [.. output, .. more.ToArray()];
    }

    public void Dispose()
    {
        abort();
        thread.Join();
    }

    private static WireServer Start<TTransport>(TTransport transport, int port)
        where TTransport : struct, ITransport
    {
        var context = ProtocolRun.Context(new MemorySite { Defers = false });
        var worker = new Worker<TTransport>(transport, context, new ConnectionGate(1_000), null, null);
        return new WireServer(
            port,
            () =>
            {
                worker.Run();
                worker.Dispose();
            },
            worker.Abort);
    }
}
