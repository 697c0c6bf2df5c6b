using System.Buffers.Binary;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>
/// HTTP/2 (RFC 9113) on one connection: frames are taken in their order, and replies go out as there is room for them.
/// </summary>
public sealed class Http2Protocol : IProtocol
{
    /// <summary>Where the numbers of requests end, less those that may be on their way.</summary>
    private const int MostStreamId = int.MaxValue - 2_000;

    // Then others have their turn.
    private const int MostHeadsAtOnce = 32;

    // DATA with less pays as a frame that carries nothing.
    private const int LeastDataBytes = 256;

    // Who takes less than this since it began to wait for its client has not gone on.
    private const int ProgressBytes = 10 * 1024;

    // So long a client may take to hear that the connection ends.
    private const int GoodbyeMs = 1_000;

    private enum State : byte
    {
        Preface,
        Settings, // the first ones are awaited
        Open,
        Closing, // the peer was told, and may not have heard it yet
        Closed,
    }

    private readonly Http2Context shared;
    private readonly ProtocolContext context;
    private readonly Exchanges exchanges;
    private State state;
    private bool hasBegun;
    private bool mustLinger;
    private bool hasHeard; // that the connection ends
    private bool isBusy;
    private long goodbyeMs;
    private long stalledSinceMs = long.MaxValue;
    private long sentBeforeStall;
    private long partSinceMs = long.MaxValue; // when a part of a frame or a head came, if one is all there is
    private long quietSinceMs;

    /// <summary>Makes it for a connection.</summary>
    public Http2Protocol(Http2Context shared, ReplyAddress address, Entrance? entrance = null)
    {
        ArgumentNullException.ThrowIfNull(shared);
        this.shared = shared;
        context = shared.Common;
        exchanges = new Exchanges(shared, address, entrance);
        quietSinceMs = context.NowMs;
    }

    /// <summary>What the client sends before anything else (RFC 9113 section 3.4).</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <inheritdoc/>
    public Phase Phase => stalledSinceMs != long.MaxValue ? Phase.Window
        : exchanges.Count > 0 || state >= State.Closing ? Phase.Reply
        : partSinceMs != long.MaxValue || state <= State.Settings ? Phase.Head
        : Phase.Idle;

    /// <inheritdoc/>
    public long PhaseStartedMs => stalledSinceMs != long.MaxValue ? stalledSinceMs
        : partSinceMs != long.MaxValue ? partSinceMs : quietSinceMs;

    /// <inheritdoc/>
    public bool HasUnfinished => exchanges.Count > 0;

    /// <inheritdoc/>
    public Refusal? TakeRefusal(out int more) => exchanges.Replier.Refusals.Take(out more);

    /// <inheritdoc/>
    public Want Consume(ReadOnlySpan<byte> input, bool ended, OutputQueue output, out int consumed)
    {
        consumed = 0;
        if (state == State.Closed) return End();
        if (!hasBegun) Begin(output);
        var isPart = false;
        var last = exchanges.LastId;
        for (var heads = 0; heads < MostHeadsAtOnce && !isPart && !output.IsFull && consumed < input.Length;)
        {
            var error = TakeFrame(input[consumed..], output, out var taken);
            if (error is not null) return Fail(error, output);
            isPart = taken == 0;
            consumed += taken;
            if (exchanges.LastId != last) heads++;
            last = exchanges.LastId;
        }
        if (!isPart) partSinceMs = long.MaxValue;
        else if (consumed > 0 || partSinceMs == long.MaxValue) partSinceMs = context.NowMs;
        return Go(ended, consumed < input.Length && !isPart, output);
    }

    /// <inheritdoc/>
    public Want? Resume(OutputQueue output)
    {
        if (state == State.Closed) return null;
        return exchanges.Resume(output) is { } error ? Fail(error, output) : Go(false, false, output);
    }

    /// <inheritdoc/>
    public long? DeadlineMs
    {
        get
        {
            var head = partSinceMs == long.MaxValue ? long.MaxValue : partSinceMs + context.Limits.HeadTimeoutMs;
            if (exchanges.Count > 0) return Math.Min(head, exchanges.NextDeadlineMs);
            return state == State.Closing ? goodbyeMs + GoodbyeMs : null;
        }
    }

    /// <inheritdoc/>
    public Want Expire(OutputQueue output)
    {
        var now = context.NowMs;
        if (state == State.Closed) return End();
        if (partSinceMs != long.MaxValue && now - partSinceMs >= context.Limits.HeadTimeoutMs)
            return Fail(ConnectionErrors.HeadTimeout, output);
        if (exchanges.Count > 0)
            return exchanges.Expire(output) is { } error ? Fail(error, output) : Go(false, false, output);
        return Leave(output);
    }

