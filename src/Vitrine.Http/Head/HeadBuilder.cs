using Vitrine.Http.Protocols;
using Vitrine.Http.Text;

namespace Vitrine.Http.Head;

/// <summary>
/// Builds a <see cref="RequestHead"/> from its parts and is the only validator of a head, whatever version of
/// HTTP it came in. It holds positions and no bytes, so a head that comes in pieces may move between two
/// calls. Reused: one serves many requests, one after the other.
/// </summary>
public sealed class HeadBuilder(Limits limits)
{
    private const int KnownHostBytes = 128;

    private readonly FieldLine[] fields = new FieldLine[limits.FieldCount];
    private readonly byte[] knownHost = new byte[KnownHostBytes];
    private int knownHostLength;
    private ulong present;
    private ulong repeated;
    private bool hasOwnAuthority;

    /// <summary>
    /// Where a parser that was stopped goes on: the start of the line that is not yet complete.
    /// </summary>
    public int LineStart { get; set; }

    /// <summary>How far that line was searched for its end.</summary>
    public int Scanned { get; set; }

    /// <summary>The place of the first colon that was found in it, or -1.</summary>
    public int Colon { get; set; } = -1;

    /// <summary>True once the request line is in.</summary>
    public bool HasRequestLine { get; private set; }

    /// <summary>By which way the request comes in.</summary>
    internal Entrance Entrance { get; set; } = Entrance.Clear;

    internal Method Method { get; private set; }

    internal Extent RequestLine { get; private set; }

    internal Extent MethodName { get; private set; }

    internal Extent Target { get; private set; }

    internal Extent Authority { get; private set; }

    internal Extent Path { get; private set; }

    internal Extent Query { get; private set; }

    internal bool IsPathCanonical { get; private set; }

    internal TargetForm Form { get; private set; }

    internal int MinorVersion { get; private set; }

    internal ReadOnlySpan<FieldLine> Fields => fields.AsSpan(0, FieldCount);

    internal int FieldCount { get; private set; }

    /// <summary>Makes it empty again.</summary>
    public void Reset()
    {
        present = repeated = 0;
        LineStart = Scanned = FieldCount = 0;
        Colon = -1;
        HasRequestLine = false;
        Method = Method.Unknown;
        RequestLine = MethodName = Target = Authority = Path = Query = default;
        Form = TargetForm.Origin;
        IsPathCanonical = hasOwnAuthority = false;
        MinorVersion = 1;
    }

    /// <summary>Takes the method, the target and the minor version of HTTP/1.</summary>
    public ParseError SetRequestLine(ReadOnlySpan<byte> bytes, Extent method, Extent target, int minorVersion)
    {
        Method = Methods.Parse(method.Of(bytes));
        if (Method == Method.Unknown && !Ascii.IsToken(method.Of(bytes))) return ParseError.BadRequestLine;
        var text = target.Of(bytes);
        var scan = TargetScan.Of(text);
        if (text.IsEmpty || !scan.IsValid) return ParseError.BadTarget;
        HasRequestLine = true;
        MethodName = method;
        Target = target;
        MinorVersion = minorVersion;
        return SplitTarget(text, scan);
    }

    /// <summary>Notes where the whole request line is, for logs.</summary>
    public void NoteRequestLine(Extent line) => RequestLine = line;

    /// <summary>Takes one field line; the value is trimmed already.</summary>
    public ParseError AddField(ReadOnlySpan<byte> bytes, Extent name, Extent value)
    {
        if (FieldCount == fields.Length) return ParseError.TooManyFields;
        var nameText = name.Of(bytes);
        var id = HeaderIds.Parse(nameText);
        if (id == HeaderId.Other)
        {
            if (!Ascii.IsToken(nameText)) return ParseError.BadFieldName;
        }
        else
        {
            var bit = 1UL << (int)id;
            repeated |= present & bit;
            present |= bit;
        }
        fields[FieldCount++] = new FieldLine(id, name, value);
        return ParseError.None;
    }

    /// <summary>Gives the last field line a longer value.</summary>
    public void ExtendLastField(Extent value) => fields[FieldCount - 1] = fields[FieldCount - 1] with { Value = value };

    /// <summary>Takes the authority that HTTP/2 has beside the target (RFC 9113 section 8.3.1).</summary>
    public ParseError SetAuthority(ReadOnlySpan<byte> bytes, Extent authority)
    {
        Authority = authority;
        hasOwnAuthority = true;
        return IsHost(authority.Of(bytes)) ? ParseError.None : ParseError.BadHost;
    }

