namespace Vitrine.Http.Text;

/// <summary>Entity tags and lists of them (RFC 9110 section 8.8.3).</summary>
public static class EntityTag
{
    private static readonly byte[][] Codings = ["--gzip"u8.ToArray(), "-gzip"u8.ToArray(), "-br"u8.ToArray()];

    /// <summary>True for <c>"..."</c> or <c>W/"..."</c> with only <c>etagc</c> between the quotes.</summary>
    public static bool IsValid(ReadOnlySpan<byte> text)
    {
        var opaque = Opaque(text);
        if (opaque.Length < 2 || opaque[0] != '"' || opaque[^1] != '"') return false;
        foreach (var b in opaque[1..^1])
            if (b is < 0x21 or 0x22 or 0x7F) return false;
        return true;
    }

    /// <summary>True for a tag that starts with <c>W/</c>.</summary>
    public static bool IsWeak(ReadOnlySpan<byte> tag) => tag.StartsWith("W/"u8);

    /// <summary>Strong comparison: both are strong and the same.</summary>
    public static bool StrongEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        !IsWeak(left) && !IsWeak(right) && left.SequenceEqual(right);

    /// <summary>Weak comparison: the opaque tags are the same.</summary>
    public static bool WeakEquals(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        Opaque(left).SequenceEqual(Opaque(right));

    /// <summary>
    /// Whether one field line of If-Match or If-None-Match names <paramref name="tag"/>: <c>*</c>, or a list
    /// that holds it. What is no entity tag matches nothing.
    /// </summary>
    public static bool ListMatches(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag, bool strong)
    {
        // What a client nearly always sends: the one tag that it got.
        if (tag is [(byte)'"', _, ..] && list.SequenceEqual(tag)) return true;
        list = Ascii.TrimWhiteSpace(list);
        if (list.SequenceEqual("*"u8)) return true;
        while (TryTakeTag(ref list, out var element))
        {
            if (!IsValid(element)) continue;
            if (strong ? StrongEquals(element, tag) : WeakEquals(element, tag)) return true;
        }
        return false;
    }

    /// <summary>
    /// Whether one field line of If-None-Match names <paramref name="tag"/> with the name of a coding behind it: as
    /// Apache httpd and Jetty pass a tag on when they compress what it belongs to, and send it back when they ask
    /// again.
    /// </summary>
    public static bool ListMatchesCoded(ReadOnlySpan<byte> list, ReadOnlySpan<byte> tag)
    {
        while (TryTakeTag(ref list, out var element))
        {
            if (!IsValid(element)) continue;
            foreach (var coding in Codings)
            {
                var opaque = Opaque(element)[..^1];
                if (!opaque.EndsWith(coding)) continue;
                if (opaque[..^coding.Length].SequenceEqual(Opaque(tag)[..^1])) return true;
            }
        }
        return false;
    }

    private static ReadOnlySpan<byte> Opaque(ReadOnlySpan<byte> tag) => IsWeak(tag) ? tag[2..] : tag;

    // An opaque-tag is no quoted-string: a backslash in it is itself, so the general list reader does not
    // fit.
    private static bool TryTakeTag(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> tag)
    {
        list = list.TrimStart(" \t,"u8);
        if (list.IsEmpty)
        {
            tag = [];
            return false;
        }
        var open = list.IndexOfAny((byte)'"', (byte)',');
        var end = open < 0 ? list.Length : open;
        if (open >= 0 && list[open] == '"')
        {
            var close = list[(open + 1)..].IndexOf((byte)'"');
            end = close < 0 ? list.Length : open + close + 2;
            var comma = list[end..].IndexOf((byte)',');
            end = comma < 0 ? list.Length : end + comma;
        }
        tag = Ascii.TrimWhiteSpace(list[..end]);
        list = list[end..];
        return true;
    }
}
