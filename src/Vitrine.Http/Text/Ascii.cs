using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Vitrine.Http.Text;

/// <summary>The character classes of RFC 9110 section 5.6 and the numbers of HTTP, on bytes.</summary>
public static class Ascii
{
    // The classes of each byte; the tests spell out what these numbers say.
    private static ReadOnlySpan<byte> Classes =>
    [
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0x00
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0x10
        0, 7, 2, 1, 7, 11, 7, 7, 6, 6, 7, 7, 6, 7, 15, 10, // 0x20
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 6, 2, 6, 2, 10, // 0x30
        2, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // 0x40
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 10, 2, 3, 7, // 0x50
        3, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // 0x60
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 3, 2, 7, 0, // 0x70
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0x80
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0x90
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0xA0
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0xB0
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0xC0
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0xD0
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0xE0
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, // 0xF0
    ];

    /// <summary>All classes of a byte.</summary>
    public static CharacterClasses ClassesOf(byte b) => (CharacterClasses)Classes[b];

    /// <summary>Whether a byte is of one of the classes.</summary>
    public static bool Is(byte b, CharacterClasses classes) => (ClassesOf(b) & classes) != 0;

    /// <summary>Whether each byte is of one of the classes; true for none.</summary>
    public static bool AreAll(ReadOnlySpan<byte> text, CharacterClasses classes)
    {
        foreach (var b in text)
            if (!Is(b, classes)) return false;
        return true;
    }

    /// <summary>True for a token of one character or more.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && AreAll(text, CharacterClasses.Token);

    /// <summary>True for a <c>tchar</c>.</summary>
    public static bool IsTokenCharacter(byte b) => Is(b, CharacterClasses.Token);

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

    /// <summary>
    /// The same where one side is a literal of lower-case letters, digits and hyphens, four bytes or more: it comes
    /// down to a few comparisons of words.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsLiteral(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        if (text.Length != lower.Length) return false;
        if (lower.Length < sizeof(ulong))
            return EqualsHalf(text, lower) && EqualsHalf(text[^sizeof(uint)..], lower[^sizeof(uint)..]);
        for (var i = 0; i < lower.Length - sizeof(ulong); i += sizeof(ulong))
            if (!EqualsWord(text[i..], lower[i..])) return false;
        return EqualsWord(text[^sizeof(ulong)..], lower[^sizeof(ulong)..]);
    }

    // Of the characters of a literal the letters alone have the bit 0x40; half of it is what makes them lower-case.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EqualsWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        var wanted = BinaryPrimitives.ReadUInt64LittleEndian(lower);
        var letters = (wanted & 0x4040_4040_4040_4040) >> 1;
        return (BinaryPrimitives.ReadUInt64LittleEndian(text) | letters) == wanted;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EqualsHalf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        var wanted = BinaryPrimitives.ReadUInt32LittleEndian(lower);
        var letters = (wanted & 0x4040_4040) >> 1;
        return (BinaryPrimitives.ReadUInt32LittleEndian(text) | letters) == wanted;
    }

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

    /// <summary>Puts bytes in at a place; returns the place behind them.</summary>
    public static int Put(Span<byte> span, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[at..]);
        return at + bytes.Length;
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
