using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vitrine.Http.Replies;

namespace Vitrine.Net.Portable;

#pragma warning disable CA1001 // it is disposable: ITransport is
/// <summary>
/// The wire through System.Net.Sockets: for Windows, macOS, and anywhere else. All workers take connections
/// from the same listeners.
/// </summary>
public readonly struct SocketTransport : ITransport
{
    private readonly State state;

    /// <summary>Uses listeners that the caller owns.</summary>
    public SocketTransport(IReadOnlyList<Socket> listeners) => state = new State(listeners);

    /// <inheritdoc/>
    public long NowMs => Environment.TickCount64;

    /// <inheritdoc/>
    public long NowUs => Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000);

    /// <inheritdoc/>
    public long UnixSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Opens a listener.</summary>
    /// <exception cref="SocketException">The address is in use, not to be had, or not allowed.</exception>
    public static Socket Listen(IPEndPoint endPoint)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(endPoint);
            socket.Listen(4096);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Wait(Span<TransportEvent> events, int timeoutMs) => state.Ready.Wait(events, timeoutMs);

    /// <inheritdoc/>
    public int Accept(out PeerAddress peer, out int listener) => state.Accept(out peer, out listener);

    /// <inheritdoc/>
    public bool Register(int socket, long token)
    {
        var channel = state.Channels[socket]!;
        channel.Report(token);
        return true;
    }

    /// <inheritdoc/>
    public void SetAccepting(bool accepting) => state.SetAccepting(accepting);

    /// <inheritdoc/>
    public void StopListening() => state.StopListening();

    /// <inheritdoc/>
    public int Receive(int socket, Span<byte> buffer) => state.Channels[socket]!.Receive(buffer);

    /// <inheritdoc/>
    public long Send(int socket, OutputQueue output, out bool isFull)
    {
        isFull = false;
        var channel = state.Channels[socket]!;
        if (channel.IsSending) return channel.Send([]);
        ref readonly var first = ref output[0];
        if (first.File is { } file)
        {
            var room = state.Scratch.AsSpan(0, (int)Math.Min(first.Length, state.Scratch.Length));
            var read = file.Read(first.Position, room);
            if (!file.IsUnchanged()) return TransportResult.Changed;
            return read <= 0 ? TransportResult.Unreadable : channel.Send(room[..read]);
        }
        if (output.Count > 1) return channel.Send(Gather(output));
        return channel.Send(first.Span[..(int)Math.Min(first.Length, ITransport.MostSentBytes)]);
    }

    /// <inheritdoc/>
    public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull)
    {
        isFull = false;
        return state.Channels[socket]!.Send(bytes);
    }

    /// <inheritdoc/>
    public void ShutdownWrite(int socket) => state.Channels[socket]!.ShutdownWrite();

    /// <inheritdoc/>
    public void Close(int socket, bool abort)
    {
        state.Channels[socket]!.Close(abort);
        state.Channels[socket] = null;
        state.FreeChannels.Push(socket);
    }

    /// <inheritdoc/>
    public void Wake() => state.Ready.Wake();

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    // Small pieces are cheaper to copy than to send one by one.
    private ReadOnlySpan<byte> Gather(OutputQueue output)
    {
        var used = 0;
        for (var i = 0; i < output.Count && output[i].File is null && used < state.Scratch.Length; i++)
        {
            var span = output[i].Span;
            var taken = Math.Min(span.Length, state.Scratch.Length - used);
            span[..taken].CopyTo(state.Scratch.AsSpan(used));
            used += taken;
        }
        return state.Scratch.AsSpan(0, used);
    }

    private sealed class State : IDisposable
    {
        // So many are accepted ahead of the worker, which decides whether there is room for them.
        private const int MostWaiting = 16;

        private readonly IReadOnlyList<Socket> listeners;
        private readonly ConcurrentQueue<(Socket Socket, int Listener)> accepted = new();
        private readonly Lock gate = new();
        private readonly List<SocketAsyncEventArgs> idle = [];
        private bool isAccepting;
        private bool isStopped;
        private volatile bool isExhausted;

        public State(IReadOnlyList<Socket> listeners)
        {
            this.listeners = listeners;
            for (var i = 0; i < listeners.Count; i++)
            {
                var args = new SocketAsyncEventArgs { UserToken = i };
                args.Completed += (_, done) => OnAccepted(done);
                idle.Add(args);
            }
        }

        public ReadySignal Ready { get; } = new();

        public List<SocketChannel?> Channels { get; } = [];

        public Stack<int> FreeChannels { get; } = new();

        public byte[] Scratch { get; } = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);

        public void SetAccepting(bool accepting)
        {
            SocketAsyncEventArgs[] resting;
            lock (gate)
            {
                isAccepting = accepting && !isStopped;
                if (!isAccepting) return;
                resting = [.. idle];
                idle.Clear();
            }
            foreach (var args in resting) StartAccept(args);
        }

        public int Accept(out PeerAddress peer, out int listener)
        {
            peer = default;
            listener = 0;
            if (accepted.TryDequeue(out var next))
            {
                (var socket, listener) = next;
                if (!TryPrepare(socket, out peer)) return TransportResult.Broken;
                if (!FreeChannels.TryPop(out var slot))
                {
                    slot = Channels.Count;
                    Channels.Add(null);
                }
                Channels[slot] = new SocketChannel(socket, Ready);
                return slot;
            }
            if (isExhausted)
            {
                isExhausted = false;
                return TransportResult.Exhausted;
            }
            if (isAccepting) SetAccepting(true); // those that rested because too many waited
            return TransportResult.WouldBlock;
        }

        public void StopListening()
        {
            lock (gate)
            {
                isStopped = true;
                isAccepting = false;
            }
            foreach (var listener in listeners) listener.Dispose();
        }

        public void Dispose()
        {
            StopListening();
            while (accepted.TryDequeue(out var next)) next.Socket.Dispose();
            foreach (var channel in Channels) channel?.Dispose();
            Ready.Dispose();
        }

        private static bool TryPrepare(Socket socket, out PeerAddress peer)
        {
            peer = default;
            try
            {
                peer = PeerAddress.From((IPEndPoint)socket.RemoteEndPoint!);
                socket.NoDelay = true;
                socket.Blocking = false;
                return true;
            }
            catch (SocketException)
            {
                socket.Dispose(); // the peer was gone already
                return false;
            }
        }

        private void StartAccept(SocketAsyncEventArgs args)
        {
            try
            {
                while (!listeners[(int)args.UserToken!].AcceptAsync(args))
                    if (!TakeAccepted(args)) return;
            }
            catch (ObjectDisposedException)
            {
                // The listener was closed meanwhile.
            }
        }

        private void OnAccepted(SocketAsyncEventArgs args)
        {
            if (TakeAccepted(args)) StartAccept(args);
        }

        // False when accepting rests.
        private bool TakeAccepted(SocketAsyncEventArgs args)
        {
            var socket = args.AcceptSocket;
            args.AcceptSocket = null;
            if (args.SocketError == SocketError.Success && socket is not null)
                accepted.Enqueue((socket, (int)args.UserToken!));
            else if (args.SocketError is not (SocketError.ConnectionReset or SocketError.ConnectionAborted))
                isExhausted = true; // whatever it is, it will be no better at once
            lock (gate)
            {
                if (!isAccepting || isExhausted || accepted.Count >= MostWaiting)
                {
                    idle.Add(args);
                    if (isStopped) return false;
                    Ready.Post(new TransportEvent(0, Readiness.Acceptable));
                    return false;
                }
            }
            Ready.Post(new TransportEvent(0, Readiness.Acceptable));
            return true;
        }
    }
}
