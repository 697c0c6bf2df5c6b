using System.Buffers;
using System.Buffers.Text;

namespace Vitrine.Http.Text;

/// <summary>The character classes of RFC 9110 section 5.6 and the numbers of HTTP, on bytes.</summary>
public static class Ascii
{
    /// <summary><c>tchar</c>, RFC 9110 section 5.6.2.</summary>
    public static readonly SearchValues<byte> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Every control character but HTAB: none may stand inside a line of a head.</summary>
    public static readonly SearchValues<byte> LineControls = SearchValues.Create(
    [
        0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0A, 0x0B, 0x0C, 0x0D, 0x0E, 0x0F, 0x10, 0x11,
        0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F, 0x7F,
    ]);

    /// <summary>
    /// What may stand in a request target. RFC 3986 allows less: but browsers send <c>[ ] | ^ ` { }</c> and
    /// the backslash as they are. Never sent are <c># " &lt; &gt;</c>.
    /// </summary>
    public static readonly SearchValues<byte> TargetCharacters = SearchValues.Create(
        "!$%&'()*+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    /// <summary>True for a token of one character or more.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && text.IndexOfAnyExcept(TokenCharacters) < 0;

    /// <summary>True for a <c>tchar</c>.</summary>
    public static bool IsTokenCharacter(byte b) => TokenCharacters.Contains(b);

    /// <summary>True for 0 to 9.</summary>
    public static bool IsDigit(byte b) => (uint)(b - '0') <= 9;

    /// <summary>The value of a hexadecimal digit, or -1.</summary>
    public static int HexValue(byte b)
    {
        if (IsDigit(b)) return b - '0';
        var lower = b | 0x20;
        return lower is >= 'a' and <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// <summary>Compares without regard to the case of US-ASCII letters.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        System.Text.Ascii.EqualsIgnoreCase(left, right);

    /// <summary>Takes optional white space (SP and HTAB, RFC 9110 section 5.6.3) off both ends.</summary>
    public static ReadOnlySpan<byte> TrimWhiteSpace(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    /// <summary>
    /// Reads 1*DIGIT and nothing else; false when there is anything else or the number overflows.
    /// </summary>
    public static bool TryParseDecimal(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty) return false;
        foreach (var b in text)
        {
            if (!IsDigit(b) || value > (long.MaxValue - (b - '0')) / 10) return false;
            value = value * 10 + (b - '0');
        }
        return true;
    }

    /// <summary>
    /// Writes a number that is not negative in decimal; returns the number of bytes written.
    /// </summary>
    public static int WriteDecimal(long value, Span<byte> destination)
    {
        if (!Utf8Formatter.TryFormat(value, destination, out var written))
            throw new ArgumentException("The destination is too short for the number.", nameof(destination));
        return written;
    }

    /// <summary>
    /// Takes the next element off a comma-separated list (RFC 9110 section 5.6.1), trimmed; commas in quoted
    /// strings do not separate. Empty elements are passed over. False at the end.
    /// </summary>
    public static bool TryTakeListElement(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> element)
    {
        while (!list.IsEmpty)
        {
            var end = 0;
            var quoted = false;
            for (; end < list.Length && (quoted || list[end] != ','); end++)
            {
                if (list[end] == '"') quoted = !quoted;
                else if (quoted && list[end] == '\\') end++;
            }
            end = Math.Min(end, list.Length);
            element = TrimWhiteSpace(list[..end]);
            list = end < list.Length ? list[(end + 1)..] : [];
            if (!element.IsEmpty) return true;
        }
        element = [];
        return false;
    }
}
