using Vitrine.Http.Replies;

namespace Vitrine.Http.Head;

/// <summary>What is wrong with a request. Bad input is a value here, never an exception.</summary>
public enum ParseError : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A line feed without a carriage return before it.</summary>
    BareLineFeed,

    /// <summary>A carriage return without a line feed after it.</summary>
    BareCarriageReturn,

    /// <summary>NUL or another control character.</summary>
    ControlCharacter,

    /// <summary>Not "method SP target SP version".</summary>
    BadRequestLine,

    /// <summary>The target has no form that the method allows, or a character that no target has.</summary>
    BadTarget,

    /// <summary>Not HTTP/DIGIT.DIGIT.</summary>
    BadVersion,

    /// <summary>A version other than HTTP/1.x.</summary>
    UnsupportedVersion,

    /// <summary>The request line is longer than its limit.</summary>
    RequestLineTooLong,

    /// <summary>The head is longer than its limit.</summary>
    HeadTooLarge,

    /// <summary>The head has more field lines than its limit.</summary>
    TooManyFields,

    /// <summary>A field line that starts with white space (obs-fold).</summary>
    FoldedField,

    /// <summary>A field line without a colon.</summary>
    MissingColon,

    /// <summary>A field name that is empty or no token, white space before the colon included.</summary>
    BadFieldName,

    /// <summary>An HTTP/1.1 request without Host.</summary>
    MissingHost,

    /// <summary>More than one Host.</summary>
    SeveralHosts,

    /// <summary>A Host that is no host and port.</summary>
    BadHost,

    /// <summary>More than one Content-Length, or a list in one.</summary>
    SeveralContentLengths,

    /// <summary>A Content-Length that is no number.</summary>
    BadContentLength,

    /// <summary>Content-Length and Transfer-Encoding together.</summary>
    LengthAndEncoding,

    /// <summary>Transfer-Encoding in HTTP/1.0.</summary>
    EncodingInHttp10,

    /// <summary>Transfer-Encoding that does not end in exactly one chunked.</summary>
    BadTransferEncoding,

    /// <summary>A transfer coding that is not implemented.</summary>
    UnknownTransferCoding,

    /// <summary>An expectation other than 100-continue.</summary>
    UnknownExpectation,

    /// <summary>
    /// A chunk size that is no hexadecimal number, overflows, or is followed by something odd.
    /// </summary>
    BadChunkSize,

    /// <summary>A chunk extension that is too long.</summary>
    ChunkLineTooLong,

    /// <summary>Chunk data that is not followed by CRLF.</summary>
    MissingChunkEnd,

    /// <summary>A trailer that is no field line.</summary>
    BadTrailer,

    /// <summary>More bytes of trailers than the limit.</summary>
    TrailersTooLarge,

    /// <summary>A body longer than the limit.</summary>
    BodyTooLarge,

    /// <summary>The connection's input ended inside a request.</summary>
    PrematureEnd,

    /// <summary>The rest of a request did not come in time.</summary>
    RequestTimeout,
}

/// <summary>What each error is answered with.</summary>
public static class ParseErrors
{
    /// <summary>The status of the reply.</summary>
    public static Status StatusOf(ParseError error) => error switch
    {
        ParseError.UnsupportedVersion => Status.HttpVersionNotSupported,
        ParseError.RequestLineTooLong => Status.UriTooLong,
        ParseError.HeadTooLarge or ParseError.TooManyFields or ParseError.TrailersTooLarge
            => Status.RequestHeaderFieldsTooLarge,
        ParseError.UnknownTransferCoding => Status.NotImplemented,
        ParseError.UnknownExpectation => Status.ExpectationFailed,
        ParseError.BodyTooLarge => Status.ContentTooLarge,
        ParseError.RequestTimeout => Status.RequestTimeout,
        _ => Status.BadRequest,
    };

    /// <summary>One sentence for the person who reads the reply, with its source.</summary>
    public static string Explain(ParseError error) => error switch
    {
        ParseError.BareLineFeed => "A line ended with a bare line feed; lines end with CR LF (RFC 9112 section 2.2).",
        ParseError.BareCarriageReturn => "A carriage return stood without its line feed (RFC 9112 section 2.2).",
        ParseError.ControlCharacter => "A control character stood in the request's head (RFC 9110 section 5.5).",
        ParseError.BadRequestLine => "The first line is not \"method SP target SP version\" (RFC 9112 section 3).",
        ParseError.BadTarget => "The request target is none that this method can have (RFC 9112 section 3.2).",
        ParseError.BadVersion => "The protocol version is not \"HTTP/\" digit \".\" digit (RFC 9112 section 2.3).",
        ParseError.UnsupportedVersion => "This server speaks HTTP/1.1 and HTTP/1.0 here (RFC 9110 section 15.6.6).",
        ParseError.RequestLineTooLong => "The request line is longer than this server reads (RFC 9112 section 3).",
        ParseError.HeadTooLarge => "The request's head is larger than this server reads (RFC 6585 section 5).",
        ParseError.TooManyFields => "The request has more header fields than this server reads (RFC 6585 section 5).",
        ParseError.FoldedField => "A header line started with white space; folding is obsolete (RFC 9112 section 5.2).",
        ParseError.MissingColon => "A header line has no colon (RFC 9112 section 5).",
        ParseError.BadFieldName =>
            "A header field's name is empty or has a character that no name has (RFC 9112 section 5.1).",
        ParseError.MissingHost => "An HTTP/1.1 request has to have a Host field (RFC 9112 section 3.2).",
        ParseError.SeveralHosts => "A request has exactly one Host field (RFC 9112 section 3.2).",
        ParseError.BadHost => "The Host field is no host and port (RFC 9110 section 7.2).",
        ParseError.SeveralContentLengths => "A request has at most one Content-Length (RFC 9112 section 6.3).",
        ParseError.BadContentLength => "The Content-Length is no number (RFC 9110 section 8.6).",
        ParseError.LengthAndEncoding =>
            "Content-Length and Transfer-Encoding exclude each other (RFC 9112 section 6.1).",
        ParseError.EncodingInHttp10 => "HTTP/1.0 has no Transfer-Encoding (RFC 9112 section 6.1).",
        ParseError.BadTransferEncoding => "The Transfer-Encoding is not exactly \"chunked\" (RFC 9112 section 6.1).",
        ParseError.UnknownTransferCoding =>
            "This server does not implement that transfer coding (RFC 9112 section 6.1).",
        ParseError.UnknownExpectation => "The only expectation there is is 100-continue (RFC 9110 section 10.1.1).",
        ParseError.BadChunkSize => "A chunk does not start with its size in hexadecimal (RFC 9112 section 7.1).",
        ParseError.ChunkLineTooLong =>
            "A chunk's extensions are longer than this server reads (RFC 9112 section 7.1.1).",
        ParseError.MissingChunkEnd => "A chunk's data is not followed by CR LF (RFC 9112 section 7.1).",
        ParseError.BadTrailer => "A trailer is no well-formed field line (RFC 9112 section 7.1.2).",
        ParseError.TrailersTooLarge => "The trailers are larger than this server reads (RFC 9112 section 7.1.2).",
        ParseError.BodyTooLarge => "The request's body is larger than this server reads (RFC 9110 section 15.5.14).",
        ParseError.PrematureEnd => "The connection's input ended inside a request (RFC 9112 section 8).",
        ParseError.RequestTimeout => "The rest of the request did not come in time (RFC 9110 section 15.5.9).",
        _ => "",
    };
}
