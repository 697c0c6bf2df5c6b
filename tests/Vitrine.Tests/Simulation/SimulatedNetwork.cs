using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Simulation;

/// <summary>
/// A network in memory with a clock of its own. From one seed it cuts what clients send into pieces, lets the
/// server write a little at a time, breaks and stalls connections, and lets time pass when nobody has
/// anything left to do.
/// </summary>
internal sealed class SimulatedNetwork(int seed)
{
    private readonly Random random = new(seed);
    private readonly Queue<SimulatedClient> backlog = new();
    private readonly List<SimulatedClient?> sockets = [];
    private readonly List<SimulatedClient> active = [];
    private readonly Queue<TransportEvent> events = new();

    public long NowMs { get; private set; } = 1;

    public Random Random => random;

    /// <summary>Done from time to time instead of a step of a client's.</summary>
    public Func<Random, bool>? OtherWork { get; set; }

    public int OpenSockets => sockets.Count(socket => socket is not null);

    public IReadOnlyList<SimulatedClient> Active => active;

    public void Connect(SimulatedClient client)
    {
        backlog.Enqueue(client);
        active.Add(client);
        events.Enqueue(new TransportEvent(0, Readiness.Acceptable));
    }

    public int Wait(Span<TransportEvent> ready, int timeoutMs)
    {
        for (var i = 0; i < 32 && (events.Count == 0 || random.Next(4) != 0); i++)
            if (!Step()) break;
        if (events.Count == 0 && timeoutMs > 0) NowMs += timeoutMs;
        var count = 0;
        while (count < ready.Length && events.TryDequeue(out var next)) ready[count++] = next;
        return count;
    }

    public int Accept()
    {
        if (!backlog.TryDequeue(out var client)) return TransportResult.WouldBlock;
        client.Socket = sockets.Count;
        sockets.Add(client);
        return client.Socket;
    }

    public void Register(int socket, long token)
    {
        var client = sockets[socket]!;
        client.Token = token;
        if (client.HasInput) Report(client, Readiness.Readable);
    }

    public int Receive(int socket, Span<byte> buffer) => sockets[socket]!.TakeInput(buffer);

    public long Send(int socket, OutputQueue output, out bool isFull) =>
        sockets[socket]!.GiveOutput(output, random, out isFull);

    public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull) =>
        sockets[socket]!.GiveOutput(bytes, random, out isFull);

    public void ShutdownWrite(int socket)
    {
        var client = sockets[socket]!;
        if (client.IsServerDone) throw new InvalidOperationException("Shut down twice.");
        client.IsServerDone = true;
    }

    public void Close(int socket, bool abort)
    {
        var client = sockets[socket] ?? throw new InvalidOperationException("Closed twice.");
        client.IsServerDone = client.IsClosed = true;
        client.WasAborted = abort;
        sockets[socket] = null;
        active.Remove(client);
    }

    // One step of one client; false when nobody can do anything.
    private bool Step()
    {
        if (random.Next(8) == 0 && OtherWork is { } work && work(random)) return true;
        if (active.Count == 0) return OtherWork?.Invoke(random) ?? false;
        var start = random.Next(active.Count);
        for (var i = 0; i < active.Count; i++)
        {
            var client = active[(start + i) % active.Count];
            var readiness = client.Step(random);
            if (readiness == Readiness.None) continue;
            if (client.Token != 0) Report(client, readiness);
            return true;
        }
        return OtherWork?.Invoke(random) ?? false;
    }

    private void Report(SimulatedClient client, Readiness readiness) =>
        events.Enqueue(new TransportEvent(client.Token, readiness));
}

/// <summary>The server's end of it.</summary>
internal readonly struct SimulatedTransport(SimulatedNetwork network) : ITransport
{
    public long NowMs => network.NowMs;

    public long NowUs => network.NowMs * 1000;

    public long UnixSeconds => ProtocolRun.UnixSeconds;

    public int Wait(Span<TransportEvent> events, int timeoutMs) => network.Wait(events, timeoutMs);

    public int Accept(out PeerAddress peer, out int listener)
    {
        peer = default;
        listener = 0;
        return network.Accept();
    }

    public bool Register(int socket, long token)
    {
        network.Register(socket, token);
        return true;
    }

    public void SetAccepting(bool accepting)
    {
    }

    public void StopListening()
    {
    }

    public int Receive(int socket, Span<byte> buffer) => network.Receive(socket, buffer);

    public long Send(int socket, OutputQueue output, out bool isFull) =>
        network.Send(socket, output, out isFull);

    public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull) =>
        network.Send(socket, bytes, out isFull);

    public void ShutdownWrite(int socket) => network.ShutdownWrite(socket);

    public void Close(int socket, bool abort) => network.Close(socket, abort);

    public void Wake()
    {
    }

    public void Dispose()
    {
    }
}
