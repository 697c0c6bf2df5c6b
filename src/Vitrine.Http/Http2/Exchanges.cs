using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>
/// The requests of a connection, each on a stream of its own (RFC 9113 sections 5 and 8): takes what frames bring of
/// them, and has them answered.
/// </summary>
internal sealed class Exchanges
{
    /// <summary>How many bytes of bodies may come on all streams together; on each the usual window besides.</summary>
    public const int ReceiveWindow = 1024 * 1024;

    private readonly Http2Context shared;
    private readonly ProtocolContext context;
    private readonly ReplyAddress address;
    private readonly Entrance? entrance;
    private readonly HpackReader hpack = new(PeerSettings.UsualTableSize);
    private readonly StreamSet streams;
    private PeerSettings peer = new();
    private int room = ReceiveWindow;

    /// <summary>Makes them for a connection.</summary>
    public Exchanges(Http2Context shared, ReplyAddress address, Entrance? entrance)
    {
        this.entrance = entrance;
        this.shared = shared;
        this.address = address;
        context = shared.Common;
        streams = new StreamSet(shared);
        Replier = new Replier(shared, address, streams);
    }

    /// <summary>Who answers them.</summary>
    public Replier Replier { get; }

    /// <summary>The number of the last request.</summary>
    public int LastId => streams.LastId;

    /// <summary>How many are under way.</summary>
    public int Count => streams.Count;

    /// <summary>Whether there is one that goes on without anything that the peer does.</summary>
    public bool IsWaiting
    {
        get
        {
            for (var i = 0; i < streams.Count; i++)
                if (streams[i].Pending is not null || streams[i].Reading is not null
                    || streams[i].Request.Waits is not null) return true;
            return false;
        }
    }

    /// <summary>Whether all of them wait for the peer to give room for their replies.</summary>
    public bool AreStalled
    {
        get
        {
            for (var i = 0; i < streams.Count; i++)
                if (!streams[i].IsAnswered || streams[i].Reading is not null) return false;
            return streams.Count > 0 && !Replier.IsSending;
        }
    }

    /// <summary>Whether the peer knows how many requests there may be at a time.</summary>
    public bool HasAcknowledged { get; set; }

    /// <summary>When the first of them has waited for too long.</summary>
    public long NextDeadlineMs
    {
        get
        {
            var next = long.MaxValue;
            for (var i = 0; i < streams.Count; i++)
                next = Math.Min(next, streams[i].DeadlineMs(context.Limits, Replier.SentMs));
            return next;
        }
    }

    /// <summary>Takes what the peer has us keep to.</summary>
    public ConnectionError? TakeSettings(ReadOnlySpan<byte> payload)
    {
        var before = peer.InitialWindow;
        if (peer.Apply(payload) is { } error) return error;
        Replier.MustResetTable |= peer.TableSize < PeerSettings.UsualTableSize;
        var change = (long)peer.InitialWindow - before;
        for (var i = 0; i < streams.Count && change != 0; i++)
        {
            streams[i].SendWindow += change;
            if (change < 0) streams[i].SinceMs = context.NowMs; // it has less than it could know of
            if (streams[i].SendWindow > int.MaxValue) return ConnectionErrors.BadInitialWindow;
        }
        return null;
    }

    /// <summary>Takes the head of a request, or its trailers: the whole block.</summary>
    public ConnectionError? TakeHead(int id, bool endsStream, ReadOnlySpan<byte> block, OutputQueue output)
    {
        var stream = streams.Find(id);
        var isNew = id > LastId;
        if (isNew && (id & 1) == 0) return ConnectionErrors.BadStreamId;
        if (!isNew && stream is null && !streams.WasReset(id))
            return (id & 1) == 0 || streams.WasPassedOver(id)
                ? ConnectionErrors.BadStreamId
                : ConnectionErrors.ClosedStream;
        var head = context.RentHead(entrance);
        var scratch = shared.HeadScratch;
        var error = HeadReader.Read(block, hpack, head, context.Limits, scratch, isTrailer: !isNew, out var reader);
        if (error is not null)
        {
            context.ReturnHead(head);
            return error;
        }
        if (isNew)
        {
            streams.NoteId(id);
            var refused = streams.Count >= context.Limits.Streams;
            if (!refused && reader.Malformed is null)
                return Begin(head, reader, scratch[..reader.Length], endsStream, output);
            context.ReturnHead(head);
            const string TooMany = "More requests are under way than may be.";
            return !refused ? Replier.Reset(id, ErrorCode.ProtocolError, reader.Malformed!, output)
                : HasAcknowledged ? Replier.Reset(id, ErrorCode.RefusedStream, TooMany, output)
                : Replier.Refuse(id, output);
        }
        context.ReturnHead(head);
        return stream is null ? Replier.Charge() : TakeTrailers(stream, reader, endsStream, output);
    }

