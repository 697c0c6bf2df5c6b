using System.Text;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Net;

/// <summary>A few connections that do what a test says, and in which order they were served.</summary>
internal sealed class ScriptedWire(int sentAtOnce, int connections = 3)
{
    private readonly Dictionary<int, byte[]> input = [];
    private int accepted;
    private int newcomers;

    public List<string> Log { get; } = [];

    public Queue<TransportEvent> Ready { get; } = new();

    public Dictionary<int, long> Tokens { get; } = [];

    /// <summary>Whether all take a piece, and then no more until they are told to be writable.</summary>
    public bool IsFull { get; set; }

    /// <summary>Of which connections alone that is so.</summary>
    public HashSet<int> Full { get; } = [];

    public int MostEvents { get; set; } = 1;

    public long NowMs { get; set; } = 1;

    public HashSet<int> Closed { get; } = [];

    public HashSet<int> Aborted { get; } = [];

    /// <summary>The line that what was sent last began with, if it was a whole reply.</summary>
    public string LastStart { get; private set; } = "";

    /// <summary>A worker that has taken all connections.</summary>
    public Worker<ScriptedTransport> Serve(MemorySite site)
    {
        var context = new ProtocolContext(site, new Limits(), serverHeader: true, "b");
        var gate = new ConnectionGate(connections);
        var worker = new Worker<ScriptedTransport>(new ScriptedTransport(this), context, gate, null, null);
        while (accepted < connections)
        {
            Ready.Enqueue(new TransportEvent(0, Readiness.Acceptable));
            worker.Step(0);
        }
        return worker;
    }

    /// <summary>One more than those that were taken at first wants to be taken.</summary>
    public void Arrive()
    {
        newcomers++;
        Ready.Enqueue(new TransportEvent(0, Readiness.Acceptable));
    }

    public void Request(int socket, string target)
    {
        input[socket] = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
        Ready.Enqueue(new TransportEvent(Tokens[socket], Readiness.Readable));
    }

    public int Wait(Span<TransportEvent> events, int timeoutMs)
    {
        Log.Add(timeoutMs == 0 || Ready.Count > 0 ? "wait" : "wait for ever");
        var count = 0;
        while (count < MostEvents && Ready.TryDequeue(out events[count])) count++;
        return count;
    }

    public int Accept() => accepted < connections + newcomers ? ++accepted : TransportResult.WouldBlock;

    public int Receive(int socket, Span<byte> buffer)
    {
        if (!input.Remove(socket, out var bytes)) return TransportResult.WouldBlock;
        Log.Add($"receive {socket}");
        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    public long Send(int socket, OutputQueue output, out bool isFull)
    {
        isFull = false;
        if (output[0].File is null)
        {
            var start = Encoding.ASCII.GetString(output[0].Span);
            if (start.StartsWith("HTTP", StringComparison.Ordinal)) LastStart = start[..start.IndexOf('\r')];
            if (output.Count == 2) return output[0].Length; // its head
        }
        Log.Add($"send {socket}");
        isFull = IsFull || Full.Contains(socket);
        return Math.Min(sentAtOnce, output[0].Length);
    }
}

/// <summary>The transport of a <see cref="ScriptedWire"/>.</summary>
internal readonly struct ScriptedTransport(ScriptedWire wire) : ITransport
{
    public long NowMs => wire.NowMs;

    public long NowUs => 1;

    public long UnixSeconds => 1;

    public int Wait(Span<TransportEvent> events, int timeoutMs) => wire.Wait(events, timeoutMs);

    public int Accept(out PeerAddress peer, out int listener)
    {
        peer = default;
        listener = 0;
        return wire.Accept();
    }

    public bool Register(int socket, long token) => wire.Tokens.TryAdd(socket, token);

    public void SetAccepting(bool accepting)
    {
    }

    public void StopListening()
    {
    }

    public int Receive(int socket, Span<byte> buffer) => wire.Receive(socket, buffer);

    public long Send(int socket, OutputQueue output, out bool isFull) => wire.Send(socket, output, out isFull);

    public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull) => throw new NotSupportedException();

    public void ShutdownWrite(int socket)
    {
    }

    public void Close(int socket, bool abort)
    {
        wire.Closed.Add(socket);
        if (abort) wire.Aborted.Add(socket);
    }

    public void Wake()
    {
    }

    public void Dispose()
    {
    }
}
