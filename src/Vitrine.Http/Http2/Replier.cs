using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>Answers the requests of a connection, and ends their streams.</summary>
internal sealed class Replier(Http2Context shared, ReplyAddress address, StreamSet streams)
{
    // How often a client gives room, of the stream and of the connection: for a reply, and for so many bytes of one.
    private const int UpdatesPerReply = 4;
    private const int UpdateBytes = 256;

    private readonly ProtocolContext context = shared.Common;
    private readonly Sending sending = new(shared.Common, address);
    private TokenBucket resets = new(
        shared.Common.Limits.StreamResets, shared.Common.Limits.StreamResetsPerSecond);
    private TokenBucket control = new(
        shared.Common.Limits.ControlFrames, shared.Common.Limits.ControlFramesPerSecond);

    /// <summary>What was refused. Not a property: it is changed in place.</summary>
    public RefusalNotes Refusals;

    /// <summary>How many bytes of bodies the peer has room for on the connection.</summary>
    public long Window
    {
        get => sending.Window;
        set => sending.Window = value;
    }

    /// <summary>How many bytes of bodies were sent, but for small ones.</summary>
    public long SentBytes => sending.SentBytes;

    /// <summary>When that was, for the last time.</summary>
    public long SentMs => sending.SentMs;

    /// <summary>
    /// Whether the next head has to say that the table of fields is not used (RFC 9113 section 4.3.1).
    /// </summary>
    public bool MustResetTable { get; set; }

    /// <summary>Whether something is to be sent as soon as there is room in the output.</summary>
    public bool IsSending => sending.IsReady;

    /// <summary>Counts a frame that carries nothing; false when there were too many.</summary>
    public bool TryTakeControlFrame() => control.TryTake(1, context.NowMs);

    /// <summary>Answers a request whose head is in <paramref name="bytes"/>.</summary>
    public ConnectionError? Answer(
        Http2Stream stream, ReadOnlySpan<byte> bytes, PendingReply? done, OutputQueue output)
    {
        var request = stream.Head!.Over(bytes);
        // What is read anyway is read to where it is sent from, if it is one frame.
        var room = output.BodyRoom;
        var most = Math.Clamp(Math.Min(Window, stream.SendWindow), 0, FrameHeader.MostPayload);
        if (room.Length > most) room = room[..(int)most];
        var reply = context.Responder.Respond(request, done, context.UnixSeconds, room);
        if (reply.Pending is { } pending)
        {
            if (!streams.TryHold(stream, bytes))
            {
                pending.Abandon();
                return Refuse(stream, output);
            }
            stream.Pending = pending;
            stream.SinceMs = context.NowMs;
            pending.Subscribe(address.Inbox, address.Token);
            return null;
        }
        if (Statuses.IsError(reply.Status) && reply.Content!.Reason is { } reason)
            Refusals.Add(new Refusal(reply.Status, reason));
        return Send(stream, reply, request, output);
    }

    /// <summary>Answers with a page of an error, whatever comes behind.</summary>
    public ConnectionError? Refuse(
        Http2Stream stream, ParseError error, ReadOnlySpan<byte> bytes, OutputQueue output) =>
        Refuse(stream, ParseErrors.StatusOf(error), ParseErrors.Explain(error), bytes, output);

    /// <summary>The same with a status of any kind.</summary>
    public ConnectionError? Refuse(
        Http2Stream stream, Status status, string explanation, ReadOnlySpan<byte> bytes, OutputQueue output)
    {
        Refusals.Add(new Refusal(status, explanation));
        var reply = Reply.Whole(status, context.Responder.ErrorPage(status, explanation));
        return Send(stream, reply, stream.Head!.Over(bytes), output);
    }

    /// <summary>Ends a stream at once, since the peer did what it must not; not every time.</summary>
    public ConnectionError? Reset(Http2Stream stream, ErrorCode code, string reason, OutputQueue output)
    {
        var id = stream.Id;
        Drop(stream, output);
        return Reset(id, code, reason, output);
    }

    /// <summary>The same for one that there is none of.</summary>
    public ConnectionError? Reset(int id, ErrorCode code, string reason, OutputQueue output)
    {
        Refusals.Add(new Refusal(null, reason));
        return WriteReset(id, code, output);
    }

    /// <summary>
    /// Refuses a request that the peer could not know to be too many, or for which there is no memory: it can be made
    /// again.
    /// </summary>
    public ConnectionError? Refuse(Http2Stream stream, OutputQueue output)
    {
        var id = stream.Id;
        Drop(stream, output);
        return Refuse(id, output);
    }

