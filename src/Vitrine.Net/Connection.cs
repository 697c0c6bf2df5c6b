using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net.Tls;

namespace Vitrine.Net;

/// <summary>
/// One connection: carries bytes between its socket and its protocol, as the protocol wants it. While it is
/// idle it owns no buffer: input is lent from the worker, output is rented, and only an incomplete remainder
/// is carried over.
/// </summary>
internal sealed class Connection(int socket, ConnectionInfo info, long openedMs)
{
    // I/O calls before other connections get their turn.
    private const int TurnLength = 16;

    // A reply of up to this size is on its way when it is sent: it fits the first window (RFC 6928, ten segments). Of a
    // larger one much is still in the kernel, and a reset, caused by anything that the client sends after all, would
    // throw that away.
    private const long SureBytes = 12 * 1024;

    // To send as much as this takes as long as tens of small replies. What is less is sent at once: while it waited for
    // its turn it would hold a buffer that is not in the processor's cache any more by then.
    private const long LongBytes = 256 * 1024;

    // The same where more is put in each time that this much was sent.
    private const long LongExchangeBytes = 32 * 1024;

    // So long a connection may be idle, or the rest of a head may take, where others wait for its place; and a head
    // also where the server waits to stop.
    private const int SlowMs = 1_000;

    private static readonly Refusal TookNothing = new(null, Reasons.TookNothing);
    private static readonly Refusal FileChanged = new(null, Reasons.FileChanged);
    private static readonly Refusal DiskFailed = new(null, Reasons.DiskFailed);
    private static readonly Refusal DiskSilent = new(null, Reasons.DiskSilent);

    /// <summary>In a token that is posted: it is the window of a file that is read, and not the reply.</summary>
    public const long ReadAheadMark = 1L << 31;

    private IProtocol? protocol; // null until its first bytes tell which
    private SecureChannel? tls; // null in the clear
    private Entrance entrance = Entrance.Clear;
    private CarriedInput carried;
    private bool isReadable;
    private bool isWritable = true;
    private bool hasEnded;
    private bool mayHaveEnded;
    private bool isLingering;
    private bool isReadingAhead;
    private bool hasReceived;
    private long progressMs;
    private Pace pace = new();
    private long sentSinceInput;
    private int takenInTurn;
    private Want want = Want.Read;
    private OutputQueue? output;
    private WarmPart warm;

    public int Socket => socket;

    public ConnectionInfo Info => info;

    public ConnectionGate.Admission Admission { get; init; }

    public long Token { get; set; }

    /// <summary>By which way it came in.</summary>
    public Entrance Entrance
    {
        init => entrance = value;
    }

    /// <summary>What stands between it and the wire, if it is to speak TLS.</summary>
    public SecureChannel? Tls
    {
        init => tls = value;
    }

    public bool IsQueued { get; set; }

    // The place on the wheel of Deadlines, which keeps these.
    public long DeadlineMs { get; set; } = long.MaxValue;

    public long WheelTick { get; set; }

    public bool IsTimed { get; set; }

    public Connection? NextTimed { get; set; }

    public Connection? PreviousTimed { get; set; }

    private Phase Phase => protocol?.Phase ?? (carried.Length > 0 ? Phase.Head : Phase.Idle);

    public bool IsIdle => Phase == Phase.Idle && output is null && !isLingering
        && tls is not { IsOpen: false, HasBegun: true };

    /// <summary>
    /// Whether it can go when there is no room for others: nothing has been under way on it for a while, or of a
    /// request only a part that should have been complete by now, or its reply is taken by a few bytes at a time. Where
    /// that is to be <paramref name="atOnce"/>, whoever is not answered yet can go.
    /// </summary>
    public bool IsDispensable(long nowMs, bool atOnce) => HasOutput
        ? !isWritable && pace.IsSlow(nowMs)
        : Phase == Phase.Window ? Pace.IsLong(nowMs - protocol!.PhaseStartedMs)
        : output is null && (atOnce
            ? want != Want.Wait
            : !isLingering && nowMs - QuietSinceMs >= SlowMs && Phase is Phase.Idle or Phase.Head);

    /// <summary>Since when nothing was sent or begun on it.</summary>
    public long QuietSinceMs => Math.Max(protocol?.PhaseStartedMs ?? openedMs, progressMs);

    /// <summary>Whether so much is to be sent that others have their turn first.</summary>
    public bool IsLong => isWritable && output is { IsEmpty: false } queue
        && (queue.Length >= LongBytes || queue[0].File is { IsPrivate: false }
            || (want == Want.Exchange && queue.Length >= LongExchangeBytes));

