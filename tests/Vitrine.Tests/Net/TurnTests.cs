using System.Text;
using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Net;

/// <summary>Whose turn it is, when one connection has much to send and another asks for little.</summary>
public sealed class TurnTests
{
    private const int Long = 1;
    private const int Short = 2;
    private const int AlsoLong = 3;

    [Fact]
    public void Between_two_turns_of_a_long_reply_others_are_looked_for()
    {
        var wire = new Wire(sentAtOnce: 1_000);
        using var worker = Make(wire);
        wire.Request(Long, "/file");
        wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 3; i++) worker.Step(0); // until both heads are sent
        wire.Log.Clear();
        for (var i = 0; i < 4; i++) worker.Step(0);
        Assert.Equal(["wait", "send 3", "wait", "send 1", "wait", "send 3", "wait", "send 1"], wire.Log);

        wire.Log.Clear();
        wire.Request(Short, "/hello");
        worker.Step(0);
        Assert.Equal(["wait", "receive 2", "send 2", "send 3"], wire.Log);
    }

    [Fact]
    public void Nobody_sends_again_before_he_is_told_that_there_is_room()
    {
        var wire = new Wire(sentAtOnce: 1_000) { IsFull = true };
        using var worker = Make(wire);
        wire.Request(Long, "/file");
        for (var i = 0; i < 5; i++) worker.Step(0);
        Assert.Equal(1, wire.Log.Count(entry => entry == "send 1"));
        wire.Ready.Enqueue(new TransportEvent(wire.Tokens[Long], Readiness.Writable));
        for (var i = 0; i < 5; i++) worker.Step(0);
        Assert.Equal(2, wire.Log.Count(entry => entry == "send 1"));
        wire.IsFull = false; // the control
        wire.Ready.Enqueue(new TransportEvent(wire.Tokens[Long], Readiness.Writable));
        for (var i = 0; i < 5; i++) worker.Step(0);
        Assert.Equal(7, wire.Log.Count(entry => entry == "send 1"));
    }

    // Or one who is ready all the time would have his turn and the next one's too.
    [Fact]
    public void Who_waits_for_his_turn_does_not_get_another_by_an_event()
    {
        var wire = new Wire(sentAtOnce: 1_000);
        using var worker = Make(wire);
        wire.Request(Long, "/file");
        wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 3; i++) worker.Step(0); // until both heads are sent
        wire.Log.Clear();
        for (var i = 0; i < 2; i++) wire.Request(AlsoLong, "/file");
        for (var i = 0; i < 2; i++) worker.Step(0);
        Assert.Equal(["wait", "send 3", "wait", "send 1"], wire.Log);
    }

    [Fact]
    public void Only_a_client_that_takes_nothing_is_dropped_and_not_one_that_had_no_turn()
    {
        var limits = new Limits();
        foreach (var isFull in (bool[])[true, false])
        {
            var wire = new Wire(sentAtOnce: 1_000) { IsFull = isFull };
            using var worker = Make(wire);
            wire.Request(Long, "/file");
            for (var i = 0; i < 2; i++) worker.Step(0); // the head, and of the file what is taken
            wire.NowMs += limits.WriteTimeoutMs + 1_000;
            for (var i = 0; i < 5; i++) worker.Step(0);
            Assert.Equal(isFull, wire.Closed.Contains(Long));
        }
    }

    // Replies from memory that are long come after those that are short, a few in a turn.
    [Fact]
    public void Who_asks_for_little_is_answered_before_a_long_reply_that_was_asked_for_first()
    {
        var wire = new Wire(sentAtOnce: 1_000_000);
        using var worker = Make(wire);
        wire.MostEvents = 2;
        wire.Request(Long, "/big");
        wire.Request(Short, "/hello");
        wire.Log.Clear();
        worker.Step(0);
        Assert.Equal(["wait", "receive 1", "receive 2", "send 2", "send 1"], wire.Log);
    }

    private static Worker<WireTransport> Make(Wire wire)
    {
        var context = new ProtocolContext(new MemorySite(), new Limits(), serverHeader: true, "b");
        var worker = new Worker<WireTransport>(new WireTransport(wire), context, new ConnectionGate(10), null, null);
        worker.Step(0); // takes both connections
        Assert.Equal(3, worker.ConnectionCount);
        return worker;
    }

    /// <summary>Three connections, and in which order they were served.</summary>
    private sealed class Wire(int sentAtOnce)
    {
        private readonly Dictionary<int, byte[]> input = [];
        private int accepted;

        public List<string> Log { get; } = [];

        public Queue<TransportEvent> Ready { get; } = new([new TransportEvent(0, Readiness.Acceptable)]);

        public Dictionary<int, long> Tokens { get; } = [];

        public bool IsFull { get; set; }

        public int MostEvents { get; set; } = 1;

        public long NowMs { get; set; } = 1;

        public HashSet<int> Closed { get; } = [];

        public void Request(int socket, string target)
        {
            input[socket] = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
            Ready.Enqueue(new TransportEvent(Tokens[socket], Readiness.Readable));
        }

        public int Wait(Span<TransportEvent> events)
        {
            Log.Add("wait");
            var count = 0;
            while (count < MostEvents && Ready.TryDequeue(out events[count])) count++;
            return count;
        }

        public int Accept() => accepted < AlsoLong ? ++accepted : TransportResult.WouldBlock;

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
            if (output[0].File is null && output.Count == 2) return output[0].Length; // its head
            Log.Add($"send {socket}");
            isFull = IsFull;
            return Math.Min(sentAtOnce, output[0].Length);
        }
    }

    private readonly struct WireTransport(Wire wire) : ITransport
    {
        public long NowMs => wire.NowMs;

        public long NowUs => 1;

        public long UnixSeconds => 1;

        public int Wait(Span<TransportEvent> events, int timeoutMs) => wire.Wait(events);

        public int Accept(out PeerAddress peer)
        {
            peer = default;
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

        public void ShutdownWrite(int socket)
        {
        }

        public void Close(int socket, bool abort) => wire.Closed.Add(socket);

        public void Wake()
        {
        }

        public void Dispose()
        {
        }
    }
}
