using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>The server's end of the network.</summary>
internal readonly struct FaultyTransport(FaultyNetwork network, SimulatedClock clock) : ITransport
{
    public long NowMs => clock.NowMs;

    public long NowUs => clock.NowMs * 1_000;

    public long UnixSeconds => clock.UnixSeconds;

    public int Wait(Span<TransportEvent> events, int timeoutMs) => network.Wait(events, timeoutMs);

    public int Accept(out PeerAddress peer, out int listener)
    {
        peer = default;
        listener = 0;
        return network.Accept();
    }

    public bool Register(int socket, long token) => network.Register(socket, token);

    public void SetAccepting(bool accepting) => network.SetAccepting(accepting);

    public void StopListening() => network.SetAccepting(false);

    public int Receive(int socket, Span<byte> buffer) => network.Receive(socket, buffer);

    public long Send(int socket, OutputQueue output, out bool isFull) => network.Send(socket, output, out isFull);

    public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull) => throw new NotSupportedException();

    public void ShutdownWrite(int socket) => network.ShutdownWrite(socket);

    public void Close(int socket, bool abort) => network.Close(socket, abort);

    public void Wake()
    {
    }

    public void Dispose()
    {
    }
}
