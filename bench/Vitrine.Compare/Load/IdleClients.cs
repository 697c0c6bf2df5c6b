using System.Net;
using System.Net.Sockets;

namespace Vitrine.Compare.Load;

/// <summary>Connections that asked once and are kept, from several addresses of this machine.</summary>
internal sealed class IdleClients : IDisposable
{
    private readonly List<Socket> sockets = [];

    /// <summary>Opens them, and lets each ask once.</summary>
    /// <exception cref="InvalidOperationException">One was refused.</exception>
    public static IdleClients Open(int port, int count)
    {
        var clients = new IdleClients();
        var buffer = new byte[4096];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            clients.sockets.Add(socket);
            socket.Connect(IPAddress.Loopback, port);
            socket.Send("GET /page.html HTTP/1.1\r\nHost: localhost\r\n\r\n"u8);
            var read = socket.Receive(buffer);
            while (read is > 0 and < 783) read += socket.Receive(buffer, read, buffer.Length - read, SocketFlags.None);
            if (!buffer.AsSpan(0, 12).SequenceEqual("HTTP/1.1 200"u8))
                throw new InvalidOperationException($"Connection {i + 1} of {count} was refused.");
        }
        return clients;
    }

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        foreach (var socket in sockets) socket.Dispose();
    }
}
