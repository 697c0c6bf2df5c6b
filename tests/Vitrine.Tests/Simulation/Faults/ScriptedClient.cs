using Vitrine.Net;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>One client, and the kernel's two buffers between it and the server.</summary>
internal sealed class ScriptedClient(Script script, int capacity, SimulatedClock clock)
{
    // What is on its way as soon as it is sent.
    private const int SureBytes = 16 * 1024;

    private readonly List<byte> received = [];
    private readonly List<(int Count, long Ms)> deliveries = [];
    private readonly List<(int Count, long Ms)> receipts = [];
    private readonly List<(long Count, long Ms)> sends = [];
    private readonly Queue<SentPiece> queue = new();
    private long sent;
    private int queued;
    private int taken;
    private bool isWaitedFor;
    private bool hasEnded;

    public Script Script => script;

    public int Socket { get; set; } = -1;

    public long Token { get; set; }

    public long OpenedMs { get; } = clock.NowMs;

    /// <summary>When the server last took or sent something.</summary>
    public long MovedMs { get; private set; } = clock.NowMs;

    /// <summary>For how long it had taken and sent nothing when it ended its side.</summary>
    public long SilentMs { get; private set; }

    /// <summary>For how long it had sent nothing by then.</summary>
    public long UnsentMs { get; private set; }

    /// <summary>How much it had taken by then.</summary>
    public int TakenAtEnd { get; private set; }

    public long ClosedMs { get; private set; }

    /// <summary>How much it has sent.</summary>
    public int Delivered { get; private set; }

    /// <summary>For how many waits of the server there has been input that it did not take.</summary>
    public int WaitsUnread { get; private set; }

    /// <summary>For how many waits of the server there has been room for what it did not send.</summary>
    public int WaitsUnsent { get; private set; }

    public bool IsBroken { get; private set; }

    public bool IsServerDone { get; private set; }

    public bool WasAborted { get; private set; }

    public CutCause Cause { get; set; }

    /// <summary>Whether there were so many connections that it may be refused.</summary>
    public bool MayBeRefused { get; set; }

    /// <summary>How much of what it has sent the server has taken.</summary>
    public int Taken => taken;

    public List<byte> Received => received;

    public bool HasInput => Delivered > taken || hasEnded || IsBroken;

    public int Capacity => capacity;

    public int Room => capacity - queued;

    /// <summary>Whether it takes all that it is sent.</summary>
    public bool ReadsAll => script.Ending != Ending.StopsReading;

    private bool CanRead => queued > 0 && (ReadsAll || received.Count < script.ReadLimit);

    /// <summary>When it had sent so much; the far future when it never did.</summary>
    public long DeliveredMs(int count) => TimeOf(deliveries, count, long.MaxValue);

    /// <summary>When it had got so much.</summary>
    public long ReceivedMs(int count) => TimeOf(receipts, count, ClosedMs);

    /// <summary>Does something; false when there is nothing left to do.</summary>
    public bool Step(Random random, out Readiness readiness)
    {
        readiness = Readiness.None;
        if (Socket < 0 && Delivered > 0) return false; // nobody has taken it yet
        if (IsBroken) return false;
        if (CanRead && random.Next(2) == 0) return Read(random, out readiness);
        if (Delivered < script.Stream.Length)
        {
            var most = random.Next(6) switch { 0 => 1, 1 => 8, 2 => 100, _ => script.Stream.Length };
            most = Math.Min(most, script.Stream.Length - Delivered);
            Delivered += random.Next(most / 2, most) + 1;
            deliveries.Add((Delivered, clock.NowMs));
            readiness = Readiness.Readable;
            return true;
        }
        if (CanRead) return Read(random, out readiness);
        if (Socket < 0) return false;
        if (script.Ending == Ending.Resets)
        {
            Break();
            readiness = Readiness.Readable | Readiness.Writable | Readiness.Ended;
            return true;
        }
        // Whoever sees the server end its side ends its own; a client that finishes does so anyway.
        if (hasEnded || !(script.Ending == Ending.Finishes || (IsServerDone && queued == 0))) return false;
        hasEnded = true;
        readiness = Readiness.Readable | Readiness.Ended;
        return true;
    }

