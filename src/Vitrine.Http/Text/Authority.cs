using System.Buffers;

namespace Vitrine.Http.Text;

/// <summary>
/// <c>uri-host [":" port]</c>, the value of Host (RFC 9110 section 7.2, RFC 3986 section 3.2).
/// </summary>
public static class Authority
{
    private static readonly SearchValues<byte> LiteralCharacters = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    /// <summary>
    /// True for a host that is not empty, with or without a port of 0 to 65535. User information is refused.
    /// </summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        int hostEnd;
        if (text is [(byte)'[', ..])
        {
            hostEnd = text.IndexOf((byte)']') + 1;
            if (hostEnd < 4 || !IsLiteral(text[1..(hostEnd - 1)])) return false;
        }
        else
        {
            hostEnd = EndOfName(text);
            if (hostEnd <= 0) return false;
        }
        return IsPort(text[hostEnd..]);
    }

    // At most eight groups of at most four digits, one "::" at most; an IPv4 address may be the last.
    private static bool IsLiteral(ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAnyExcept(LiteralCharacters) >= 0 || text.IndexOf((byte)':') < 0) return false;
        if (text.IndexOf(":::"u8) >= 0 || text.Count("::"u8) > 1) return false;
        // A colon at either end has to be one of a pair.
        if (text[0] == ':' && text[1] != ':' || text[^1] == ':' && text[^2] != ':') return false;
        var groups = 0;
        foreach (var range in text.Split((byte)':'))
        {
            var group = text[range];
            if (group.Length > 4 && group.IndexOf((byte)'.') < 0) return false;
            if (group.IndexOf((byte)'.') >= 0 && (range.End.Value != text.Length || !IsIPv4(group))) return false;
            groups += group.IndexOf((byte)'.') >= 0 ? 2 : group.IsEmpty ? 0 : 1;
        }
        return text.IndexOf("::"u8) >= 0 ? groups <= 7 : groups == 8;
    }

    private static bool IsIPv4(ReadOnlySpan<byte> text)
    {
        var parts = 0;
        foreach (var range in text.Split((byte)'.'))
        {
            var part = text[range];
            if (part is { Length: > 3 } or [(byte)'0', _, ..]) return false; // dec-octet has no leading zeros
            if (!Ascii.TryParseDecimal(part, out var value) || value > 255) return false;
            parts++;
        }
        return parts == 4;
    }

    // Where a reg-name or an IPv4 address ends; -1 when a percent sign has no two digits behind it.
    private static int EndOfName(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (Ascii.Is(text[i], CharacterClasses.HostName)) continue;
            if (text[i] != '%') return i;
            if (text.Length < i + 3 || Ascii.HexValue(text[i + 1]) < 0 || Ascii.HexValue(text[i + 2]) < 0) return -1;
            i += 2;
        }
        return text.Length;
    }

    // port = *DIGIT: an empty one is within the grammar.
    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return true;
        if (text[0] != ':') return false;
        var port = 0;
        foreach (var b in text[1..])
        {
            if (!Ascii.IsDigit(b)) return false;
            port = port * 10 + (b - '0');
            if (port > 65535) return false;
        }
        return true;
    }
}
