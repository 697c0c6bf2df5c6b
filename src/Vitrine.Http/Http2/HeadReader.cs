using System.Buffers;
using Vitrine.Http.Head;
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

    private readonly HeadBuilder head;
    private readonly Limits limits;
    private readonly Span<byte> scratch;
    private int used;
    private int size; // as RFC 9113 section 6.5.2 counts
    private int crumbs;
    private Extent method;
    private Extent scheme;
    private Extent authority;
    private Extent path;
    private Extent lastCookie; // that the next crumb can follow
    private bool hasFields;
    private bool hasAuthority;

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
        2 * limits.HeadBytes + HpackReader.RoomFor(limits.HeadBytes, Frames.PeerSettings.UsualTableSize);

    /// <summary>Reads a block to its end; false when it cannot be decoded.</summary>
    public static bool TryRead(
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
                    return false;
                case HpackReader.Outcome.End:
                    if (!isTrailer) reader.Finish();
                    return true;
            }
            // The rest of what is too long, or wrong, is read and forgotten: for the table.
            if (reader.Malformed is null && reader.Error == ParseError.None)
                reader.Take(nameLength, valueLength, isTrailer);
        }
    }

    private void Take(int nameLength, int valueLength, bool isTrailer)
    {
        size += nameLength + valueLength + DynamicTable.EntryOverhead;
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
                isNew = method.Length == 0;
                method = value;
                break;
            case var text when text.SequenceEqual(":path"u8):
                isNew = path.Length == 0;
                path = value;
                break;
            case var text when text.SequenceEqual(":scheme"u8):
                isNew = scheme.Length == 0;
                scheme = value;
                break;
            case var text when text.SequenceEqual(":authority"u8):
                isNew = !hasAuthority;
                hasAuthority = true;
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
        else if (crumbs++ > limits.CookieCrumbs)
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

    // The request line as it is logged, and as all that is true of one in any version is found out.
    private void Finish()
    {
        if (Malformed is not null || Error != ParseError.None) return;
        var isConnect = method.Of(scratch).SequenceEqual("CONNECT"u8);
        if (method.Length == 0 || (isConnect ? path.Length + scheme.Length > 0 || authority.Length == 0
            : path.Length == 0 || scheme.Length == 0))
        {
            Malformed = "The method, scheme or path is missing, or there where none can be (RFC 9113 section 8.3.1).";
            return;
        }
        var target = isConnect ? authority : path;
        if (!isConnect && scratch[path.Start] != '/' && !path.Of(scratch).SequenceEqual("*"u8))
        {
            Malformed = "The path does not begin with a slash (RFC 9113 section 8.3.1).";
            return;
        }
        if (method.Length + target.Length + "  HTTP/2.0".Length > limits.RequestLineBytes)
        {
            Error = target.Length > method.Length ? ParseError.RequestLineTooLong : ParseError.MethodTooLong;
            return;
        }
        var start = used;
        method = Append(method.Of(scratch));
        Append(" "u8);
        target = Append(target.Of(scratch));
        Append(" HTTP/2.0"u8);
        head.NoteRequestLine(new Extent(start, used - start));
        Error = head.SetRequestLine(scratch, method, target, 1);
        if (Error == ParseError.None && hasAuthority) Error = head.SetAuthority(scratch, authority);
        if (Error == ParseError.None) Error = head.Finish(scratch);
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