    /// <summary>What its next turn takes, in bytes: of a file as much as the kernel likes.</summary>
    public long TurnBytes => TakesWholeTurn ? long.MaxValue : Math.Max(output?.Length ?? 0, LongBytes);

    private bool TakesWholeTurn => output is { IsEmpty: false } queue
        && (queue[0].File is { IsPrivate: false } || (queue[0].IsBody && queue.Length > ITransport.MostSentBytes));

    /// <summary>Whether a part of a reply is still to be sent.</summary>
    public bool HasOutput => output is { IsEmpty: false } || tls is { HasUnsent: true };

    public void Notice(Readiness readiness)
    {
        isReadable |= (readiness & Readiness.Readable) != 0;
        isWritable |= (readiness & Readiness.Writable) != 0;
        mayHaveEnded |= (readiness & Readiness.Ended) != 0;
    }

    /// <summary>Goes on until there is nothing to do, or for one turn.</summary>
    public Turn Run<TTransport>(ref TTransport transport, Cause cause, WorkerResources worker)
        where TTransport : struct, ITransport
    {
        if (cause == Cause.ReadAhead)
        {
            isReadingAhead = false;
            warm = warm with { AtMs = worker.Context.NowMs };
            cause = Cause.Event;
        }
        // Who would take more and had no turn is not to blame.
        if (cause == Cause.Deadline && HasOutput && isWritable && !isReadingAhead) cause = Cause.Event;
        if (cause == Cause.Deadline && (HasOutput || isLingering))
            return GiveUp(worker);
        // Before there is a session nothing can be said: whoever cannot be served is let go.
        if (tls is { IsOpen: false } && cause is Cause.Deadline or Cause.NoRoom) return Turn.Closes;
        if (cause != Cause.Event) Tell(cause, worker);
        takenInTurn = 0;
        var isFresh = cause != Cause.Event; // what is to be sent
        for (var calls = 0; calls < TurnLength; calls++)
        {
            if (HasOutput)
            {
                if (!isWritable || isReadingAhead) return Turn.Waits;
                if (isFresh && IsLong) return Turn.GoesOn; // with those that are long too
                isFresh = false;
                if (StartsReadingAhead(worker)) return Turn.Waits;
                var isWholeTurn = TakesWholeTurn;
                if (!Flush(ref transport, worker)) return Turn.Aborts;
                // It may take its time: the others have their turn. So they have when there is more to put in.
                if (isWholeTurn && HasOutput) return Turn.GoesOn;
                if (want == Want.Exchange && !HasOutput) return Turn.GoesOn;
                continue;
            }
            ReturnOutput(worker);
            switch (want)
            {
                case Want.Wait:
                    return Turn.Waits;
                case Want.Close or Want.Linger when hasEnded:
                case Want.Close when carried.Length == 0 && !isLingering && sentSinceInput <= SureBytes:
                    return Turn.Closes;
                case Want.Close or Want.Linger when !isLingering:
                    StartLingering(ref transport, worker);
                    break;
                case Want.Write:
                case Want.Exchange when !isReadable || hasEnded:
                    Feed(0, worker);
                    isFresh = true;
                    break;
                default:
                    if (!isReadable) return Turn.Waits;
                    // As much as is received at once may be hundreds of requests.
                    if (takenInTurn >= worker.Input.Length / 2) return Turn.GoesOn;
                    if (!Receive(ref transport, worker)) return isLingering ? Turn.Closes : Turn.Aborts;
                    isFresh = true;
                    break;
            }
        }
        return Turn.GoesOn;
    }

    /// <summary>When this has to have gone on.</summary>
    public long NextDeadlineMs(ProtocolContext context)
    {
        var limits = context.Limits;
        if (isReadingAhead) return progressMs + limits.LoadTimeoutMs;
        if (HasOutput) return progressMs + limits.WriteTimeoutMs;
        // What is not a whole request yet, or only waits for the client's end, does not delay a stop.
        var most = context.IsDraining ? SlowMs : int.MaxValue;
        if (isLingering) return progressMs + Math.Min(limits.LingerTimeoutMs, most);
        if (protocol?.DeadlineMs is { } own) return own;
        if (want == Want.Wait) return QuietSinceMs + limits.LoadTimeoutMs;
        // A phase may have begun while the reply before it was still being sent.
        return QuietSinceMs + Phase switch
        {
            Phase.Idle when hasReceived => limits.IdleTimeoutMs,
            Phase.Body => limits.BodyTimeoutMs,
            _ => Math.Min(limits.HeadTimeoutMs, most),
        };
    }