    /// <summary>The network or the client itself breaks the connection.</summary>
    public void Break()
    {
        IsBroken = true;
        if (Cause == CutCause.None) Cause = CutCause.Broken;
    }

    /// <summary>The server takes input.</summary>
    public int Take(Span<byte> buffer, int most)
    {
        var count = Math.Min(Math.Min(Delivered - taken, buffer.Length), most);
        if (count == 0 && !hasEnded) return TransportResult.WouldBlock;
        script.Stream.AsSpan(taken, count).CopyTo(buffer);
        taken += count;
        WaitsUnread = 0;
        if (count > 0) MovedMs = clock.NowMs;
        return count;
    }

    /// <summary>Whether there is more input than was taken.</summary>
    public bool HasMore => Delivered > taken;

    /// <summary>How much the server has sent since then.</summary>
    public long SentSince(long ms) => sent - sends.LastOrDefault(one => one.Ms <= ms).Count;

    /// <summary>The server sends.</summary>
    public void Put(SentPiece piece)
    {
        queue.Enqueue(piece);
        queued += piece.Left;
        sent += piece.Left;
        sends.Add((sent, clock.NowMs));
        WaitsUnread = 0;
        MovedMs = clock.NowMs;
    }

    /// <summary>The server has to be told when there is room again.</summary>
    public void NoteFull() => isWaitedFor = true;

    /// <summary>The server has waited for events.</summary>
    public void NoteWait()
    {
        if (IsServerDone) return;
        if (HasInput) WaitsUnread++;
        if (Room > 0) WaitsUnsent++;
    }

    /// <summary>The server tries to send.</summary>
    public void NoteSend() => WaitsUnsent = 0;

    /// <summary>The server ends its side.</summary>
    public void EndServer()
    {
        if (IsServerDone) return;
        IsServerDone = true;
        SilentMs = clock.NowMs - MovedMs;
        UnsentMs = clock.NowMs - (sends.Count > 0 ? sends[^1].Ms : OpenedMs);
        TakenAtEnd = taken;
    }

    /// <summary>
    /// The server closes. What is on its way still comes, unless it aborts, or has not read all that there is: then the
    /// kernel resets the connection, and what it had not sent off is lost.
    /// </summary>
    public void Close(bool abort, Random random)
    {
        EndServer();
        WasAborted = abort;
        var most = IsBroken ? 0 : abort ? random.Next(queued + 1) : HasMore ? Math.Min(queued, SureBytes) : queued;
        if (!abort && !HasMore && !IsBroken && queue.Any(piece => piece.IsReference))
            throw new InvalidOperationException("Pages of a file were never checked.");
        if (!ReadsAll) most = Math.Min(most, Math.Max(script.ReadLimit - received.Count, 0));
        Receive(most);
        ClosedMs = clock.NowMs;
    }

    private static long TimeOf(List<(int Count, long Ms)> times, int count, long otherwise)
    {
        foreach (var (reached, ms) in times)
            if (reached >= count) return ms;
        return otherwise;
    }

    private bool Read(Random random, out Readiness readiness)
    {
        var most = random.Next(5) switch { 0 => 1, 1 => 300, _ => queued };
        most = Math.Min(most, queued);
        most = random.Next(most / 2, most) + 1;
        if (!ReadsAll) most = Math.Min(most, script.ReadLimit - received.Count);
        Receive(most);
        readiness = isWaitedFor ? Readiness.Writable : Readiness.None;
        isWaitedFor = false;
        return true;
    }

    private void Receive(int count)
    {
        for (queued -= count; count > 0;)
        {
            var piece = queue.Peek();
            var part = Math.Min(count, piece.Left);
            piece.Take(part, received);
            count -= part;
            if (piece.Left == 0) queue.Dequeue();
        }
        receipts.Add((received.Count, clock.NowMs));
    }
}
