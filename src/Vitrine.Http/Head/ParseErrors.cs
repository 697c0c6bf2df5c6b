namespace Vitrine.Http.Head;

/// <summary>What each error is answered with.</summary>
public static class ParseErrors
{
    /// <summary>The status of the reply.</summary>
    public static Status StatusOf(ParseError error) => error switch
    {
        ParseError.UnsupportedVersion => Status.HttpVersionNotSupported,
        ParseError.NotSecured => Status.MisdirectedRequest,
        ParseError.MethodTooLong => Status.NotImplemented,
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
        ParseError.Tls =>
            "TLS came where HTTP in the clear is spoken: the address has to begin with http://, not https:// "
            + "(RFC 9110 section 4.2).",
        ParseError.NotSecured =>
            "This connection is not secured, and the target asks for https (RFC 9110 section 7.4).",
        ParseError.MethodTooLong => "The method is longer than any that there is (RFC 9112 section 3).",
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
        ParseError.BadChunkExtension => "A chunk's extensions are not well-formed (RFC 9112 section 7.1.1).",
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