    /// <summary>The same for one that there is none of.</summary>
    public ConnectionError? Refuse(int id, OutputQueue output)
    {
        Refusals.Add(new Refusal(null, "More requests wait than there is room for."));
        FrameWriter.ResetStream(output, id, ErrorCode.RefusedStream);
        streams.NoteReset(id);
        return TryTakeControlFrame() ? null : ConnectionErrors.TooManyControlFrames;
    }

    /// <summary>The peer gave a request up; not every time.</summary>
    public ConnectionError? GiveUp(Http2Stream stream, OutputQueue output)
    {
        Drop(stream, output);
        return Charge();
    }

    /// <summary>Ends a stream, and marks what was sent of its reply.</summary>
    public void Drop(Http2Stream stream, OutputQueue? output)
    {
        if (stream.Mark is { } mark && output is not null)
        {
            mark.BodyBytes -= stream.Reply.Length;
            output.Add(mark);
        }
        sending.Remove(stream);
        streams.Close(stream);
    }

    /// <summary>A reply is more or less urgent than it was.</summary>
    public void Reprioritize(Http2Stream stream, Priority priority)
    {
        stream.HasPriority = true;
        if (stream.Priority == priority) return;
        stream.Priority = priority;
        if (!stream.IsAnswered) return;
        sending.Remove(stream);
        sending.Add(stream);
    }

    /// <summary>Puts in as much of bodies as there is room for.</summary>
    public ConnectionError? Send(OutputQueue output)
    {
        ConnectionError? error = null;
        var before = sending.SentBytes;
        while (error is null)
        {
            switch (sending.TakeTurn(output, out var stream))
            {
                case Sending.Outcome.Nothing:
                    // A client gives room anew for what it was sent, and be it by the kilobyte.
                    control.Give((int)((sending.SentBytes - before) / UpdateBytes));
                    return null;
                case Sending.Outcome.Finished:
                    error = Finish(stream, output);
                    break;
                case Sending.Outcome.Changed:
                    error = Reset(stream, ErrorCode.InternalError, Reasons.FileChanged, output);
                    break;
                case Sending.Outcome.Unreadable:
                    error = Reset(stream, ErrorCode.InternalError, Reasons.DiskFailed, output);
                    break;
            }
        }
        return error;
    }

    /// <summary>
    /// Counts a request that was begun for nothing. Who has requests begun and ended by the hundred has work done for
    /// nothing, whichever end it is that ends them (CVE-2023-44487, CVE-2025-8671).
    /// </summary>
    public ConnectionError? Charge() => resets.TryTake(1, context.NowMs) ? null : ConnectionErrors.TooManyResets;

    private ConnectionError? Send(Http2Stream stream, in Reply reply, in RequestHead request, OutputQueue output)
    {
        var window = Math.Min(Window, stream.SendWindow);
        stream.Reply = Http2ReplyWriter.Write(
            output, stream.Id, reply, request, window, MustResetTable, shared, out var written);
        MustResetTable = false;
        Window -= written.Body;
        if (context.KeepsMarks)
        {
            var bodyBytes = written.Body + stream.Reply.Length;
            stream.Mark = output.RentMark(reply.Status, written.Head, bodyBytes, stream.StartedUs);
            stream.Mark.Describe(request);
        }
        if (!stream.HasPriority) stream.Priority = reply.Content!.Fields.As(BakedBlock.Of).Priority;
        reply.Release();
        context.ReturnHead(stream.Head!);
        stream.Head = null;
        streams.LetGo(stream);
        if (stream.Reply.IsEmpty) return Finish(stream, output);
        stream.IsAnswered = true;
        stream.SinceMs = context.NowMs;
        sending.Add(stream);
        return null;
    }

    // All of the reply is in the output.
    private ConnectionError? Finish(Http2Stream stream, OutputQueue output)
    {
        if (stream.Mark is { } mark) output.Add(mark);
        var (id, isDone) = (stream.Id, stream.Request.IsDone);
        streams.Close(stream);
        if (!isDone) return WriteReset(id, ErrorCode.NoError, output); // the rest of its body is not wanted
        resets.Give(1);
        control.Give(UpdatesPerReply);
        return null;
    }

    private ConnectionError? WriteReset(int id, ErrorCode code, OutputQueue output)
    {
        FrameWriter.ResetStream(output, id, code);
        streams.NoteReset(id);
        return Charge();
    }
}
