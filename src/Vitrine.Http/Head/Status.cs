namespace Vitrine.Http.Head;

/// <summary>The status codes that this server sends (RFC 9110 section 15).</summary>
public enum Status : ushort
{
    /// <summary>200.</summary>
    Ok = 200,

    /// <summary>204.</summary>
    NoContent = 204,

    /// <summary>206.</summary>
    PartialContent = 206,

    /// <summary>301.</summary>
    MovedPermanently = 301,

    /// <summary>304.</summary>
    NotModified = 304,

    /// <summary>308.</summary>
    PermanentRedirect = 308,

    /// <summary>400.</summary>
    BadRequest = 400,

    /// <summary>403.</summary>
    Forbidden = 403,

    /// <summary>404.</summary>
    NotFound = 404,

    /// <summary>405.</summary>
    MethodNotAllowed = 405,

    /// <summary>406.</summary>
    NotAcceptable = 406,

    /// <summary>408.</summary>
    RequestTimeout = 408,

    /// <summary>412.</summary>
    PreconditionFailed = 412,

    /// <summary>413.</summary>
    ContentTooLarge = 413,

    /// <summary>414.</summary>
    UriTooLong = 414,

    /// <summary>416.</summary>
    RangeNotSatisfiable = 416,

    /// <summary>417.</summary>
    ExpectationFailed = 417,

    /// <summary>421.</summary>
    MisdirectedRequest = 421,

    /// <summary>431, RFC 6585 section 5.</summary>
    RequestHeaderFieldsTooLarge = 431,

    /// <summary>500.</summary>
    InternalServerError = 500,

    /// <summary>501.</summary>
    NotImplemented = 501,

    /// <summary>503.</summary>
    ServiceUnavailable = 503,

    /// <summary>505.</summary>
    HttpVersionNotSupported = 505,
}
