using System.Collections.Concurrent;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net.Tls;

namespace Vitrine.Net;

/// <summary>
/// One thread's loop: waits for its connections and gives each its turn. It owns all that it touches
/// (listeners, connections, buffers); others reach it through its inbox alone. It waits in <see
/// cref="ITransport.Wait"/> alone: what is not in memory of a file that is being sent is read by another thread
/// first, where the system tells.
/// </summary>
/// <typeparam name="TTransport">The wire.</typeparam>
public sealed class Worker<TTransport> : IInbox, IWorker
    where TTransport : struct, ITransport
{
    private const long StopToken = -1;
    private const long AbortToken = -2;
    private const long PingToken = -3;

    // Of each kind before others have their turn: what comes of one may be two megabytes that are sent.
    private const int AcceptsPerTurn = 16;
    private const int MessagesPerTurn = 16;
    private const int ExpiriesPerTurn = 32;
    private const long BytesPerTurn = 512 * 1024;
    private const int LookedAtForRoom = 64;

    private static readonly Refusal NoRoomAtAll = new(
        null, "There are too many connections, and too many that are told so.");
    private static readonly Refusal NeededByOthers = new(
        null, "Nothing was under way on the connection, and others needed its place.");
    private static readonly Refusal NoDescriptors = new(
        null, "There is no descriptor left to accept connections with: they wait for a moment.");

    private readonly ConnectionGate gate;
    private readonly ProtocolContext context;
    private readonly WorkerResources resources;
    private readonly Limits limits;
    private readonly Deadlines deadlines = new();
    private readonly ConcurrentQueue<long> inbox = new();
    private readonly List<Connection?> connections = [null]; // by slot; 0 is the listener's token
    private readonly Stack<int> freeSlots = new();
    private readonly Queue<Connection> runnable = new();
    private readonly List<Connection> expired = [];
    private readonly TransportEvent[] events = new TransportEvent[256];
    private readonly Action<Exception>? onFault;
    private TTransport transport;
    private int generation;
    private int lookAt;
    private bool isShort; // of descriptors
    private int isWoken;
    private volatile bool hasEnded;
    private long pingedMs; // 0: the last ping is answered
    private int count;
    private long acceptAgainMs = long.MaxValue;
    private long drainUntilMs = long.MaxValue;

    /// <summary>Makes a worker on a transport, which it then owns.</summary>
    public Worker(
        TTransport transport,
        ProtocolContext context,
        ConnectionGate gate,
        ITap? tap,
        IReplyLog? log,
        Action<Exception>? onFault = null,
        IRefusalLog? refusals = null)
    {
        this.onFault = onFault;
        this.transport = transport;
        this.context = context;
        this.gate = gate;
        limits = context.Limits;
        resources = new WorkerResources(context, this, tap, log, refusals);
        context.SetTime(transport.NowMs, transport.UnixSeconds);
        transport.SetAccepting(true);
    }

    /// <summary>
    /// Whether a new connection may take the place of any that has not sent a whole request yet, however new that is:
    /// where only programs ask, which send all of it at once.
    /// </summary>
    public bool MakesRoomAtOnce { get; init; }

    /// <summary>What each of the transport's listeners is for; those that are missing are for HTTP in the
    /// clear.</summary>
    public IReadOnlyList<ListenerKind> Listeners { get; init; } = [];

    /// <summary>Its TLS, which it then owns; without one no listener may be for it.</summary>
    public TlsEngine? Tls
    {
        get;
        init => resources.Tls = field = value;
    }

    /// <summary>True once it was told to stop and its last connection is gone.</summary>
    public bool IsDone => drainUntilMs != long.MaxValue && count == 0;

    /// <summary>How many connections it has.</summary>
    public int ConnectionCount => count;

    /// <summary>How many times a connection met a bug; each time it was closed.</summary>
    public long Faults { get; private set; }

    /// <summary>The last such bug.</summary>
    public Exception? LastFault { get; private set; }

    /// <summary>Runs until it is done.</summary>
    public void Run()
    {
        while (!IsDone) Step(-1);
        hasEnded = true;
    }

    /// <summary>
    /// Stops: takes no new connections, finishes what is in flight, then is done. Any thread.
    /// </summary>
    public void Stop() => Post(StopToken);

    /// <summary>Ends every connection at once; then is done. Any thread.</summary>
    public void Abort() => Post(AbortToken);

    /// <summary>
    /// Asks whether it still comes round, and says for how many milliseconds an earlier question has had no answer: one
    /// that does not is stuck. Any thread.
    /// </summary>
    public long Ping()
    {
        if (hasEnded) return 0; // it has done what it was there for
        var now = Environment.TickCount64;
        var before = Interlocked.CompareExchange(ref pingedMs, now, 0);
        if (before != 0) return now - before;
        Post(PingToken);
        return 0;
    }

    /// <inheritdoc/>
    public void Post(long token)
    {
        inbox.Enqueue(token);
        if (Interlocked.Exchange(ref isWoken, 1) == 0) transport.Wake();
    }

    /// <summary>Waits once, for at most that long, and handles what there is.</summary>
    public void Step(int mostMs)
    {
        var ready = transport.Wait(events, TimeoutMs(mostMs));
        SetTime();
        for (var i = 0; i < ready; i++)
        {
            if ((events[i].Readiness & Readiness.Acceptable) != 0)
            {
                Accept();
            }
            else if (Find(events[i].Token) is { } connection)
            {
                connection.Notice(events[i].Readiness);
                if (connection.IsLong) Queue(connection);
                if (!connection.IsQueued) RunTurn(connection, Cause.Event);
            }
        }
        ReadInbox();
        RunQueue();
        Expire();
    }

    /// <summary>Closes the transport.</summary>
    public void Dispose()
    {
        AbortAll();
        transport.Dispose();
        Tls?.Dispose();
    }

    private long NowUs() => resources.IsObserved ? transport.NowUs : 0;

    private int TimeoutMs(int mostMs)
    {
        if (runnable.Count > 0 || expired.Count > 0 || Volatile.Read(ref isWoken) != 0) return 0;
        var now = transport.NowMs;
        var delay = deadlines.DelayMs(now);
        var wake = Math.Min(acceptAgainMs, count > 0 ? drainUntilMs : long.MaxValue);
        if (wake != long.MaxValue)
        {
            var untilWake = (int)Math.Clamp(wake - now, 0, int.MaxValue);
            delay = delay < 0 ? untilWake : Math.Min(delay, untilWake);
        }
        return delay < 0 ? mostMs : mostMs < 0 ? delay : Math.Min(delay, mostMs);
    }

    // The wall clock is asked whenever the other one has moved on, which is within a few milliseconds: no
    // Last-Modified may be later than Date (RFC 9110 section 8.8.2.1).
    private void SetTime()
    {
        var now = transport.NowMs;
        context.SetTime(now, now == context.NowMs ? context.UnixSeconds : transport.UnixSeconds);
    }

    // True when there may be more.
    private bool Accept()
    {
        var hasMadeRoom = false;
        for (var i = 0; i < AcceptsPerTurn; i++)
        {
            var socket = transport.Accept(out var peer, out var listener);
            if (socket == TransportResult.WouldBlock) return false;
            if (socket == TransportResult.Broken) continue; // it was gone before it was taken
            // Once: it may be that other processes have them all.
            if (socket == TransportResult.Exhausted && !hasMadeRoom && (hasMadeRoom = MakeRoom())) continue;
            if (socket == TransportResult.Exhausted)
            {
                // A listener that cannot be served would be reported at once again: rest instead of spinning.
                if (!isShort) resources.Refusals?.Refused(new ConnectionInfo(0, peer, NowUs()), NoDescriptors);
                isShort = true; // which is told once, until there is one
                transport.SetAccepting(false);
                acceptAgainMs = context.NowMs + limits.AcceptPauseMs;
                return false;
            }
            isShort = false;
            Open(socket, peer, Listeners.Count > listener ? Listeners[listener] : ListenerKind.Clear);
        }
        return true;
    }

    private void Open(int socket, in PeerAddress peer, ListenerKind kind)
    {
        var admission = gate.Enter();
        if (admission != ConnectionGate.Admission.Served && MakeRoom())
        {
            gate.Leave(admission);
            admission = gate.Enter();
        }
        var info = new ConnectionInfo(gate.NextNumber(), peer, NowUs());
        if (admission == ConnectionGate.Admission.Dropped)
        {
            resources.Refusals?.Refused(info, NoRoomAtAll);
            transport.Close(socket, abort: true);
            return;
        }
        var connection = new Connection(socket, info, context.NowMs)
        {
            Admission = admission,
            Entrance = kind == ListenerKind.Redirect ? Entrance.Redirect : Entrance.Clear,
            Tls = kind == ListenerKind.Secure ? new SecureChannel(Tls!) : null,
        };
        if (!freeSlots.TryPop(out var slot))
        {
            slot = connections.Count;
            connections.Add(null);
        }
        generation = (generation + 1) & int.MaxValue;
        connection.Token = (long)generation << 32 | (uint)slot;
        connections[slot] = connection;
        count++;
        resources.Tap?.Opened(info, info.AcceptedUs);
        // The first request is here already, as a rule. A connection that ends with its reply is never
        // registered.
        connection.Notice(Readiness.Readable);
        RunTurn(
            connection,
            admission == ConnectionGate.Admission.Refused ? Cause.NoRoom : Cause.Event);
        if (Find(connection.Token) == connection && !transport.Register(socket, connection.Token))
            Close(connection, abort: true);
    }

    // Closes a connection on which nothing is under way, or whose client takes next to nothing, so that a new one has
    // its place; of a few that it looks at, the one that has been quiet for longest.
    private bool MakeRoom()
    {
        Connection? quietest = null;
        for (var i = 0; i < LookedAtForRoom; i++)
        {
            if (++lookAt >= connections.Count) lookAt = 0;
            if (connections[lookAt] is { } candidate && candidate.IsDispensable(context.NowMs, MakesRoomAtOnce)
                && (quietest is null || candidate.QuietSinceMs < quietest.QuietSinceMs))
                quietest = candidate;
        }
        if (quietest is null) return false;
        resources.Refusals?.Refused(quietest.Info, NeededByOthers);
        Close(quietest, abort: quietest.HasOutput);
        return true;
    }

    private Connection? Find(long token)
    {
        var slot = (int)token;
        if (slot <= 0 || slot >= connections.Count) return null;
        return connections[slot] is { } connection && connection.Token == token ? connection : null;
    }

    private void RunTurn(Connection connection, Cause cause)
    {
        switch (TakeTurn(connection, cause))
        {
            case Turn.Closes:
                Close(connection, abort: false);
                break;
            case Turn.Aborts:
                Close(connection, abort: true);
                break;
            case Turn.GoesOn:
                Queue(connection);
                deadlines.Set(connection, connection.NextDeadlineMs(context), context.NowMs);
                break;
            default:
                if (context.IsDraining && connection.IsIdle) Close(connection, abort: false);
                else deadlines.Set(connection, connection.NextDeadlineMs(context), context.NowMs);
                break;
        }
    }

    private Turn TakeTurn(Connection connection, Cause cause)
    {
        try
        {
            context.NowUs = NowUs();
            return connection.Run(ref transport, cause, resources);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            // A bug met by one connection must not end the others.
            Faults++;
            LastFault = fault;
            onFault?.Invoke(fault);
            return Turn.Aborts;
        }
    }

    // So much, or one turn that is longer, and then the next look at who else is ready: so nobody with
    // a short request waits for more.
    private void RunQueue()
    {
        var left = BytesPerTurn;
        for (var count = runnable.Count; count > 0 && left > 0; count--)
        {
            var connection = runnable.Dequeue();
            connection.IsQueued = false;
            if (Find(connection.Token) != connection) continue; // it is closed
            left -= connection.TurnBytes;
            RunTurn(connection, Cause.Event);
        }
    }

    private void Queue(Connection connection)
    {
        if (connection.IsQueued) return;
        connection.IsQueued = true;
        runnable.Enqueue(connection);
    }

    private void ReadInbox()
    {
        if (Volatile.Read(ref isWoken) == 0) return;
        Volatile.Write(ref isWoken, 0);
        Interlocked.MemoryBarrier();
        var left = MessagesPerTurn;
        while (left-- > 0 && inbox.TryDequeue(out var token))
        {
            if (token == StopToken) StartDraining();
            else if (token == AbortToken) StartAborting();
            else if (token == PingToken) Volatile.Write(ref pingedMs, 0);
            else if (Find(token & ~Connection.ReadAheadMark) is { } connection)
            {
                var isReadAhead = (token & Connection.ReadAheadMark) != 0;
                RunTurn(connection, isReadAhead ? Cause.ReadAhead : Cause.ReplyDone);
            }
        }
        if (!inbox.IsEmpty) Volatile.Write(ref isWoken, 1); // the rest with the next turn
    }

    private void Expire()
    {
        var now = context.NowMs;
        if (now >= acceptAgainMs)
        {
            acceptAgainMs = long.MaxValue;
            if (!context.IsDraining) transport.SetAccepting(true);
        }
        if (now >= drainUntilMs && count > 0) AbortAll();
        deadlines.Turn(now, expired);
        for (var i = 0; i < ExpiriesPerTurn && expired.Count > 0; i++)
        {
            var connection = expired[^1];
            expired.RemoveAt(expired.Count - 1);
            // It may have gone on while it was in the list.
            if (Find(connection.Token) == connection && connection.DeadlineMs <= now)
                RunTurn(connection, Cause.Deadline);
        }
    }

    private void StartDraining()
    {
        if (context.IsDraining) return;
        // Who is in the listener's queue already is served; bounded, since more may come than go.
        transport.SetAccepting(true);
        for (var i = 0; i < limits.Connections / AcceptsPerTurn + 1 && Accept(); i++) { }
        context.IsDraining = true;
        transport.StopListening();
        acceptAgainMs = long.MaxValue;
        drainUntilMs = context.NowMs + limits.DrainTimeoutMs;
        for (var slot = 1; slot < connections.Count; slot++)
        {
            // A request that arrived but was not read yet is seen now; what is still idle then is closed.
            if (connections[slot] is not { } connection) continue;
            connection.Notice(Readiness.Readable);
            RunTurn(connection, Cause.Stop);
        }
    }

    private void StartAborting()
    {
        StartDraining();
        AbortAll();
        drainUntilMs = context.NowMs;
    }

    private void AbortAll()
    {
        for (var slot = 1; slot < connections.Count; slot++)
            if (connections[slot] is { } connection) Close(connection, abort: true);
    }

    private void Close(Connection connection, bool abort)
    {
        deadlines.Remove(connection);
        var slot = (int)connection.Token;
        connections[slot] = null;
        freeSlots.Push(slot);
        count--;
        if (!abort) connection.SayGoodbye(ref transport);
        connection.Release(resources, NowUs());
        transport.Close(connection.Socket, abort);
        resources.Tap?.Closed(connection.Info, abort, NowUs());
        gate.Leave(connection.Admission);
    }
}
