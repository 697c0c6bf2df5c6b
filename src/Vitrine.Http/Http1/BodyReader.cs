using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;

namespace Vitrine.Http.Http1;

/// <summary>
/// Reads a request's body to its end (RFC 9112 sections 6 and 7), so that the next request
/// is looked for where it really starts. Strict: a chunked body that two readers could read differently is
/// refused.
/// </summary>
internal struct BodyReader
{
    private enum State : byte
    {
        Done,
        Length,
        SizeFirst,
        Size,
        Extension,
        SizeLineFeed,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLineFeed,
        EndLineFeed,
    }

    private State state;
    private long left;
    private long total;
    private int lineLength;
    private int trailerLength;
    private ChunkExtensions extensions;

    /// <summary>True when the body is read to its end.</summary>
    public readonly bool IsDone => state == State.Done;

    /// <summary>A body of that many bytes; 0 is none.</summary>
    public static BodyReader OfLength(long length) =>
        new() { state = length == 0 ? State.Done : State.Length, left = length };

    /// <summary>A chunked body.</summary>
    public static BodyReader OfChunks() => new() { state = State.SizeFirst };

    /// <summary>
    /// Takes what belongs to the body off the front of <paramref name="input"/>, and gives its bytes to the <paramref
    /// name="sink"/>, if there is one: up to where that <paramref name="waits"/>.
    /// </summary>
    public ParseError Read(
        ReadOnlySpan<byte> input, Limits limits, IBodySink? sink, out int consumed, out PendingReply? waits)
    {
        consumed = 0;
        waits = null;
        while (consumed < input.Length && state != State.Done && waits is null)
        {
            if (state is State.Length or State.Data)
            {
                var taken = Skip(input.Length - consumed);
                waits = sink?.Accept(input.Slice(consumed, taken));
                consumed += taken;
                continue;
            }
            var error = Step(input[consumed], limits);
            if (error != ParseError.None) return error;
            consumed++;
        }
        return ParseError.None;
    }

    private int Skip(int available)
    {
        var taken = (int)Math.Min(available, left);
        left -= taken;
        if (left == 0) state = state == State.Length ? State.Done : State.DataCarriageReturn;
        return taken;
    }

    private ParseError Step(byte b, Limits limits) => state switch
    {
        <= State.SizeLineFeed => StepSizeLine(b, limits),
        State.DataCarriageReturn => Expect(b, (byte)'\r', State.DataLineFeed, ParseError.MissingChunkEnd),
        State.DataLineFeed => Expect(b, (byte)'\n', State.SizeFirst, ParseError.MissingChunkEnd),
        _ => StepTrailer(b, limits),
    };

    private ParseError StepSizeLine(byte b, Limits limits)
    {
        if (++lineLength > limits.ChunkLineBytes) return ParseError.ChunkLineTooLong;
        switch (state)
        {
            case State.SizeFirst or State.Size when Ascii.HexValue(b) is var digit and >= 0:
                if (left > (long.MaxValue - digit) >> 4) return ParseError.BadChunkSize;
                left = left << 4 | (uint)digit;
                state = State.Size;
                return ParseError.None;
            case State.SizeFirst:
                return ParseError.BadChunkSize;
            case State.SizeLineFeed:
                return b == '\n' ? EndSizeLine(limits) : ParseError.BareCarriageReturn;
        }
        if (b == '\r' && extensions.MayEnd)
        {
            state = State.SizeLineFeed;
            return ParseError.None;
        }
        if (b == '\n') return ParseError.BareLineFeed; // CVE-2025-55315: an extension ended by LF alone
        var error = state == State.Size ? ParseError.BadChunkSize : ParseError.BadChunkExtension;
        state = State.Extension;
        return extensions.TryTake(b) ? ParseError.None : error;
    }

    private ParseError EndSizeLine(Limits limits)
    {
        // What the framing takes counts too (CVE-2023-39326: a gigabyte of extensions around a few bytes).
        total += lineLength;
        lineLength = 0;
        extensions = default;
        if (left == 0)
        {
            state = State.TrailerStart;
            return ParseError.None;
        }
        if (left > limits.BodyBytes - total) return ParseError.BodyTooLarge;
        total += left;
        state = State.Data;
        return ParseError.None;
    }

    private ParseError StepTrailer(byte b, Limits limits)
    {
        if (++trailerLength > limits.TrailerBytes) return ParseError.TrailersTooLarge;
        switch (state)
        {
            case State.TrailerStart when b == '\r':
                state = State.EndLineFeed;
                return ParseError.None;
            case State.TrailerStart:
                state = State.TrailerName;
                return Ascii.IsTokenCharacter(b) ? ParseError.None : ParseError.BadTrailer;
            case State.TrailerName when b == ':':
                state = State.TrailerValue;
                return ParseError.None;
            case State.TrailerName:
                return Ascii.IsTokenCharacter(b) ? ParseError.None : ParseError.BadTrailer;
            case State.TrailerValue when b == '\r':
                state = State.TrailerLineFeed;
                return ParseError.None;
            case State.TrailerValue:
                return IsText(b) ? ParseError.None : ParseError.BadTrailer;
            case State.TrailerLineFeed:
                return Expect(b, (byte)'\n', State.TrailerStart, ParseError.BareCarriageReturn);
            default:
                return Expect(b, (byte)'\n', State.Done, ParseError.BareCarriageReturn);
        }
    }

    private ParseError Expect(byte b, byte expected, State next, ParseError error)
    {
        if (b != expected) return error;
        state = next;
        return ParseError.None;
    }

    private static bool IsText(byte b) => b is >= 0x20 and not 0x7F or (byte)'\t';
}