    /// <summary>Takes bytes of a body; the frame had as many besides as are padding.</summary>
    public ConnectionError? TakeData(in FrameHeader frame, ReadOnlySpan<byte> data, OutputQueue output)
    {
        room -= frame.Length;
        if (room < 0) return ConnectionErrors.WindowExceeded;
        if (room < ReceiveWindow / 2)
        {
            FrameWriter.WindowUpdate(output, 0, ReceiveWindow - room);
            room = ReceiveWindow;
        }
        if (frame.StreamId > LastId) return ConnectionErrors.IdleStream;
        if (streams.Find(frame.StreamId) is not { } stream)
            return streams.WasReset(frame.StreamId) ? null : ConnectionErrors.ClosedStream;
        ref var body = ref stream.Request;
        if (body.IsDone)
            return Replier.Reset(stream, ErrorCode.StreamClosed, "Bytes came behind the end of a body.", output);
        body.Window -= frame.Length;
        if (body.Window < 0)
            return Replier.Reset(stream, ErrorCode.FlowControlError, "More of a body came than may.", output);
        body.Received += data.Length;
        body.Taken += frame.Length;
        if (body.Received > body.Length)
            return Replier.Reset(stream, ErrorCode.ProtocolError, "A body is longer than was said.", output);
        if (stream.IsDecided)
        {
            body.IsDone |= frame.Has(FrameFlags.EndStream);
            return null; // whatever it is, it is not wanted
        }
        if (body.Received > context.Limits.BodyBytes)
            return Replier.Refuse(stream, ParseError.BodyTooLarge, stream.HeldHead, output);
        if (!data.IsEmpty && body.Sink?.Accept(data) is { } waits)
        {
            body.Waits?.Abandon();
            body.Waits = waits;
            waits.Subscribe(address.Inbox, address.Token);
        }
        if (frame.Has(FrameFlags.EndStream)) return EndRequest(stream, output);
        if (body.Waits is null) GiveRoom(stream, output);
        return null;
    }

    /// <summary>The peer gives a request up.</summary>
    public ConnectionError? TakeReset(int id, OutputQueue output) =>
        id > LastId ? ConnectionErrors.IdleStream
        : streams.Find(id) is { } stream ? Replier.GiveUp(stream, output)
        : null;

    /// <summary>The peer has more room for bodies.</summary>
    public ConnectionError? TakeWindow(int id, int increment, OutputQueue output)
    {
        if (id == 0)
        {
            if (increment == 0) return ConnectionErrors.NoIncrement;
            Replier.Window += increment;
            return Replier.Window > int.MaxValue ? ConnectionErrors.WindowTooLarge : null;
        }
        if (id > LastId) return ConnectionErrors.IdleStream;
        if (streams.Find(id) is not { } stream) return null;
        if (increment == 0)
            return Replier.Reset(stream, ErrorCode.ProtocolError, "A WINDOW_UPDATE adds nothing.", output);
        stream.SendWindow += increment;
        return stream.SendWindow <= int.MaxValue
            ? null
            : Replier.Reset(stream, ErrorCode.FlowControlError, "A window is larger than 2^31-1 bytes.", output);
    }

    /// <summary>The peer finds a reply more or less urgent.</summary>
    public void TakePriority(int id, Priority priority)
    {
        if (streams.Find(id) is { } stream) Replier.Reprioritize(stream, priority);
    }

    /// <summary>Goes on with what was waited for and is done.</summary>
    public ConnectionError? Resume(OutputQueue output)
    {
        ConnectionError? error = null;
        // In the order of their requests; who is answered goes.
        for (int i = 0, count = streams.Count; i < streams.Count && error is null; i += 1 + streams.Count - count)
        {
            count = streams.Count;
            var stream = streams[i];
            if (stream.Reading is { IsDone: true })
            {
                stream.Reading = null;
                stream.Warm = stream.Warm with { AtMs = context.NowMs };
                stream.SinceMs = context.NowMs;
            }
            if (stream.Request.Waits is { IsDone: true })
            {
                stream.Request.Waits = null;
                if (stream.Request.IsDone) error = EndRequest(stream, output);
                else GiveRoom(stream, output);
                continue;
            }
            if (stream.Pending is { IsDone: true } done)
            {
                stream.Pending = null;
                error = Replier.Answer(stream, stream.HeldHead, done, output);
            }
        }
        return error;
    }

