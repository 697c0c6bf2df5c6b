using System.Buffers;
using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Http.Text;

namespace Vitrine.Http.Http2;

/// <summary>
/// Reads the head of a request out of a header block (RFC 9113 section 8): its fields into a scratch buffer, one after
/// the other, and behind them a request line as HTTP/1 has it. What is wrong with a head in any version is for <see
/// cref="HeadBuilder"/> to say; here is what only HTTP/2 has.
/// </summary>
internal ref struct HeadReader
{
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Where(one => one != '\t').Append(0x7F).Select(one => (byte)one)]);

    // How many times as long as may be a head is read to its end for the table's sake: a byte on the wire may stand for
    // four kilobytes (CVE-2016-6581, CVE-2026-49975).
    private const int MostHeads = 4;

    private readonly HeadBuilder head;
    private readonly Limits limits;
    private readonly Span<byte> scratch;
    private int used;
    private int size; // as RFC 9113 section 6.5.2 counts
    private int crumbs;
    private Extent? method;
    private Extent? scheme;
    private Extent? authority;
    private Extent? path;
    private Extent lastCookie; // that the next crumb can follow
    private bool hasFields;

    private HeadReader(HeadBuilder head, Limits limits, Span<byte> scratch)
    {
        this.head = head;
        this.limits = limits;
        this.scratch = scratch;
    }

    /// <summary>What of HTTP/2 it breaks, as a sentence; null when nothing: such a request is not answered.</summary>
    public string? Malformed { get; private set; }

    /// <summary>What is wrong with it in any version of HTTP; such a request is answered.</summary>
    public ParseError Error { get; private set; }

    /// <summary>How urgent the reply is to be, if that is said.</summary>
    public Priority? Priority { get; private set; }

    /// <summary>How much of the scratch buffer the head is in.</summary>
    public readonly int Length => used;

    /// <summary>How much room blocks of a length need.</summary>
    public static int RoomFor(Limits limits) =>
        2 * limits.HeadBytes + HpackReader.RoomFor(HeaderBlock.MostBytes(limits), PeerSettings.UsualTableSize);

    /// <summary>
    /// Reads a block to its end; what is wrong with it if it cannot be decoded, or stands for far more than any head
    /// may have.
    /// </summary>
    public static ConnectionError? Read(
        ReadOnlySpan<byte> block,
        HpackReader hpack,
        HeadBuilder head,
        Limits limits,
        Span<byte> scratch,
        bool isTrailer,
        out HeadReader reader)
    {
        reader = new HeadReader(head, limits, scratch);
        hpack.Begin();
        while (true)
        {
            var room = scratch[reader.used..];
            switch (hpack.Read(ref block, room, out var nameLength, out var valueLength))
            {
                case HpackReader.Outcome.Malformed:
                    return ConnectionErrors.BadBlock;
                case HpackReader.Outcome.End:
                    if (!isTrailer) reader.Finish();
                    return null;
            }
            reader.size += nameLength + valueLength + DynamicTable.EntryOverhead;
            if (reader.size > MostHeads * limits.HeadBytes) return ConnectionErrors.HeadTooLong;
            // The rest of what is too long, or wrong, is read and forgotten: for the table.
            if (reader.Malformed is null && reader.Error == ParseError.None)
                reader.Take(nameLength, valueLength, isTrailer);
        }
    }

    private void Take(int nameLength, int valueLength, bool isTrailer)
    {
        if (size > (isTrailer ? limits.TrailerBytes : limits.HeadBytes))
        {
            Error = isTrailer ? ParseError.TrailersTooLarge : ParseError.HeadTooLarge;
            return;
        }
        var name = new Extent(used, nameLength);
        var value = new Extent(used + nameLength, valueLength);
        if (!IsValue(value.Of(scratch)))
        {
            Malformed = "A field's value has a control character or a space at its ends (RFC 9113 section 8.2.1).";
            return;
        }
        used += nameLength + valueLength;
        if (nameLength > 0 && scratch[name.Start] == ':')
        {
            if (isTrailer) Malformed = "A trailer has a name that begins with a colon (RFC 9113 section 8.1).";
            else TakePseudoField(name, value);
        }
        else
        {
            hasFields = true;
            TakeField(name, value, isTrailer);
        }
    }

    private void TakePseudoField(Extent name, Extent value)
    {
        var isNew = true;
        if (hasFields)
        {
            Malformed = "A field whose name begins with a colon stands behind others (RFC 9113 section 8.3).";
            return;
        }
        switch (name.Of(scratch))
        {
            case var text when text.SequenceEqual(":method"u8):
                isNew = method is null;
                method = value;
                break;
            case var text when text.SequenceEqual(":path"u8):
                isNew = path is null;
                path = value;
                break;
            case var text when text.SequenceEqual(":scheme"u8):
                isNew = scheme is null;
                scheme = value;
                break;
            case var text when text.SequenceEqual(":authority"u8):
                isNew = authority is null;
                authority = value;
                break;
            default:
                Malformed = "A field that no request has begins with a colon (RFC 9113 section 8.3).";
                return;
        }
        if (!isNew) Malformed = "A field whose name begins with a colon is there twice (RFC 9113 section 8.3).";
    }

    private void TakeField(Extent name, Extent value, bool isTrailer)
    {
        var text = name.Of(scratch);
        if (text.ContainsAnyInRange((byte)'A', (byte)'Z') || !Ascii.IsToken(text))
        {
            Malformed = "A field's name is none in lower case (RFC 9113 section 8.2.1).";
            return;
        }
        if (IsOfConnections(text, value.Of(scratch)))
        {
            Malformed = "A field is there that only connections of HTTP/1 have (RFC 9113 section 8.2.2).";
            return;
        }
        if (isTrailer) return; // nothing acts on any
        if (text.SequenceEqual("priority"u8)) Priority = Http2.Priority.Parse(value.Of(scratch));
        if (!text.SequenceEqual("cookie"u8))
        {
            Error = head.AddField(scratch, name, value);
        }
        else if (crumbs++ >= limits.CookieCrumbs)
        {
            Error = ParseError.TooManyFields;
        }
        else if (lastCookie.Length > 0 && lastCookie.Start + lastCookie.Length == name.Start)
        {
            // One field again (RFC 9113 section 8.2.3): the name is longer than what stands between them.
            "; "u8.CopyTo(scratch[name.Start..]);
            value.Of(scratch).CopyTo(scratch[(name.Start + 2)..]);
            used = name.Start + 2 + value.Length;
            lastCookie = new Extent(lastCookie.Start, used - lastCookie.Start);
            head.ExtendLastField(lastCookie);
        }
        else
        {
            Error = head.AddField(scratch, name, value);
            lastCookie = value;
        }
    }

    // The request line as it is logged, and as all that is true of one in any version is found out. Also of a request
    // that is wrong already: what is answered depends on its method.
    private void Finish()
    {
        if (Malformed is not null) return;
        var isConnect = method is { } verb && verb.Of(scratch).SequenceEqual("CONNECT"u8);
        if (method is not { Length: > 0 } methodName
            || (isConnect ? path is not null || scheme is not null : path is not { Length: > 0 } || scheme is null)
            || (isConnect ? authority : path) is not { } target)
        {
            if (Error == ParseError.None)
                Malformed = "The method, scheme or path is missing, or one too many (RFC 9113 section 8.3.1).";
            return;
        }
        if (!isConnect && scratch[target.Start] != '/' && !target.Of(scratch).SequenceEqual("*"u8))
        {
            Malformed = "The path does not begin with a slash (RFC 9113 section 8.3.1).";
            return;
        }
        var most = limits.RequestLineBytes - "  HTTP/2.0".Length;
        if (methodName.Length + target.Length > most)
        {
            Fail(methodName.Length > target.Length ? ParseError.MethodTooLong : ParseError.RequestLineTooLong);
            target = target with { Length = Math.Clamp(most - methodName.Length, 0, target.Length) };
            methodName = methodName with { Length = Math.Min(methodName.Length, most) };
        }
        var start = used;
        methodName = Append(methodName.Of(scratch));
        Append(" "u8);
        target = Append(target.Of(scratch));
        Append(" HTTP/2.0"u8);
        head.NoteRequestLine(new Extent(start, used - start));
        Fail(head.SetRequestLine(scratch, methodName, target, 1));
        if (Error == ParseError.None && authority is { } name) Fail(head.SetAuthority(scratch, name));
        if (Error == ParseError.None) Fail(head.Finish(scratch));
    }

    // The first thing that is wrong counts.
    private void Fail(ParseError error)
    {
        if (Error == ParseError.None) Error = error;
    }

    private Extent Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(scratch[used..]);
        used += text.Length;
        return new Extent(used - text.Length, text.Length);
    }

    private static bool IsOfConnections(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => name.Length switch
    {
        2 => name.SequenceEqual("te"u8) && !value.SequenceEqual("trailers"u8),
        7 => name.SequenceEqual("upgrade"u8),
        10 => name.SequenceEqual("connection"u8) || name.SequenceEqual("keep-alive"u8),
        16 => name.SequenceEqual("proxy-connection"u8),
        17 => name.SequenceEqual("transfer-encoding"u8),
        _ => false,
    };

    private static bool IsValue(ReadOnlySpan<byte> text) =>
        text.IsEmpty || (text[0] is not ((byte)' ' or (byte)'\t') && text[^1] is not ((byte)' ' or (byte)'\t')
            && text.IndexOfAny(Controls) < 0);
}
