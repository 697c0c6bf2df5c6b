using Vitrine.Http.Protocols;

namespace Vitrine.Http.Head;

/// <summary>
/// A request's head: slices of the receive buffer, checked by <see cref="HeadBuilder"/>, and lent for one
/// call.
/// </summary>
public readonly ref struct RequestHead
{
    private const ulong ConditionsAndRange =
        1UL << (int)HeaderId.IfMatch | 1UL << (int)HeaderId.IfNoneMatch | 1UL << (int)HeaderId.IfModifiedSince
        | 1UL << (int)HeaderId.IfUnmodifiedSince | 1UL << (int)HeaderId.Range;

    private readonly HeadBuilder builder;
    private readonly ReadOnlySpan<byte> bytes;

    internal RequestHead(HeadBuilder builder, ReadOnlySpan<byte> bytes)
    {
        this.builder = builder;
        this.bytes = bytes;
    }

    /// <summary>By which way it came in.</summary>
    public Entrance Entrance => builder.Entrance;

    /// <summary>The method.</summary>
    public Method Method => builder.Method;

    /// <summary>The method as it was sent.</summary>
    public ReadOnlySpan<byte> MethodName => builder.MethodName.Of(bytes);

    /// <summary>The request line without its CRLF, for logs; as it was sent.</summary>
    public ReadOnlySpan<byte> RequestLine => builder.RequestLine.Of(bytes);

    /// <summary>The target as it was sent.</summary>
    public ReadOnlySpan<byte> Target => builder.Target.Of(bytes);

    /// <summary>The target's form.</summary>
    public TargetForm Form => builder.Form;

    /// <summary>
    /// The target's path as it was sent: not decoded, without the query. Empty in <c>http://host?query</c>.
    /// </summary>
    public ReadOnlySpan<byte> Path => builder.Path.Of(bytes);

    /// <summary>
    /// True when the path needs no decoding and has no dot-segment: see <see cref="Text.TargetScan"/>.
    /// </summary>
    public bool IsPathCanonical => builder.IsPathCanonical;

    /// <summary>The query with its question mark, or empty.</summary>
    public ReadOnlySpan<byte> Query => builder.Query.Of(bytes);

    /// <summary>
    /// Host and port that the request is for: the target's, else the Host field's; empty in HTTP/1.0 without.
    /// </summary>
    public ReadOnlySpan<byte> Authority => builder.Authority.Of(bytes);

    /// <summary>The x in HTTP/1.x.</summary>
    public int MinorVersion => builder.MinorVersion;

    /// <summary>All field lines in the order in which they came.</summary>
    public ReadOnlySpan<FieldLine> Fields => builder.Fields;

    /// <summary>True when the field is there.</summary>
    public bool Has(HeaderId id) => builder.Has(id);

    /// <summary>True when the answer may be anything but the whole representation (RFC 9110 sections 13 and
    /// 14).</summary>
    public bool HasConditionOrRange => builder.HasAny(ConditionsAndRange);

    /// <summary>True when the field is there more than once.</summary>
    public bool IsRepeated(HeaderId id) => builder.IsRepeated(id);

    /// <summary>The value of the field's first line, or empty.</summary>
    public ReadOnlySpan<byte> First(HeaderId id) => Has(id) ? builder.Find(id).Of(bytes) : [];

    /// <summary>
    /// The value of a field that is no list. False when it is not there or there twice: then it says nothing
    /// that can be relied on, and is ignored.
    /// </summary>
    public bool TryGetSingle(HeaderId id, out ReadOnlySpan<byte> value)
    {
        value = First(id);
        return Has(id) && !IsRepeated(id);
    }

    /// <summary>The bytes of a piece of this head.</summary>
    public ReadOnlySpan<byte> this[Extent slice] => slice.Of(bytes);
}
