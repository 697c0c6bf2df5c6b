namespace Vitrine.Http.Replies;

/// <summary>What a representation says of itself besides its media type.</summary>
/// <param name="EntityTag">An entity tag with its quotes, or null.</param>
/// <param name="LastModified">When it was modified: seconds since 1970, or null.</param>
/// <param name="Fields">Further fields, which stand behind the usual ones.</param>
public readonly record struct Metadata(string? EntityTag, long? LastModified, FieldSet? Fields)
{
    /// <summary>Content-Encoding (RFC 9110 section 8.4), or null.</summary>
    public string? ContentCoding { get; init; }

    /// <summary>Of a page that refuses something: why, for who runs the server.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether ranges are offered without a tag: then a date says whether they are of the same.</summary>
    public bool HasRanges { get; init; }

    /// <summary>True when other clients get another coding: Vary says so, in a 304 too.</summary>
    public bool VariesByCoding { get; init; }
}