    /// <summary>Checks what only a whole head shows: Host, and Expect.</summary>
    public ParseError Finish(ReadOnlySpan<byte> bytes)
    {
        if (IsRepeated(HeaderId.Host)) return ParseError.SeveralHosts;
        if (Has(HeaderId.Host))
        {
            var host = Find(HeaderId.Host);
            if (!IsHost(host.Of(bytes))) return ParseError.BadHost;
            // The authority of an absolute-form target wins (RFC 9112 section 3.2.2).
            if (Authority.Length == 0) Authority = host;
            else if (hasOwnAuthority && !Ascii.EqualsIgnoreCase(host.Of(bytes), Authority.Of(bytes)))
                return ParseError.SeveralHosts;
        }
        else if (MinorVersion >= 1 && !hasOwnAuthority)
        {
            return ParseError.MissingHost;
        }
        return Has(HeaderId.Expect) ? CheckExpect(bytes) : ParseError.None;
    }

    /// <summary>The head, over the bytes in which it lies.</summary>
    public RequestHead Over(ReadOnlySpan<byte> bytes) => new(this, bytes);

    internal bool Has(HeaderId id) => (present >> (int)id & 1) != 0;

    internal bool HasAny(ulong bits) => (present & bits) != 0;

    internal bool IsRepeated(HeaderId id) => (repeated >> (int)id & 1) != 0;

    internal Extent Find(HeaderId id)
    {
        foreach (ref readonly var field in Fields)
            if (field.Id == id) return field.Value;
        return default;
    }

    // Most requests are for the host that the one before was for, which was found to be valid.
    private bool IsHost(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual(knownHost.AsSpan(0, knownHostLength)) && knownHostLength > 0) return true;
        if (!Text.Authority.IsValid(text)) return false;
        if (text.Length > KnownHostBytes) return true;
        text.CopyTo(knownHost);
        knownHostLength = text.Length;
        return true;
    }

    private ParseError SplitTarget(ReadOnlySpan<byte> text, in TargetScan scan)
    {
        if (Method == Method.Connect)
        {
            Form = TargetForm.Authority;
            Authority = Target;
            Path = Target;
            var hasPort = text.LastIndexOf((byte)':') is var colon and > 0 && Ascii.IsDigit(text[^1])
                && text[(colon + 1)..].IndexOf((byte)']') < 0;
            return hasPort && Text.Authority.IsValid(text) ? ParseError.None : ParseError.BadTarget;
        }
        if (text[0] == '/')
        {
            Form = TargetForm.Origin;
            IsPathCanonical = scan.IsCanonical;
            SplitQuery(text, 0, scan.Question);
            return ParseError.None;
        }
        if (text.SequenceEqual("*"u8))
        {
            Form = TargetForm.Asterisk;
            Path = Target;
            return Method == Method.Options ? ParseError.None : ParseError.BadTarget;
        }
        return SplitAbsolute(text, scan.Question);
    }

    // absolute-form, RFC 9112 section 3.2.2: what a client sends to a proxy, and a server has to accept.
    private ParseError SplitAbsolute(ReadOnlySpan<byte> text, int question)
    {
        var schemeEnd = text.IndexOf("://"u8);
        if (schemeEnd < 0) return ParseError.BadTarget;
        var scheme = text[..schemeEnd];
        // What is meant for a secured connection is not answered over this one (RFC 9110 section 7.4).
        if (Ascii.EqualsIgnoreCase(scheme, "https"u8)) return ParseError.NotSecured;
        if (!Ascii.EqualsIgnoreCase(scheme, "http"u8)) return ParseError.BadTarget;
        var start = schemeEnd + 3;
        var length = text[start..].IndexOfAny((byte)'/', (byte)'?');
        if (length < 0) length = text.Length - start;
        Form = TargetForm.Absolute;
        Authority = new Extent(Target.Start + start, length);
        if (!Text.Authority.IsValid(text.Slice(start, length))) return ParseError.BadTarget;
        SplitQuery(text, start + length, question);
        if (Method == Method.Options && Path.Length == 0 && Query.Length == 0) Form = TargetForm.Asterisk;
        return ParseError.None;
    }

    private void SplitQuery(ReadOnlySpan<byte> text, int pathStart, int question)
    {
        var pathEnd = question < 0 ? text.Length : question;
        Path = new Extent(Target.Start + pathStart, pathEnd - pathStart);
        Query = new Extent(Target.Start + pathEnd, text.Length - pathEnd);
    }

    private ParseError CheckExpect(ReadOnlySpan<byte> bytes)
    {
        foreach (ref readonly var field in Fields)
        {
            if (field.Id != HeaderId.Expect) continue;
            var list = field.Value.Of(bytes);
            while (Ascii.TryTakeListElement(ref list, out var element))
                if (!Ascii.EqualsIgnoreCase(element, "100-continue"u8)) return ParseError.UnknownExpectation;
        }
        return ParseError.None;
    }
}