    /// <inheritdoc/>
    public Want Refuse(OutputQueue output)
    {
        Begin(output);
        exchanges.Replier.Refusals.Add(new Refusal(null, "There are too many connections at the moment."));
        return Leave(output);
    }

    /// <inheritdoc/>
    public Want? Stop(OutputQueue output)
    {
        if (state != State.Open) return null; // before that nothing was asked for
        SayGoodbye(output);
        return Want.Read;
    }

    /// <inheritdoc/>
    public void Release(OutputQueue? output) => exchanges.Release(output);

    private static ReadOnlySpan<byte> Goodbye => "goodbye."u8;

    private void Begin(OutputQueue output)
    {
        hasBegun = true;
        FrameWriter.Settings(
            output,
            (SettingId.MaxConcurrentStreams, (uint)context.Limits.Streams),
            (SettingId.MaxHeaderListSize, (uint)context.Limits.HeadBytes),
            (SettingId.NoRfc7540Priorities, 1u));
        FrameWriter.WindowUpdate(output, 0, Exchanges.ReceiveWindow - PeerSettings.UsualWindow);
    }

    // Requests that are on their way are answered too (RFC 9113 section 6.8): the last one is named once the client has
    // heard of the end.
    private void SayGoodbye(OutputQueue output)
    {
        state = State.Closing;
        mustLinger = true;
        goodbyeMs = context.NowMs;
        FrameWriter.GoAway(output, int.MaxValue, ErrorCode.NoError, "");
        FrameWriter.Ping(output, Goodbye, isAck: false);
    }

    // Takes one frame, or a head with all of its frames, or nothing if it is not all there.
    private ConnectionError? TakeFrame(ReadOnlySpan<byte> input, OutputQueue output, out int taken)
    {
        taken = 0;
        if (state == State.Preface) return TakePreface(input, out taken);
        if (input.Length < FrameHeader.Bytes) return null;
        var frame = FrameHeader.Read(input);
        if (state == State.Settings && (frame.Type != FrameType.Settings || frame.Has(FrameFlags.Ack)))
            return ConnectionErrors.BadPreface;
        if (frame.Length > FrameHeader.MostPayload) return ConnectionErrors.FrameTooLong;
        if (frame.Type == FrameType.Headers) return TakeHead(input, output, out taken);
        if (input.Length < FrameHeader.Bytes + frame.Length) return null;
        taken = FrameHeader.Bytes + frame.Length;
        var payload = input[FrameHeader.Bytes..taken];
        if (frame.Type == FrameType.Data) return TakeData(frame, payload, output);
        if (!exchanges.Replier.TryTakeControlFrame()) return ConnectionErrors.TooManyControlFrames;
        return frame.Type switch
        {
            FrameType.Settings => TakeSettings(frame, payload, output),
            FrameType.Ping => TakePing(frame, payload, output),
            FrameType.WindowUpdate => TakeWindowUpdate(frame, payload, output),
            FrameType.ResetStream => TakeReset(frame, payload, output),
            FrameType.Priority => TakePriority(frame, payload),
            FrameType.PriorityUpdate => TakePriorityUpdate(frame, payload),
            FrameType.GoAway => TakeGoAway(frame, payload),
            FrameType.PushPromise => ConnectionErrors.Push,
            FrameType.Continuation => ConnectionErrors.LostContinuation,
            _ => null, // RFC 9113 section 4.1
        };
    }

    private ConnectionError? TakePreface(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        var length = Math.Min(input.Length, Preface.Length);
        if (!Preface.StartsWith(input[..length])) return ConnectionErrors.BadPreface;
        if (length < Preface.Length) return null;
        taken = length;
        state = State.Settings;
        return null;
    }

    private ConnectionError? TakeHead(ReadOnlySpan<byte> input, OutputQueue output, out int taken)
    {
        var first = FrameHeader.Read(input);
        var error = HeaderBlock.TryGather(input, context.Limits, shared.BlockScratch, out var block, out taken);
        if (error is not null || taken == 0) return error;
        return exchanges.TakeHead(first.StreamId, first.Has(FrameFlags.EndStream), block, output);
    }

    private ConnectionError? TakeData(in FrameHeader frame, ReadOnlySpan<byte> payload, OutputQueue output)
    {
        if (frame.StreamId == 0) return ConnectionErrors.WrongStream;
        if (!Padding.TryRemove(frame, ref payload)) return ConnectionErrors.BadPadding;
        // Bytes pay for their frame; a frame of next to nothing does not.
        var isPaid = payload.Length >= LeastDataBytes || frame.Has(FrameFlags.EndStream);
        if (!isPaid && !exchanges.Replier.TryTakeControlFrame()) return ConnectionErrors.TooManyControlFrames;
        return exchanges.TakeData(frame, payload, output);
    }

