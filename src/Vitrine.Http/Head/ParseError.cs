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

    /// <summary>The first record of TLS, where HTTP in the clear was expected.</summary>
    Tls,

    /// <summary>A target of the https scheme on a connection that is not secured.</summary>
    NotSecured,

    /// <summary>A method that is longer than any request line.</summary>
    MethodTooLong,

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

    /// <summary>What stands behind a chunk's size is no extension.</summary>
    BadChunkExtension,

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
