using System.Net;
using System.Net.Sockets;

namespace Vitrine.Attacks.Greedy;

/// <summary>
/// Many connections in one hand, none of which waits for anything. They come from several addresses, since one has too
/// few ports for all that come and go.
/// </summary>
/// <param name="port">The server's.</param>
/// <param name="size">How many there are to be.</param>
internal sealed class Crowd(int port, int size) : IDisposable
{
    private const int Addresses = 16;

    private readonly Socket?[] members = new Socket?[size];
    private int opened;

    /// <summary>How many were opened, those that replace others included.</summary>
    public int Opened => opened;

    /// <summary>How many the server has ended.</summary>
    public int Ended { get; private set; }

    /// <summary>How many there are.</summary>
    public int Count => members.Count(member => member is not null);

    /// <summary>What each asks of its socket before it connects.</summary>
    public Action<Socket> Prepare { get; init; } = _ => { };

    /// <summary>Opens a connection.</summary>
    /// <exception cref="SocketException">It was not taken.</exception>
    public Socket Open()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            Prepare(socket);
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + (opened++ % Addresses))]), 0));
            socket.Connect(IPAddress.Loopback, port);
            socket.Blocking = false;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Lets each do something, those that are not there being opened first: it gets the connection, its number and
    /// whether it is new. One that the server has ended is replaced the next time.
    /// </summary>
    public void Each(Action<Socket, int, bool> act, Func<bool>? isOver = null)
    {
        for (var i = 0; i < members.Length && isOver?.Invoke() != true; i++)
        {
            try
            {
                var isNew = members[i] is null;
                act(members[i] ??= Open(), i, isNew);
            }
            catch (SocketException)
            {
                members[i]?.Dispose();
                members[i] = null;
                Ended++;
            }
        }
    }

    /// <summary>Closes all, with a reset each if so wished.</summary>
    public void Leave(bool reset)
    {
        for (var i = 0; i < members.Length; i++)
        {
            if (reset && members[i] is { } socket) socket.LingerState = new LingerOption(true, 0);
            members[i]?.Dispose();
            members[i] = null;
        }
    }

    /// <summary>Sends what the kernel takes; how much that was.</summary>
    public static int Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        var count = socket.Send(bytes, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock => 0,
            _ => throw new SocketException((int)error),
        };
    }

    /// <summary>Receives what is there, 0 if nothing; a connection that has ended is an error.</summary>
    public static int Receive(Socket socket, Span<byte> buffer)
    {
        var count = socket.Receive(buffer, SocketFlags.None, out var error);
        return error switch
        {
            SocketError.Success when count > 0 => count,
            SocketError.WouldBlock => 0,
            _ => throw new SocketException((int)(error == SocketError.Success ? SocketError.ConnectionReset : error)),
        };
    }

    public void Dispose() => Leave(reset: true);
}