    private ConnectionError? TakeSettings(in FrameHeader frame, ReadOnlySpan<byte> payload, OutputQueue output)
    {
        if (frame.StreamId != 0) return ConnectionErrors.WrongStream;
        if (frame.Has(FrameFlags.Ack))
        {
            exchanges.HasAcknowledged = true;
            return payload.IsEmpty ? null : ConnectionErrors.WrongLength;
        }
        if (payload.Length % PeerSettings.SettingBytes != 0) return ConnectionErrors.WrongLength;
        if (state == State.Settings) state = State.Open;
        if (exchanges.TakeSettings(payload) is { } error) return error;
        FrameWriter.SettingsAck(output);
        return null;
    }

    private ConnectionError? TakePing(in FrameHeader frame, ReadOnlySpan<byte> payload, OutputQueue output)
    {
        if (frame.StreamId != 0) return ConnectionErrors.WrongStream;
        if (payload.Length != 8) return ConnectionErrors.WrongLength;
        if (!frame.Has(FrameFlags.Ack)) FrameWriter.Ping(output, payload, isAck: true);
        else if (state == State.Closing && payload.SequenceEqual(Goodbye)) hasHeard = true;
        return null;
    }

    private ConnectionError? TakeWindowUpdate(in FrameHeader frame, ReadOnlySpan<byte> payload, OutputQueue output)
    {
        if (payload.Length != 4) return ConnectionErrors.WrongLength;
        var increment = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & int.MaxValue);
        return exchanges.TakeWindow(frame.StreamId, increment, output);
    }

    private ConnectionError? TakeReset(in FrameHeader frame, ReadOnlySpan<byte> payload, OutputQueue output)
    {
        if (frame.StreamId == 0) return ConnectionErrors.WrongStream;
        return payload.Length != 4 ? ConnectionErrors.WrongLength : exchanges.TakeReset(frame.StreamId, output);
    }

    // The old priorities, which nobody keeps to any more (RFC 9113 section 5.3.2).
    private static ConnectionError? TakePriority(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId == 0) return ConnectionErrors.WrongStream;
        if (payload.Length != OldPriority.Bytes) return ConnectionErrors.WrongLength;
        return OldPriority.DependsOn(payload) == frame.StreamId ? ConnectionErrors.DependsOnItself : null;
    }

    private ConnectionError? TakePriorityUpdate(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (frame.StreamId != 0) return ConnectionErrors.WrongStream;
        if (payload.Length < 4) return ConnectionErrors.WrongLength;
        var id = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & int.MaxValue);
        if ((id & 1) == 0) return ConnectionErrors.WrongStream; // we push nothing
        exchanges.TakePriority(id, Priority.Parse(payload[4..]));
        return null;
    }

    // It may take no more requests of ours, which makes none.
    private static ConnectionError? TakeGoAway(in FrameHeader frame, ReadOnlySpan<byte> payload) =>
        frame.StreamId != 0 ? ConnectionErrors.WrongStream
        : payload.Length < 8 ? ConnectionErrors.WrongLength
        : null;

    // Sends what there is room for, and says how it goes on.
    private Want Go(bool ended, bool hasMore, OutputQueue output)
    {
        if (exchanges.Replier.Send(output) is { } error) return Fail(error, output);
        if (state == State.Open && (context.IsDraining || exchanges.LastId >= MostStreamId)) SayGoodbye(output);
        if (hasHeard && exchanges.Count == 0) return Leave(output);
        if (isBusy && exchanges.Count == 0) quietSinceMs = context.NowMs;
        isBusy = exchanges.Count > 0;
        NoteStall();
        if (hasMore || exchanges.Replier.IsSending) return Want.Exchange;
        if (!ended) return Want.Read;
        return exchanges.IsWaiting ? Want.Wait : Close(); // who ended its side gives no room for more either
    }

    // Since when its client has taken next to nothing.
    private void NoteStall()
    {
        var sent = exchanges.Replier.SentBytes;
        if (!exchanges.AreStalled) stalledSinceMs = long.MaxValue;
        else if (stalledSinceMs == long.MaxValue || sent - sentBeforeStall >= ProgressBytes)
            (stalledSinceMs, sentBeforeStall) = (context.NowMs, sent);
    }

    // What follows cannot be understood, or is not wanted.
    private Want Fail(ConnectionError error, OutputQueue output)
    {
        exchanges.Replier.Refusals.Add(new Refusal(null, error.Explanation));
        exchanges.Release(output);
        FrameWriter.GoAway(output, exchanges.LastId, error.Code, error.Explanation);
        mustLinger = true;
        return Close();
    }

    // Says that nothing more will be answered.
    private Want Leave(OutputQueue output)
    {
        FrameWriter.GoAway(output, exchanges.LastId, ErrorCode.NoError, "");
        mustLinger = true;
        return Close();
    }

    private Want Close()
    {
        state = State.Closed;
        return End();
    }

    private Want End() => mustLinger ? Want.Linger : Want.Close;
}