    /// <summary>Says over TLS that nothing more follows.</summary>
    public void SayGoodbye<TTransport>(ref TTransport transport)
        where TTransport : struct, ITransport => tls?.SayGoodbye(ref transport, socket);

    /// <summary>Gives back what it holds and logs what was never sent.</summary>
    public void Release(WorkerResources worker, long nowUs)
    {
        if (worker.Log is not null && protocol is { HasUnfinished: true }) output ??= worker.RentOutput(); // for marks
        protocol?.Release(output);
        tls?.Release();
        if (output is not null && worker.Log is { } log) SentRecords.LogUnsent(log, info, output, nowUs);
        output?.Clear();
        ReturnOutput(worker);
        carried.Keep([]);
    }

    private Turn GiveUp(WorkerResources worker)
    {
        if (isLingering && !HasOutput) return Turn.Closes;
        worker.Refusals?.Refused(info, isReadingAhead ? DiskSilent : TookNothing);
        return Turn.Aborts;
    }

    // Whether what is next of a file has to be waited for. A cold disk is not the worker's to wait for.
    private bool StartsReadingAhead(WorkerResources worker)
    {
        if (output is not { IsEmpty: false }) return false;
        ref readonly var next = ref output[0];
        // Over TLS the first of a body goes with its head.
        if (next.File is null && tls is not null && output.Count > 1) next = ref output[1];
        if (next.File is not { } file) return false;
        var now = worker.Context.NowMs;
        var end = next.Position + Math.Min(next.Length, ITransport.MostSentBytes);
        if (warm.Covers(file, next.Position, end, now)) return false;
        var length = Math.Min(next.Length, warm.NextLength);
        isReadingAhead = file.TryReadAhead(next.Position, length, worker.Inbox, Token | ReadAheadMark, out var known);
        warm = new WarmPart(file, next.Position, next.Position + known, now);
        if (isReadingAhead) progressMs = now;
        return isReadingAhead;
    }

    // Tells the protocol what happened beside the wire.
    private void Tell(Cause cause, WorkerResources worker)
    {
        if (protocol is null)
        {
            if (cause is Cause.ReplyDone or Cause.Stop) return;
            protocol = worker.Protocols.Usual(AddressIn(worker), entrance);
            if (carried.Length > 0) Feed(0, worker); // what began like another
        }
        output ??= worker.RentOutput();
        var wanted = cause switch
        {
            Cause.ReplyDone => protocol.Resume(output),
            Cause.Stop => protocol.Stop(output),
            Cause.Deadline => protocol.Expire(output),
            _ => protocol.Refuse(output),
        };
        if (wanted is not { } now) return;
        progressMs = worker.Context.NowMs;
        want = now == Want.Read ? Want.Write : now; // what is carried was not offered yet
        TellRefusal(worker);
    }

    private ReplyAddress AddressIn(WorkerResources worker) => new(worker.Inbox, Token);

    private void TellRefusal(WorkerResources worker)
    {
        if (worker.Refusals is { } log && protocol!.TakeRefusal(out var more) is { } refusal)
            log.Refused(info, refusal, more);
    }

    // False when the connection is broken.
    private bool Flush<TTransport>(ref TTransport transport, WorkerResources worker)
        where TTransport : struct, ITransport
    {
        var sent = tls is null
            ? transport.Send(socket, output!, out var isFull)
            : tls.Send(ref transport, socket, output, out isFull);
        if (sent == TransportResult.WouldBlock)
        {
            MustWait(worker);
            return true;
        }
        // A line more at its end, or another owner, is no other content.
        if (sent == TransportResult.Changed
            && output![0].File!.TryCheckAgain(worker.Inbox, Token | ReadAheadMark))
        {
            isReadingAhead = true;
            return true;
        }
        if (sent == TransportResult.Changed) worker.Refusals?.Refused(info, FileChanged);
        if (sent == TransportResult.Unreadable) worker.Refusals?.Refused(info, DiskFailed);
        if (sent < 0) return false;
        progressMs = worker.Context.NowMs;
        sentSinceInput += sent;
        pace.Take(sent + (tls?.TailSent ?? 0));
        if (worker.Tap is { } tap && sent > 0) SentRecords.Show(tap, info, output!, sent, transport.NowUs);
        if (sent > 0) output!.Advance(sent);
        if (worker.Log is { } log && sent > 0) SentRecords.Log(log, info, output!, transport.NowUs);
        if (isFull) MustWait(worker);
        return true;
    }

