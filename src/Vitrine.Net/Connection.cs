using System.Buffers;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

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
    private byte[]? carried;
    private int carriedLength;
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

    /// <summary>What the worker does next with the connection.</summary>
    public enum Turn : byte
    {
        /// <summary>Nothing, until an event, a message or its deadline.</summary>
        Waits,

        /// <summary>Another turn, after the others had theirs.</summary>
        GoesOn,

        /// <summary>Closes it.</summary>
        Closes,

        /// <summary>Closes it with a reset.</summary>
        Aborts,
    }

    /// <summary>Why a connection has its turn.</summary>
    public enum Cause : byte
    {
        /// <summary>It is ready for input or output, or was not finished.</summary>
        Event,

        /// <summary>The reply it waited for is done.</summary>
        ReplyDone,

        /// <summary>The window of a file that it sends next is in memory.</summary>
        ReadAhead,

        /// <summary>Its deadline has passed.</summary>
        Deadline,

        /// <summary>There are too many connections.</summary>
        NoRoom,

        /// <summary>The server stops.</summary>
        Stop,
    }

    public int Socket => socket;

    public ConnectionInfo Info => info;

    public ConnectionGate.Admission Admission { get; init; }

    public long Token { get; set; }

    public bool IsQueued { get; set; }

    // The place on the wheel of Deadlines, which keeps these.
    public long DeadlineMs { get; set; } = long.MaxValue;

    public long WheelTick { get; set; }

    public bool IsTimed { get; set; }

    public Connection? NextTimed { get; set; }

    public Connection? PreviousTimed { get; set; }

    private Phase Phase => protocol?.Phase ?? (carriedLength > 0 ? Phase.Head : Phase.Idle);

    public bool IsIdle => Phase == Phase.Idle && output is null && !isLingering;

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
    public bool HasOutput => output is { IsEmpty: false };

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
                case Want.Close when carriedLength == 0 && !isLingering && sentSinceInput <= SureBytes:
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

    /// <summary>Gives back what it holds and logs what was never sent.</summary>
    public void Release(WorkerResources worker, long nowUs)
    {
        if (worker.Log is not null && protocol is { HasUnfinished: true }) output ??= worker.RentOutput(); // for marks
        protocol?.Release(output);
        if (output is not null && worker.Log is { } log)
        {
            while (output.TryPeekMark(out var mark, out var unsent))
            {
                log.Replied(info, mark, mark.HeadBytes + mark.BodyBytes - unsent, nowUs);
                output.RemoveMark();
            }
        }
        output?.Clear();
        ReturnOutput(worker);
        if (carried is not null) ArrayPool<byte>.Shared.Return(carried);
        carried = null;
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
        ref readonly var next = ref output![0];
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
            protocol = worker.Protocols.Usual(AddressIn(worker));
            if (carriedLength > 0) Feed(0, worker); // what began like another
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
        var sent = transport.Send(socket, output!, out var isFull);
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
        pace.Take(sent);
        if (worker.Tap is { } tap) ShowSent(tap, sent, transport.NowUs);
        output!.Advance(sent);
        if (worker.Log is not null) LogSent(worker, transport.NowUs);
        if (isFull) MustWait(worker);
        return true;
    }

    private void LogSent(WorkerResources worker, long nowUs)
    {
        if (worker.Log is not { } log) return;
        while (output!.TryPeekSentMark(out var mark))
        {
            log.Replied(info, mark, mark.HeadBytes + mark.BodyBytes, nowUs);
            output.RemoveMark();
        }
    }

    // For the client to take what it has been sent.
    private void MustWait(WorkerResources worker)
    {
        isWritable = false;
        pace.Wait(worker.Context.NowMs);
        // What is to be sent of an exchange lies in the buffer itself: little would come of it.
        var isWorthIt = want != Want.Exchange || output!.Length < output.BufferLength / 4;
        if (want != Want.Wait && isWorthIt && !output!.IsShrunk) output = worker.Shrink(output);
    }

    // False when the connection is broken, or has ended while it lingered.
    private bool Receive<TTransport>(ref TTransport transport, WorkerResources worker)
        where TTransport : struct, ITransport
    {
        var room = worker.Input.AsSpan(carriedLength);
        var count = transport.Receive(socket, room);
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
        if (count < room.Length && !mayHaveEnded) isReadable = false;
        Feed(count, worker);
        return true;
    }

    // Offers the protocol what was carried over and what was just received behind it, and carries over what
    // it leaves.
    private void Feed(int received, WorkerResources worker)
    {
        var length = carriedLength + received;
        if (carriedLength > 0) carried.AsSpan(0, carriedLength).CopyTo(worker.Input);
        var input = worker.Input.AsSpan(0, length);
        protocol ??= worker.Protocols.Choose(input, hasEnded, AddressIn(worker));
        if (protocol is null)
        {
            want = Want.Read;
            Carry(input);
            return;
        }
        output ??= worker.RentOutput();
        want = protocol.Consume(input, hasEnded, output, out var consumed);
        TellRefusal(worker);
        if (HasOutput) progressMs = worker.Context.NowMs;
        Carry(input[consumed..]);
    }

    private void Carry(ReadOnlySpan<byte> rest)
    {
        carriedLength = rest.Length;
        if (carried is not null && (rest.IsEmpty || carried.Length < rest.Length))
        {
            ArrayPool<byte>.Shared.Return(carried);
            carried = null;
        }
        if (rest.IsEmpty) return;
        carried ??= ArrayPool<byte>.Shared.Rent(rest.Length);
        rest.CopyTo(carried);
    }

    private void StartLingering<TTransport>(ref TTransport transport, WorkerResources worker)
        where TTransport : struct, ITransport
    {
        transport.ShutdownWrite(socket);
        isLingering = true;
        want = Want.Linger;
        progressMs = worker.Context.NowMs;
        Carry([]);
        isReadable = true; // what came meanwhile is read and thrown away, the end of input included
    }

    private void ReturnOutput(WorkerResources worker)
    {
        if (output is null) return;
        LogSent(worker, worker.Context.NowUs); // of what was given up nothing may have been left to send
        worker.ReturnOutput(output);
        output = null;
        warm = default;
        pace = new Pace();
    }

    private void ShowSent(ITap tap, long sent, long nowUs)
    {
        for (var i = 0; sent > 0; i++)
        {
            ref readonly var segment = ref output![i];
            var count = Math.Min(sent, segment.Length);
            if (segment.File is null) tap.Sent(info, segment.Span[..(int)count], segment.IsBody, nowUs);
            else tap.SentFromFile(info, count, nowUs);
            sent -= count;
        }
    }
}