    /// <summary>Gives up on those that have waited for too long.</summary>
    public ConnectionError? Expire(OutputQueue output)
    {
        ConnectionError? error = null;
        for (var i = streams.Count - 1; i >= 0 && error is null; i--)
        {
            var deadline = streams[i].DeadlineMs(context.Limits, Replier.SentMs);
            if (deadline <= context.NowMs) error = Expire(streams[i], output);
        }
        return error;
    }

    /// <summary>Gives back all that they hold, and marks what was sent of replies.</summary>
    public void Release(OutputQueue? output)
    {
        while (streams.Count > 0) Replier.Drop(streams[streams.Count - 1], output);
    }

    private ConnectionError? Begin(
        HeadBuilder head, in HeadReader reader, ReadOnlySpan<byte> bytes, bool endsStream, OutputQueue output)
    {
        var stream = streams.Open(reader.Priority, peer.InitialWindow);
        stream.Head = head;
        stream.Request.IsDone = endsStream;
        var request = head.Over(bytes);
        var error = reader.Error != ParseError.None
            ? reader.Error
            : BodyLength.Read(request, context.Limits, out stream.Request.Length);
        if (error != ParseError.None) return Replier.Refuse(stream, error, bytes, output);
        if (endsStream && stream.Request.Length > 0)
            return Replier.Reset(stream, ErrorCode.ProtocolError, "A body is shorter than was said.", output);
        // Where the peer asks before it sends a body, the answer is known without it, and a reason to send none (RFC
        // 9110 section 10.1.1).
        if (endsStream || request.Has(HeaderId.Expect)) return Replier.Answer(stream, bytes, null, output);
        if (!streams.TryHold(stream, bytes)) return Replier.Refuse(stream, output);
        stream.Request.Sink = context.Responder.BodyOf(request);
        return null;
    }

    private ConnectionError? TakeTrailers(
        Http2Stream stream, in HeadReader reader, bool endsStream, OutputQueue output)
    {
        if (stream.Request.IsDone)
            return Replier.Reset(stream, ErrorCode.StreamClosed, "A head came behind the end of a request.", output);
        if (reader.Malformed is { } reason) return Replier.Reset(stream, ErrorCode.ProtocolError, reason, output);
        if (!endsStream)
            return Replier.Reset(stream, ErrorCode.ProtocolError, "Trailers do not end the request.", output);
        if (stream.IsDecided || reader.Error == ParseError.None) return EndRequest(stream, output);
        return Replier.Refuse(stream, reader.Error, stream.HeldHead, output);
    }

    private ConnectionError? EndRequest(Http2Stream stream, OutputQueue output)
    {
        ref var body = ref stream.Request;
        if (body.Received < body.Length)
            return Replier.Reset(stream, ErrorCode.ProtocolError, "A body is shorter than was said.", output);
        body.IsDone = true;
        if (stream.IsDecided || body.Waits is not null) return null;
        body.Finish();
        return Replier.Answer(stream, stream.HeldHead, null, output);
    }

    private static void GiveRoom(Http2Stream stream, OutputQueue output)
    {
        ref var body = ref stream.Request;
        if (body.Taken < PeerSettings.UsualWindow / 2) return;
        FrameWriter.WindowUpdate(output, stream.Id, body.Taken);
        body.Window += body.Taken;
        body.Taken = 0;
    }

    private ConnectionError? Expire(Http2Stream stream, OutputQueue output)
    {
        if (stream.IsAnswered)
        {
            var reason = stream.Reading is null ? Reasons.TookNothing : Reasons.DiskSilent;
            return Replier.Reset(stream, ErrorCode.Cancel, reason, output);
        }
        if (stream.Pending is not { } pending)
            return Replier.Refuse(stream, ParseError.RequestTimeout, stream.HeldHead, output);
        pending.Abandon();
        stream.Pending = null;
        return Replier.Refuse(stream, Status.ServiceUnavailable, Reasons.NotRead, stream.HeldHead, output);
    }
}
