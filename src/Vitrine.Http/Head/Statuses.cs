namespace Vitrine.Http.Head;

/// <summary>Status lines.</summary>
public static class Statuses
{
    private const int Least = 200;

    /// <summary>How many there may be, for who keeps something for each.</summary>
    internal const int Count = 600 - Least;

    /// <summary>The place of one among them.</summary>
    internal static int PlaceOf(Status status) => (int)status - Least;

    /// <summary>Every status, once.</summary>
    public static IReadOnlyList<Status> All { get; } = Enum.GetValues<Status>();

    /// <summary>Code and reason phrase, as in "404 Not Found".</summary>
    public static ReadOnlySpan<byte> Line(Status status) => status switch
    {
        Status.Ok => "200 OK"u8,
        Status.NoContent => "204 No Content"u8,
        Status.PartialContent => "206 Partial Content"u8,
        Status.MovedPermanently => "301 Moved Permanently"u8,
        Status.NotModified => "304 Not Modified"u8,
        Status.PermanentRedirect => "308 Permanent Redirect"u8,
        Status.BadRequest => "400 Bad Request"u8,
        Status.Forbidden => "403 Forbidden"u8,
        Status.NotFound => "404 Not Found"u8,
        Status.MethodNotAllowed => "405 Method Not Allowed"u8,
        Status.NotAcceptable => "406 Not Acceptable"u8,
        Status.RequestTimeout => "408 Request Timeout"u8,
        Status.PreconditionFailed => "412 Precondition Failed"u8,
        Status.ContentTooLarge => "413 Content Too Large"u8,
        Status.UriTooLong => "414 URI Too Long"u8,
        Status.RangeNotSatisfiable => "416 Range Not Satisfiable"u8,
        Status.ExpectationFailed => "417 Expectation Failed"u8,
        Status.MisdirectedRequest => "421 Misdirected Request"u8,
        Status.RequestHeaderFieldsTooLarge => "431 Request Header Fields Too Large"u8,
        Status.NotImplemented => "501 Not Implemented"u8,
        Status.ServiceUnavailable => "503 Service Unavailable"u8,
        Status.HttpVersionNotSupported => "505 HTTP Version Not Supported"u8,
        _ => "500 Internal Server Error"u8,
    };

    /// <summary>True for 4xx and 5xx.</summary>
    public static bool IsError(Status status) => (int)status >= 400;
}
