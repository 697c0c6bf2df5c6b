using System.Numerics;
using Vitrine.Http.Head;
using Vitrine.Http.Text;

namespace Vitrine.Http.Http1;

/// <summary>
/// Reads the head of an HTTP/1 request (RFC 9112 sections 2 to 5) where it landed. It goes from left to right
/// and stops at the first byte that makes the head wrong, so the outcome does not depend on how the bytes
/// were cut into pieces.
/// </summary>
public static class Http1Parser
{
    private const byte TlsHandshake = 22; // the type of a record (RFC 8446 section 5.1): a hello

    /// <summary>How far it came.</summary>
    public enum Outcome : byte
    {
        /// <summary>More input is needed.</summary>
        Incomplete,

        /// <summary>The head is complete; <see cref="HeadBuilder.LineStart"/> is its end.</summary>
        Complete,

        /// <summary>The head is wrong.</summary>
        Failed,
    }

    /// <summary>
    /// Goes on with the head that starts at <paramref name="input"/>'s first byte. What was done before is
    /// remembered in
    /// <paramref name="head"/>, so no byte is looked at twice.
    /// </summary>
    public static Outcome Parse(ReadOnlySpan<byte> input, HeadBuilder head, Limits limits, out ParseError error)
    {
        for (var block = head.Scanned; block < input.Length; block += Delimiters.BlockBytes)
        {
            for (var found = Delimiters.In(input, block); found != 0; found &= found - 1)
            {
                var at = block + BitOperations.TrailingZeroCount(found);
                var b = input[at];
                if (b == ':')
                {
                    if (head.Colon < 0) head.Colon = at;
                    continue;
                }
                // A tab is no end, and the LF of the line before was one already.
                if (b == '\t' || at < head.LineStart) continue;
                head.Scanned = at;
                if (b != '\r' || at + 1 >= input.Length || input[at + 1] != '\n' || IsTooLong(at, head, limits))
                {
                    error = ExplainLineEnd(input, at, head, limits);
                    return error == ParseError.None ? Outcome.Incomplete : Outcome.Failed;
                }
                var isLast = head.HasRequestLine && at == head.LineStart;
                error = isLast ? EndHead(input, head) : EndLine(input, at, head);
                if (error != ParseError.None) return Outcome.Failed;
                if (isLast) return Outcome.Complete;
            }
        }
        head.Scanned = input.Length;
        error = IsTooLong(input.Length, head, limits)
            ? ExplainLength(input, input.Length, head, limits)
            : ParseError.None;
        return error == ParseError.None ? Outcome.Incomplete : Outcome.Failed;
    }

    // What is wrong with a control character that should be the CR of a line's end; nothing if only the LF is still to
    // come.
    private static ParseError ExplainLineEnd(ReadOnlySpan<byte> input, int at, HeadBuilder head, Limits limits)
    {
        if (IsTooLong(at, head, limits)) return ExplainLength(input, at, head, limits);
        if (input[at] == TlsHandshake && at == 0) return ParseError.Tls;
        if (input[at] != '\r') return input[at] == '\n' ? ParseError.BareLineFeed : ParseError.ControlCharacter;
        return at + 1 == input.Length ? ParseError.None : ParseError.BareCarriageReturn;
    }

    // A line without an end within the limit is too long, whatever stands behind it: so the outcome is the
    // same when the end is not here yet.
    private static bool IsTooLong(int at, HeadBuilder head, Limits limits) =>
        at > limits.HeadBytes || (!head.HasRequestLine && at - head.LineStart > limits.RequestLineBytes);

    private static ParseError ExplainLength(ReadOnlySpan<byte> input, int at, HeadBuilder head, Limits limits) =>
        head.HasRequestLine || at - head.LineStart <= limits.RequestLineBytes ? ParseError.HeadTooLarge
        : input.Slice(head.LineStart, limits.RequestLineBytes).Contains((byte)' ') ? ParseError.RequestLineTooLong
        : ParseError.MethodTooLong;

    private static ParseError EndHead(ReadOnlySpan<byte> input, HeadBuilder head)
    {
        head.LineStart = head.Scanned += 2;
        return head.Finish(input);
    }

    private static ParseError EndLine(ReadOnlySpan<byte> input, int end, HeadBuilder head)
    {
        var line = new Extent(head.LineStart, end - head.LineStart);
        var colon = head.Colon;
        head.LineStart = head.Scanned = end + 2;
        head.Colon = -1;
        if (head.HasRequestLine) return ParseField(input, line, colon, head);
        // Empty lines before the request line are passed over (RFC 9112 section 2.2), as far as a head may be long.
        return line.Length == 0 ? ParseError.None : ParseRequestLine(input, line, head);
    }

    // method SP request-target SP HTTP-version, each separated by exactly one SP.
    private static ParseError ParseRequestLine(ReadOnlySpan<byte> input, Extent line, HeadBuilder head)
    {
        head.NoteRequestLine(line);
        var text = line.Of(input);
        var methodEnd = text.StartsWith("GET "u8) ? 3 : text.IndexOf((byte)' ');
        if (methodEnd <= 0) return ParseError.BadRequestLine;
        var targetEnd = text.Length - 9; // the version has eight characters, if it is one
        if (targetEnd <= methodEnd || text[targetEnd] != ' ' || !IsVersion1(text[(targetEnd + 1)..]))
            return ExplainVersion(text, methodEnd);
        var target = new Extent(line.Start + methodEnd + 1, targetEnd - methodEnd - 1);
        var error = head.SetRequestLine(input, new Extent(line.Start, methodEnd), target, text[^1] - '0');
        return error == ParseError.BadTarget && HasNoOneSpace(target.Of(input)) ? ParseError.BadRequestLine : error;
    }

    private static bool IsVersion1(ReadOnlySpan<byte> version) =>
        version.StartsWith("HTTP/1."u8) && Ascii.IsDigit(version[7]);

    // A target that is empty or has a space in it: there is not exactly one on both of its sides.
    private static bool HasNoOneSpace(ReadOnlySpan<byte> target) => target.IsEmpty || target.Contains((byte)' ');

    // What is wrong with a request line that does not end in a version that we speak.
    private static ParseError ExplainVersion(ReadOnlySpan<byte> text, int methodEnd)
    {
        var targetLength = text[(methodEnd + 1)..].IndexOf((byte)' ');
        if (targetLength <= 0) return ParseError.BadRequestLine;
        var version = text[(methodEnd + targetLength + 2)..];
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || version[6] != '.'
            || !Ascii.IsDigit(version[5]) || !Ascii.IsDigit(version[7]))
            return version.Contains((byte)' ') ? ParseError.BadRequestLine : ParseError.BadVersion;
        return Ascii.IsToken(text[..methodEnd]) ? ParseError.UnsupportedVersion : ParseError.BadRequestLine;
    }

    private static ParseError ParseField(ReadOnlySpan<byte> input, Extent line, int colon, HeadBuilder head)
    {
        if (input[line.Start] is (byte)' ' or (byte)'\t') return ParseError.FoldedField;
        if (colon < 0) return ParseError.MissingColon;
        var start = colon + 1;
        var end = line.Start + line.Length;
        while (start < end && input[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && input[end - 1] is (byte)' ' or (byte)'\t') end--;
        return head.AddField(input, new Extent(line.Start, colon - line.Start), new Extent(start, end - start));
    }
}
