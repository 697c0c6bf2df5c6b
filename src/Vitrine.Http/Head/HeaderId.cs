namespace Vitrine.Http.Head;

/// <summary>
/// The request fields that something here acts on. All others are checked and otherwise left alone.
/// </summary>
public enum HeaderId : byte
{
    /// <summary>A field that nothing here acts on.</summary>
    Other,

    /// <summary>Host, RFC 9110 section 7.2.</summary>
    Host,

    /// <summary>Connection, RFC 9110 section 7.6.1.</summary>
    Connection,

    /// <summary>Content-Length, RFC 9110 section 8.6.</summary>
    ContentLength,

    /// <summary>Transfer-Encoding, RFC 9112 section 6.1.</summary>
    TransferEncoding,

    /// <summary>Expect, RFC 9110 section 10.1.1.</summary>
    Expect,

    /// <summary>Range, RFC 9110 section 14.2.</summary>
    Range,

    /// <summary>If-Range, RFC 9110 section 13.1.5.</summary>
    IfRange,

    /// <summary>If-Match, RFC 9110 section 13.1.1.</summary>
    IfMatch,

    /// <summary>If-None-Match, RFC 9110 section 13.1.2.</summary>
    IfNoneMatch,

    /// <summary>If-Modified-Since, RFC 9110 section 13.1.3.</summary>
    IfModifiedSince,

    /// <summary>If-Unmodified-Since, RFC 9110 section 13.1.4.</summary>
    IfUnmodifiedSince,

    /// <summary>Accept-Encoding, RFC 9110 section 12.5.3.</summary>
    AcceptEncoding,

    /// <summary>User-Agent, for the log.</summary>
    UserAgent,

    /// <summary>Referer, for the log.</summary>
    Referer,
}
