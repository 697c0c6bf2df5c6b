using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// A network in memory, with the faults that the kernel has. It reports readiness as epoll does: of a listener as long
/// as it lasts, of a connection when it begins, and at once when a connection is registered.
/// </summary>
internal sealed class FaultyNetwork(Random random, SimulatedClock clock, Weather weather)
{
    private const int MostQueuedBytes = 60_000;
    private const int MostSentBytes = 60_000;
    private const int MostIdleMs = 60_000;

    private readonly Queue<ScriptedClient> backlog = new();
    private readonly Dictionary<int, ScriptedClient> sockets = [];
    private readonly List<ScriptedClient> active = [];
    private readonly OrderedDictionary<long, Readiness> events = []; // by token: until it is taken, an event grows
    private readonly byte[] scratch = new byte[MostQueuedBytes];
    private bool needsRoom; // since the last connection was taken, or could not be
    private int lastSocket;
    private int newcomer; // whom the room is needed for, if it was taken at all
    private int idleMs = 1;
    private bool isAccepting;

    /// <summary>Done between the steps of clients; false when there was nothing to do.</summary>
    public required Func<bool> OtherWork { get; init; }

    /// <summary>Changes something on the disk.</summary>
    public required Action Changes { get; init; }

    /// <summary>Whether one more connection is too many.</summary>
    public required Func<bool> IsFull { get; init; }

    /// <summary>Is told of a client that is done with.</summary>
    public required Action<ScriptedClient> Ended { get; init; }

    public int OpenSockets => sockets.Count;

    public IReadOnlyList<ScriptedClient> Active => active;

    public void Connect(Script script)
    {
        var capacity = random.Next(200, random.Next(4) == 0 ? MostQueuedBytes : 8_000);
        var client = new ScriptedClient(script, capacity, clock);
        backlog.Enqueue(client);
        active.Add(client);
    }

    public void SetAccepting(bool accepting) => isAccepting = accepting;

    public int Wait(Span<TransportEvent> ready, int timeoutMs)
    {
        weather.Turn();
        foreach (var client in active) client.NoteWait();
        for (var i = 0; i < 32 && (events.Count == 0 || random.Next(4) != 0); i++)
            if (!Step()) break;
        if (isAccepting && backlog.Count > 0) events[0] = Readiness.Acceptable;
        if (events.Count > 0) idleMs = 1;
        else if (random.Next(8) != 0) Idle(timeoutMs); // or a signal came
        var count = 0;
        for (; count < ready.Length && events.Count > 0; count++)
        {
            var (token, readiness) = events.GetAt(0);
            events.RemoveAt(0);
            ready[count] = new TransportEvent(token, readiness);
        }
        return count;
    }

    public int Accept()
    {
        if (weather.Hesitates || backlog.Count == 0) return TransportResult.WouldBlock;
        needsRoom = weather.IsExhausted;
        newcomer = 0;
        if (needsRoom) return TransportResult.Exhausted;
        var client = backlog.Dequeue();
        if (weather.AbortsAccept)
        {
            client.Break();
            End(client, abort: true);
            return TransportResult.Broken;
        }
        client.MayBeRefused = needsRoom = IsFull();
        client.Socket = newcomer = ++lastSocket;
        sockets.Add(client.Socket, client);
        return client.Socket;
    }

    public bool Register(int socket, long token)
    {
        var client = sockets[socket];
        if (weather.IsExhausted)
        {
            client.Cause = CutCause.Unregistered;
            return false;
        }
        client.Token = token;
        var readiness = client.Room > 0 ? Readiness.Writable : Readiness.None;
        if (client.HasInput) readiness |= Readiness.Readable;
        if (readiness != Readiness.None) Report(client, readiness);
        return true;
    }

    public int Receive(int socket, Span<byte> buffer)
    {
        needsRoom = false;
        var client = sockets[socket];
        if (weather.Breaks) client.Break();
        if (client.IsBroken) return TransportResult.Broken;
        if (weather.Hesitates)
        {
            Report(client, Readiness.Readable);
            return TransportResult.WouldBlock;
        }
        var count = client.Take(buffer, weather.Cut(buffer.Length));
        if (count > 0 && client.HasMore) Report(client, Readiness.Readable);
        return count;
    }

    public long Send(int socket, OutputQueue output, out bool isFull)
    {
        isFull = needsRoom = false;
        var client = sockets[socket];
        if (client.IsServerDone) throw new InvalidOperationException("Sent after the end.");
        client.NoteSend();
        if (weather.Breaks) client.Break();
        if (client.IsBroken) return TransportResult.Broken;
        if (weather.Interrupts) return 0;
        if (weather.Hesitates)
        {
            if (client.Room > 0) Report(client, Readiness.Writable);
            else client.NoteFull();
            return TransportResult.WouldBlock;
        }
        var sent = output[0].File is DiskFile file
            ? SendFile(client, file, output[0], out isFull)
            : SendBytes(client, output, out isFull);
        if (sent == TransportResult.Changed) client.Cause = CutCause.Changed;
        if (isFull && client.Room > 0) Report(client, Readiness.Writable);
        else if (isFull || sent == TransportResult.WouldBlock) client.NoteFull();
        return sent;
    }

