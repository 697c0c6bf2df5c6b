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
        while (true)
        {
            var length = FindLineEnd(input, head, limits, out error);
            if (length < 0) return error == ParseError.None ? Outcome.Incomplete : Outcome.Failed;
            var line = new Slice(head.LineStart, length);
            head.LineStart = head.Scanned = line.Start + length + 2;
            if (head.HasRequestLine)
            {
                if (length == 0)
                {
                    error = head.Finish(input);
                    return error == ParseError.None ? Outcome.Complete : Outcome.Failed;
                }
                error = ParseField(input, line, head);
            }
            else
            {
                // One empty line before the request line is passed over (RFC 9112 section 2.2).
                if (length == 0 && line.Start == 0) continue;
                error = ParseRequestLine(input, line, head);
            }
            if (error != ParseError.None) return Outcome.Failed;
        }
    }

    // The length of the current line without its CRLF; -1 when it is not complete, or wrong.
    private static int FindLineEnd(ReadOnlySpan<byte> input, HeadBuilder head, Limits limits, out ParseError error)
    {
        var found = input[head.Scanned..].IndexOfAny(Ascii.LineControls);
        var at = found < 0 ? input.Length : head.Scanned + found;
        head.Scanned = at;
        error = TooLong(input, at, head, limits);
        if (error != ParseError.None || found < 0) return -1;
        if (input[at] != '\r')
        {
            error = input[at] == '\n' ? ParseError.BareLineFeed : ParseError.ControlCharacter;
            return -1;
        }
        if (at + 1 == input.Length) return -1;
        if (input[at + 1] == '\n') return at - head.LineStart;
        error = ParseError.BareCarriageReturn;
        return -1;
    }

    // A line without an end within the limit is too long, whatever stands behind it: so the outcome is the
    // same when the end is not here yet.
    private static ParseError TooLong(ReadOnlySpan<byte> input, int at, HeadBuilder head, Limits limits)
    {
        if (!head.HasRequestLine && at - head.LineStart > limits.RequestLineBytes)
            return input.Slice(head.LineStart, limits.RequestLineBytes).Contains((byte)' ')
                ? ParseError.RequestLineTooLong
                : ParseError.MethodTooLong;
        return at > limits.HeadBytes ? ParseError.HeadTooLarge : ParseError.None;
    }

    // method SP request-target SP HTTP-version, each separated by exactly one SP.
    private static ParseError ParseRequestLine(ReadOnlySpan<byte> input, Slice line, HeadBuilder head)
    {
        head.NoteRequestLine(line);
        var text = line.Of(input);
        var methodEnd = text.IndexOf((byte)' ');
        if (methodEnd <= 0) return ParseError.BadRequestLine;
        var targetEnd = text[(methodEnd + 1)..].IndexOf((byte)' ');
        if (targetEnd <= 0) return ParseError.BadRequestLine;
        targetEnd += methodEnd + 1;
        var version = text[(targetEnd + 1)..];
        if (version.Length != 8 || !version.StartsWith("HTTP/"u8) || version[6] != '.'
            || !Ascii.IsDigit(version[5]) || !Ascii.IsDigit(version[7]))
            return version.IndexOf((byte)' ') < 0 ? ParseError.BadVersion : ParseError.BadRequestLine;
        if (version[5] != '1')
            return Ascii.IsToken(text[..methodEnd]) ? ParseError.UnsupportedVersion : ParseError.BadRequestLine;
        return head.SetRequestLine(
            input,
            new Slice(line.Start, methodEnd),
            new Slice(line.Start + methodEnd + 1, targetEnd - methodEnd - 1),
            version[7] - '0');
    }

    private static ParseError ParseField(ReadOnlySpan<byte> input, Slice line, HeadBuilder head)
    {
        var text = line.Of(input);
        if (text[0] is (byte)' ' or (byte)'\t') return ParseError.FoldedField;
        var colon = text.IndexOf((byte)':');
        if (colon < 0) return ParseError.MissingColon;
        var start = colon + 1;
        var end = text.Length;
        while (start < end && text[start] is (byte)' ' or (byte)'\t') start++;
        while (end > start && text[end - 1] is (byte)' ' or (byte)'\t') end--;
        return head.AddField(
            input, new Slice(line.Start, colon), new Slice(line.Start + start, end - start));
    }
}