    // For the client to take what it has been sent.
    private void MustWait(WorkerResources worker)
    {
        isWritable = false;
        pace.Wait(worker.Context.NowMs);
        // What is to be sent of an exchange lies in the buffer itself: little would come of it.
        if (output is null) return;
        var isWorthIt = want != Want.Exchange || output.Length < output.BufferLength / 4;
        if (want != Want.Wait && isWorthIt && !output.IsShrunk) output = worker.Shrink(output);
    }

    // False when the connection is broken, or has ended while it lingered.
    private bool Receive<TTransport>(ref TTransport transport, WorkerResources worker)
        where TTransport : struct, ITransport
    {
        var room = worker.Input.AsSpan(carried.Length);
        int count;
        var mayBeMore = true;
        if (tls is null)
        {
            count = transport.Receive(socket, room);
            mayBeMore = count == room.Length;
        }
        else
        {
            count = ReceiveSecured(ref transport, room, worker, out mayBeMore);
            if (count == TransportResult.Nothing)
            {
                takenInTurn = worker.Input.Length; // it may have cost much: others have their turn
                return true;
            }
        }
        if (count == TransportResult.WouldBlock)
        {
            isReadable = false;
            return true;
        }
        if (count < 0 || (count == 0 && isLingering)) return false;
        if (worker.Tap is { } tap && count > 0) tap.Received(info, room[..count], transport.NowUs);
        if (isLingering) return true; // read and thrown away
        hasReceived = true;
        takenInTurn += count;
        sentSinceInput = 0;
        hasEnded = count == 0;
        if (!mayBeMore && !mayHaveEnded) isReadable = false;
        Feed(count, worker);
        return true;
    }

    // The same through TLS, which may have something to say for itself.
    private int ReceiveSecured<TTransport>(
        ref TTransport transport, Span<byte> room, WorkerResources worker, out bool mayBeMore)
        where TTransport : struct, ITransport
    {
        mayBeMore = false;
        if (isLingering) return transport.Receive(socket, room); // what it says is not read any more
        var wasOpen = tls!.IsOpen;
        var count = tls.Receive(ref transport, socket, room, out mayBeMore, out var isFull);
        if (isFull) isWritable = false;
        if (!mayBeMore && !mayHaveEnded && count != 0) isReadable = false;
        if (tls.IsClear)
        {
            tls = null;
            entrance = Entrance.ClearOnSecure;
        }
        else if (!wasOpen && tls.IsOpen)
        {
            entrance = new SecureEntrance(tls.Session!);
            protocol = worker.Protocols.Agreed(tls.Session!, AddressIn(worker), entrance);
            if (worker.Tls!.AsksClients) info = info with { ClientSubject = tls.Session!.Facts.ClientSubject };
            worker.Tap?.Secured(info, tls.Session!.Facts, transport.NowUs);
        }
        if (count != TransportResult.Failed) return count;
        worker.Refusals?.Refused(info, new Refusal(null, $"TLS: {tls!.Failure}."));
        protocol?.Release(output);
        protocol = null;
        carried.Keep([]);
        want = Want.Linger;
        isReadable = true;
        return TransportResult.Nothing;
    }

    // Offers the protocol what was carried over and what was just received behind it, and carries over what
    // it leaves.
    private void Feed(int received, WorkerResources worker)
    {
        var length = carried.Length + received;
        carried.CopyTo(worker.Input);
        var input = worker.Input.AsSpan(0, length);
        protocol ??= worker.Protocols.Choose(input, hasEnded, AddressIn(worker), entrance);
        if (protocol is null)
        {
            want = Want.Read;
            carried.Keep(input);
            return;
        }
        output ??= worker.RentOutput();
        want = protocol.Consume(input, hasEnded, output, out var consumed);
        TellRefusal(worker);
        if (HasOutput) progressMs = worker.Context.NowMs;
        carried.Keep(input[consumed..]);
    }

    private void StartLingering<TTransport>(ref TTransport transport, WorkerResources worker)
        where TTransport : struct, ITransport
    {
        SayGoodbye(ref transport);
        transport.ShutdownWrite(socket);
        isLingering = true;
        want = Want.Linger;
        progressMs = worker.Context.NowMs;
        carried.Keep([]);
        isReadable = true; // what came meanwhile is read and thrown away, the end of input included
    }

    private void ReturnOutput(WorkerResources worker)
    {
        if (output is null) return;
        // Of what was given up nothing may have been left to send.
        if (worker.Log is { } log) SentRecords.Log(log, info, output, worker.Context.NowUs);
        worker.ReturnOutput(output);
        output = null;
        warm = default;
        pace = new Pace();
    }
}
