using Vitrine.Http.Head;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Persistence = Vitrine.Http.Http1.Http1ReplyWriter.Persistence;

namespace Vitrine.Http.Http1;

/// <summary>
/// HTTP/1.1 and 1.0 on one connection: head, body, reply, and again. A reply follows its
/// request's body, so that requests behind it are found where they really start. Between two requests it
/// holds nothing.
/// </summary>
public sealed class Http1Protocol(
    ProtocolContext context, ReplyAddress address, Entrance? entrance = null) : IProtocol
{
    private enum State : byte
    {
        Head,
        Body,
        Pending,
        Closed,
    }

    private State state;
    private bool keepAlive;
    private bool mustLinger;
    private bool isBlank; // nothing has come of the next request but empty lines, which may stand before it
    private HeadBuilder? head;
    private byte[]? heldHead; // the head's bytes while a body is read or a reply is pending; else they are in the input
    private BodyReader body;
    private IBodySink? sink; // of a body that is being read; null when it is thrown away
    private long startedUs;
    private PendingReply? pending;
    private RefusalNotes refusals;

    /// <inheritdoc/>
    public long PhaseStartedMs { get; private set; } = context.NowMs;

    /// <inheritdoc/>
    public Phase Phase => state switch
    {
        State.Head => head is null || isBlank ? Phase.Idle : Phase.Head,
        State.Body => Phase.Body,
        _ => Phase.Reply,
    };

    /// <inheritdoc/>
    public Want Consume(ReadOnlySpan<byte> input, bool ended, OutputQueue output, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            Want? want;
            var rest = input[consumed..];
            int taken;
            switch (state)
            {
                case State.Head when output.IsFull:
                    return Want.Write;
                case State.Head when rest.IsEmpty:
                    return ended ? Want.Close : Want.Read;
                case State.Head:
                    want = ReadHead(rest, ended, output, out taken);
                    break;
                case State.Body when pending is not null:
                    return Want.Wait;
                case State.Body:
                    want = ReadBody(rest, ended, output, out taken);
                    break;
                case State.Pending:
                    return Want.Wait;
                default:
                    return End();
            }
            consumed += taken;
            if (want is { } wanted) return wanted;
        }
    }

    /// <inheritdoc/>
    public Want? Resume(OutputQueue output)
    {
        if (pending is not { IsDone: true } done) return null;
        pending = null;
        if (state == State.Body) return Want.Read; // there is room for more of it
        return Answer(heldHead, done, output) ?? Want.Read;
    }

    /// <inheritdoc/>
    public Refusal? TakeRefusal(out int more) => refusals.Take(out more);

    /// <inheritdoc/>
    public Want Expire(OutputQueue output)
    {
        if (pending is not null)
        {
            pending.Abandon();
            pending = null;
            return Fail(Status.ServiceUnavailable, Reasons.NotRead, heldHead, output);
        }
        if (Phase is not (Phase.Head or Phase.Body)) return Want.Close;
        return Fail(ParseError.RequestTimeout, [], output);
    }

    /// <inheritdoc/>
    public Want Refuse(OutputQueue output)
    {
        head = context.RentHead(entrance);
        startedUs = context.NowUs;
        return Fail(Status.ServiceUnavailable, "There are too many connections at the moment.", [], output);
    }

    /// <inheritdoc/>
    public void Release(OutputQueue? output)
    {
        sink?.Abandon();
        sink = null;
        if (head is not null) context.ReturnHead(head);
        head = null;
        heldHead = null;
        pending?.Abandon();
        pending = null;
    }

    private Want? ReadHead(ReadOnlySpan<byte> input, bool ended, OutputQueue output, out int taken)
    {
        taken = 0;
        if (head is null)
        {
            head = context.RentHead(entrance);
            startedUs = context.NowUs;
            PhaseStartedMs = context.NowMs;
        }
        var wasBlank = isBlank;
        isBlank = input[0] is (byte)'\r' or (byte)'\n' && input.IndexOfAnyExcept((byte)'\r', (byte)'\n') < 0;
        if (wasBlank && !isBlank)
        {
            startedUs = context.NowUs;
            PhaseStartedMs = context.NowMs;
        }
        switch (Http1Parser.Parse(input, head, context.Limits, out var error))
        {
            case Http1Parser.Outcome.Incomplete when !ended:
                return Want.Read;
            case Http1Parser.Outcome.Incomplete:
                return isBlank ? Want.Close : Fail(ParseError.PrematureEnd, input, output);
            case Http1Parser.Outcome.Failed:
                return Fail(error, input, output);
        }
        var bytes = input[..head.LineStart];
        var request = head.Over(bytes);
        error = Http1Framing.TryGetBody(request, context.Limits, out body);
        if (error != ParseError.None) return Fail(error, input, output);
        taken = bytes.Length;
        keepAlive = Http1Framing.KeepsAlive(request);
        if (!body.IsDone)
        {
            // A body is thrown away, so the final status is known already and "100 Continue" would only ask
            // for waste. Whether the client then sends the body is its choice (RFC 9110 section 10.1.1): so
            // the connection ends.
            if (!request.Has(HeaderId.Expect) || request.MinorVersion == 0)
            {
                heldHead = bytes.ToArray();
                sink = context.Responder.BodyOf(request);
                state = State.Body;
                PhaseStartedMs = context.NowMs;
                return null;
            }
            keepAlive = false;
            mustLinger = true;
        }
        return Answer(bytes, null, output);
    }

    private Want? ReadBody(ReadOnlySpan<byte> input, bool ended, OutputQueue output, out int taken)
    {
        var error = body.Read(input, context.Limits, sink, out taken, out var waits);
        if (error != ParseError.None) return Fail(error, heldHead, output);
        if (waits is not null) return WaitFor(waits);
        if (body.IsDone)
        {
            sink?.Finish();
            sink = null;
            return Answer(heldHead, null, output);
        }
        return ended ? Fail(ParseError.PrematureEnd, heldHead, output) : Want.Read;
    }

    private Want? Answer(ReadOnlySpan<byte> headBytes, PendingReply? done, OutputQueue output)
    {
        var request = head!.Over(headBytes);
        var reply = context.Responder.Respond(request, done, context.UnixSeconds, output.BodyRoom);
        if (reply.Pending is { } promised)
        {
            heldHead ??= headBytes.ToArray();
            state = State.Pending;
            return WaitFor(promised);
        }
        if (Statuses.IsError(reply.Status) && reply.Content!.Reason is { } reason)
            refusals.Add(new Refusal(reply.Status, reason));
        if (context.IsDraining && keepAlive)
        {
            keepAlive = false;
            mustLinger = true;
        }
        Send(reply, request.Method == Method.Head, output)?.Describe(request);
        reply.Release();
        context.ReturnHead(head);
        head = null;
        heldHead = null;
        PhaseStartedMs = context.NowMs;
        state = keepAlive ? State.Head : State.Closed;
        return keepAlive ? null : End();
    }

    // Whatever is wrong with a request, what follows it cannot be trusted: every failure ends the connection.
    private Want Fail(ParseError error, ReadOnlySpan<byte> headBytes, OutputQueue output) =>
        Fail(ParseErrors.StatusOf(error), ParseErrors.Explain(error), headBytes, output);

    private Want Fail(Status status, string explanation, ReadOnlySpan<byte> headBytes, OutputQueue output)
    {
        sink?.Abandon();
        sink = null;
        var reply = Reply.Whole(status, context.Responder.ErrorPage(status, explanation));
        refusals.Add(new Refusal(status, explanation));
        keepAlive = false;
        mustLinger = true;
        var isHead = head!.HasRequestLine ? head.Method == Method.Head : FirstLine(headBytes).StartsWith("HEAD "u8);
        var mark = Send(reply, isHead, output);
        if (mark is not null)
        {
            if (head.HasRequestLine && !headBytes.IsEmpty) mark.Describe(head.Over(headBytes));
            else mark.Describe(FirstLine(headBytes), [], []);
        }
        state = State.Closed;
        return End();
    }

    private Want WaitFor(PendingReply promised)
    {
        pending = promised;
        PhaseStartedMs = context.NowMs;
        promised.Subscribe(address.Inbox, address.Token);
        return Want.Wait;
    }

    // What stands where the request line should be, for the log: to the first end of a line of any kind.
    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> bytes)
    {
        while (bytes.StartsWith("\r\n"u8)) bytes = bytes[2..];
        return bytes.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0 ? bytes[..end] : bytes;
    }

    private ReplyMark? Send(in Reply reply, bool headOnly, OutputQueue output)
    {
        var persistence = !keepAlive ? Persistence.Close
            : head!.MinorVersion == 0 ? Persistence.KeepAlive
            : Persistence.Implied;
        var before = output.TotalQueued;
        var bodyBytes = Http1ReplyWriter.Write(output, reply, headOnly, persistence, context, entrance);
        if (!context.KeepsMarks) return null;
        var headBytes = output.TotalQueued - before - bodyBytes;
        return output.Mark(reply.Status, headBytes, bodyBytes, startedUs);
    }

    private Want End() => mustLinger ? Want.Linger : Want.Close;
}
