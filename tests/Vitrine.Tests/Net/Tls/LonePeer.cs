using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Net.Tls;

/// <summary>One client of a worker, at the other end of a wire in memory: it gives bytes and takes bytes.</summary>
internal sealed class LonePeer
{
    private readonly Queue<byte[]> toServer = new();
    private byte[]? begun;
    private int taken;
    private bool isAccepted;

    /// <summary>Takes what the server sent.</summary>
    public required Action<ReadOnlyMemory<byte>> Takes { get; init; }

    /// <summary>How much of what was allocated was allocated here.</summary>
    public long AllocatedHere { get; private set; }

    public bool IsClosed { get; set; }

    public bool IsServerDone { get; set; }

    public long Token { get; set; }

    public long NowMs { get; set; } = 1;

    public bool HasInput => begun is not null || toServer.Count > 0;

    /// <summary>Sends something, all of which comes at once.</summary>
    public void Send(byte[] bytes)
    {
        if (bytes.Length > 0) toServer.Enqueue(bytes);
    }

    public bool Accept() => !isAccepted && (isAccepted = true);

    public int Receive(Span<byte> buffer)
    {
        if (begun is null && !toServer.TryDequeue(out begun)) return TransportResult.WouldBlock;
        var count = Math.Min(buffer.Length, begun.Length - taken);
        begun.AsSpan(taken, count).CopyTo(buffer);
        taken += count;
        if (taken == begun.Length) (begun, taken) = (null, 0);
        return count;
    }

    /// <summary>What the server sends.</summary>
    public long Deliver(ReadOnlySpan<byte> bytes)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Takes(bytes.ToArray());
        AllocatedHere += GC.GetAllocatedBytesForCurrentThread() - before;
        return bytes.Length;
    }

    /// <summary>The server's end of the wire.</summary>
    public readonly struct Transport(LonePeer peer) : ITransport
    {
        public long NowMs => peer.NowMs;

        public long NowUs => peer.NowMs * 1000;

        public long UnixSeconds => ProtocolRun.UnixSeconds;

        // Edges: it is told once that something came.
        public int Wait(Span<TransportEvent> events, int timeoutMs)
        {
            if (!peer.isAccepted) events[0] = new TransportEvent(0, Readiness.Acceptable);
            else if (!peer.IsClosed && peer.HasInput) events[0] = new TransportEvent(peer.Token, Readiness.Readable);
            else return 0;
            return 1;
        }

        public int Accept(out PeerAddress address, out int listener)
        {
            address = default;
            listener = 0;
            return peer.Accept() ? 1 : TransportResult.WouldBlock;
        }

        public bool Register(int socket, long token)
        {
            peer.Token = token;
            return true;
        }

        public void SetAccepting(bool accepting)
        {
        }

        public void StopListening()
        {
        }

        public int Receive(int socket, Span<byte> buffer) => peer.Receive(buffer);

        public long Send(int socket, OutputQueue output, out bool isFull)
        {
            isFull = false;
            return peer.Deliver(output[0].Span);
        }

        public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull)
        {
            isFull = false;
            return peer.Deliver(bytes);
        }

        public void ShutdownWrite(int socket) => peer.IsServerDone = true;

        public void Close(int socket, bool abort) => peer.IsClosed = true;

        public void Wake()
        {
        }

        public void Dispose()
        {
        }
    }
}
