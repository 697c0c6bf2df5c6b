namespace Vitrine.Http.Http2;

/// <summary>How urgent a reply is, and whether a part of it is of use without the rest (RFC 9218 section 4).</summary>
/// <param name="Urgency">0 to 7, the most urgent first.</param>
/// <param name="IsIncremental">Whether replies as urgent as this are sent side by side.</param>
internal readonly record struct Priority(byte Urgency, bool IsIncremental)
{
    /// <summary>What is not said.</summary>
    public static readonly Priority Usual = new(3, false);

    /// <summary>
    /// What a page cannot be shown without goes before what fills a place on it (RFC 9218 section 8 leaves that to the
    /// server): by the Content-Type, as its line of the head.
    /// </summary>
    public static Priority OfMediaType(ReadOnlySpan<byte> line)
    {
        var type = line[Math.Min(line.Length, "Content-Type: ".Length)..];
        if (type.StartsWith("text/css"u8) || type.StartsWith("text/javascript"u8) || type.StartsWith("font/"u8)
            || type.StartsWith("text/html"u8))
            return Usual with { Urgency = 2 };
        if (type.StartsWith("image/"u8)) return new Priority(4, true);
        return type.StartsWith("video/"u8) || type.StartsWith("audio/"u8) || type.StartsWith("application/octet"u8)
            ? Usual with { Urgency = 5 }
            : Usual;
    }

    /// <summary>
    /// Reads the value of a Priority field, or of a PRIORITY_UPDATE: a dictionary (RFC 9651 section 3.2). What cannot
    /// be read is as if it were not there.
    /// </summary>
    public static Priority Parse(ReadOnlySpan<byte> text)
    {
        var priority = Usual;
        foreach (var range in text.Split((byte)','))
        {
            var member = text[range].Trim(" \t"u8);
            if (member.IndexOf((byte)';') is var parameters and >= 0) member = member[..parameters].TrimEnd((byte)' ');
            if (member.Length == 3 && member.StartsWith("u="u8) && member[2] is >= (byte)'0' and <= (byte)'7')
                priority = priority with { Urgency = (byte)(member[2] - '0') };
            else if (member.SequenceEqual("i"u8) || member.SequenceEqual("i=?1"u8))
                priority = priority with { IsIncremental = true };
            else if (member.SequenceEqual("i=?0"u8))
                priority = priority with { IsIncremental = false };
        }
        return priority;
    }
}
