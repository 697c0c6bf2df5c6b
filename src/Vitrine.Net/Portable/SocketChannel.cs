using System.Net.Sockets;

namespace Vitrine.Net.Portable;

/// <summary>
/// One connection on System.Net.Sockets. Bytes are moved by non-blocking calls on the worker's thread;
/// asynchronous calls only tell of readiness: a receive of nothing, and a send of what did not fit.
/// </summary>
internal sealed class SocketChannel : IDisposable
{
    private const int BlockedSendBytes = 16 * 1024;

    private readonly Socket socket;
    private readonly ReadySignal ready;
    private readonly SocketAsyncEventArgs receiving = new();
    private SocketAsyncEventArgs? sending;
    private long token;
    private int isArmed; // 1 while a receive of nothing is pending
    private volatile int sendState; // 0: none, 1: under way, 2: done

    public SocketChannel(Socket socket, ReadySignal ready)
    {
        this.socket = socket;
        this.ready = ready;
        receiving.SetBuffer(Memory<byte>.Empty);
        receiving.Completed += (_, _) => OnReadable();
    }

    /// <summary>Reports events under a token from now on.</summary>
    public void Report(long under)
    {
        Volatile.Write(ref token, under);
        // What was armed before may have reported to nobody: one event too many does no harm.
        if (Volatile.Read(ref isArmed) == 1) OnReadable(isStillArmed: true);
        else Arm();
    }

    /// <summary>Has the next readiness for input reported, once.</summary>
    public void Arm()
    {
        if (Interlocked.Exchange(ref isArmed, 1) == 1) return;
        if (!socket.ReceiveAsync(receiving)) OnReadable();
    }

    public int Receive(Span<byte> buffer)
    {
        var count = socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            Arm();
            return TransportResult.WouldBlock;
        }
        if (error != SocketError.Success) return TransportResult.Broken;
        if (count > 0 && count < buffer.Length) Arm();
        return count;
    }

    /// <summary>
    /// Sends from <paramref name="bytes"/>; what does not fit is sent asynchronously and counted next time.
    /// </summary>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (sendState != 0) return TakeSent();
        var count = socket.Send(bytes, SocketFlags.None, out var error);
        if (error == SocketError.Success) return count;
        if (error != SocketError.WouldBlock) return TransportResult.Broken;
        sending ??= MakeSending();
        var length = Math.Min(bytes.Length, BlockedSendBytes);
        bytes[..length].CopyTo(sending.Buffer);
        sending.SetBuffer(0, length);
        sendState = 1;
        if (socket.SendAsync(sending)) return TransportResult.WouldBlock;
        sendState = 2;
        return TakeSent();
    }

    /// <summary>True while bytes that were given to <see cref="Send"/> are not counted yet.</summary>
    public bool IsSending => sendState != 0;

    public void ShutdownWrite()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer was faster.
        }
    }

    public void Close(bool abort)
    {
        // With a call pending, .NET would reset the connection unless it was shut down before.
        try
        {
            if (abort) socket.LingerState = new LingerOption(true, 0);
            else ShutdownWrite();
        }
        catch (SocketException)
        {
            // A connection that the peer has reset cannot be told anything any more.
        }
        Dispose();
    }

    public void Dispose()
    {
        socket.Dispose();
        receiving.Dispose();
        sending?.Dispose();
    }

    private int TakeSent()
    {
        if (sendState == 1) return TransportResult.WouldBlock;
        sendState = 0;
        return sending!.SocketError == SocketError.Success ? sending.BytesTransferred : TransportResult.Broken;
    }

    private SocketAsyncEventArgs MakeSending()
    {
        var args = new SocketAsyncEventArgs();
        args.SetBuffer(new byte[BlockedSendBytes], 0, BlockedSendBytes);
        args.Completed += (_, _) =>
        {
            sendState = 2;
            ready.Post(new TransportEvent(Volatile.Read(ref token), Readiness.Writable));
        };
        return args;
    }

    private void OnReadable(bool isStillArmed = false)
    {
        if (!isStillArmed) Volatile.Write(ref isArmed, 0);
        ready.Post(new TransportEvent(Volatile.Read(ref token), Readiness.Readable));
    }
}