    public void ShutdownWrite(int socket)
    {
        if (sockets[socket].IsServerDone) throw new InvalidOperationException("Shut down twice.");
        sockets[socket].EndServer();
    }

    public void Close(int socket, bool abort)
    {
        if (!sockets.Remove(socket, out var client)) throw new InvalidOperationException("Closed twice.");
        if (needsRoom && socket != newcomer && client.Cause == CutCause.None && (!abort || IsSlow(client)))
            client.Cause = CutCause.Displaced;
        needsRoom = false;
        if (client.Token == 0 && client.MayBeRefused && client.Cause == CutCause.None) client.Cause = CutCause.Dropped;
        End(client, abort);
    }

    // Whether it has taken next to nothing for so long that it may lose its place.
    private bool IsSlow(ScriptedClient client)
    {
        const int SlowReaderMs = 10_000;
        const int SlowReaderBytes = 10 * 1024;
        var before = clock.NowMs - SlowReaderMs;
        return client.OpenedMs <= before && client.SentSince(before) < SlowReaderBytes;
    }

    private void End(ScriptedClient client, bool abort)
    {
        client.Close(abort, random);
        active.Remove(client);
        Ended(client);
    }

    private long SendBytes(ScriptedClient client, OutputQueue output, out bool isFull)
    {
        isFull = false;
        var room = client.Room;
        if (room == 0) return TransportResult.WouldBlock;
        long sent = 0;
        for (var i = 0; i < output.Count && output[i].File is null && !isFull; i++)
        {
            ref readonly var segment = ref output[i];
            var count = weather.Cut((int)Math.Min(segment.Length, room - sent));
            if (count > 0) client.Put(new SentPiece(segment.Span[..count].ToArray(), null, 0, count));
            sent += count;
            isFull = count < segment.Length;
        }
        return sent;
    }

    // As EpollTransport does it: all but the end by reference, and the end, which is more than can be queued, in copies
    // that are checked.
    private long SendFile(ScriptedClient client, DiskFile file, in Segment window, out bool isFull)
    {
        isFull = false;
        var room = client.Room;
        var tail = client.Capacity + 1;
        if (window.Length > tail)
        {
            if (room == 0) return TransportResult.WouldBlock;
            var asked = (int)Math.Min(window.Length - tail, MostSentBytes);
            var there = (int)Math.Clamp(file.Inode.Bytes.Length - window.Position, 0, asked);
            var count = weather.Cut(Math.Min(there, room));
            if (count == 0) return TransportResult.Changed;
            client.Put(new SentPiece(null, file.Inode, window.Position, count));
            isFull = count < asked;
            return isFull && !file.IsUnchanged() ? TransportResult.Changed : count;
        }
        var read = file.Read(window.Position, scratch.AsSpan(0, (int)window.Length));
        if (read <= 0 || !file.IsUnchanged()) return TransportResult.Changed;
        if (room == 0) return TransportResult.WouldBlock;
        var sent = weather.Cut(Math.Min(read, room));
        client.Put(new SentPiece(scratch[..sent], null, 0, sent));
        isFull = sent < read;
        return sent;
    }

    // One step of somebody; false when nobody can do anything.
    private bool Step()
    {
        if (random.Next(8) == 0) clock.Pass(1);
        Jump();
        if (random.Next(4) == 0 && OtherWork()) return true;
        if (active.Count == 0) return OtherWork();
        var start = random.Next(active.Count);
        for (var i = 0; i < active.Count; i++)
        {
            var client = active[(start + i) % active.Count];
            if (!client.Step(random, out var readiness)) continue;
            if (readiness != Readiness.None) Report(client, readiness);
            return true;
        }
        return OtherWork();
    }

    private void Jump()
    {
        if (random.Next(2_000) == 0)
            clock.Set(random.NextInt64(-3_600_000_000_000, 3_600_000_000_000) >> random.Next(24));
        if (random.Next(4_000) == 0) clock.Pass(random.Next(3_600_000) >> random.Next(16));
    }

    // When nothing happens for long, more and more time passes.
    private void Idle(int timeoutMs)
    {
        if (timeoutMs == 0) return;
        if (weather.Season == Season.Busy)
        {
            clock.Pass(Math.Min((uint)timeoutMs, random.Next(15)));
            Changes();
            return;
        }
        clock.Pass(Math.Min(timeoutMs < 0 ? MostIdleMs : timeoutMs, idleMs));
        idleMs = Math.Min(2 * idleMs, MostIdleMs);
    }

    private void Report(ScriptedClient client, Readiness readiness)
    {
        if (client.Token != 0) events[client.Token] = events.GetValueOrDefault(client.Token) | readiness;
    }
}
