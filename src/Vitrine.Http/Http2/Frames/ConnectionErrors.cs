namespace Vitrine.Http.Http2.Frames;

/// <summary>All that can be wrong with a connection.</summary>
internal static class ConnectionErrors
{
    public static readonly ConnectionError BadPreface = Protocol(
        "The connection did not begin with the preface of HTTP/2 and SETTINGS (RFC 9113 section 3.4).");

    public static readonly ConnectionError FrameTooLong = new(
        ErrorCode.FrameSizeError, "A frame is longer than 16,384 bytes (RFC 9113 section 4.2).");

    public static readonly ConnectionError WrongLength = new(
        ErrorCode.FrameSizeError, "A frame has a length that none of its type can have (RFC 9113 section 6).");

    public static readonly ConnectionError BadPadding = Protocol(
        "A frame has as much padding as its length or more (RFC 9113 section 6.1).");

    public static readonly ConnectionError WrongStream = Protocol(
        "A frame is of a stream that frames of its type cannot be of (RFC 9113 section 6).");

    public static readonly ConnectionError BadStreamId = Protocol(
        "A request has an even stream identifier, or one that is not above all before it (RFC 9113 section 5.1.1).");

    public static readonly ConnectionError IdleStream = Protocol(
        "A frame is of a stream on which nothing was asked for yet (RFC 9113 section 5.1).");

    public static readonly ConnectionError ClosedStream = new(
        ErrorCode.StreamClosed, "A frame is of a stream that has ended (RFC 9113 section 5.1).");

    public static readonly ConnectionError DependsOnItself = Protocol(
        "A stream was to come behind itself (RFC 7540 section 5.3.1).");

    public static readonly ConnectionError Push = Protocol("A client cannot push (RFC 9113 section 8.4).");

    public static readonly ConnectionError LostContinuation = Protocol(
        "The rest of a head did not follow its beginning (RFC 9113 section 6.10).");

    public static readonly ConnectionError BadBlock = new(
        ErrorCode.CompressionError, "A head could not be decoded (RFC 7541).");

    public static readonly ConnectionError BadSetting = Protocol(
        "A setting has a value that it cannot have (RFC 9113 section 6.5.2).");

    public static readonly ConnectionError BadInitialWindow = new(
        ErrorCode.FlowControlError, "A window would be larger than 2^31-1 bytes (RFC 9113 sections 6.5.2, 6.9.1).");

    public static readonly ConnectionError NoIncrement = Protocol(
        "A WINDOW_UPDATE of the connection adds nothing (RFC 9113 section 6.9).");

    public static readonly ConnectionError WindowTooLarge = new(
        ErrorCode.FlowControlError, "The connection's window is larger than 2^31-1 bytes (RFC 9113 section 6.9.1).");

    public static readonly ConnectionError WindowExceeded = new(
        ErrorCode.FlowControlError, "More bytes of bodies came than there was room for (RFC 9113 section 6.9.1).");

    public static readonly ConnectionError HeadTooLong = new(
        ErrorCode.EnhanceYourCalm, "A request's head has more bytes or frames than this server reads.");

    public static readonly ConnectionError TooManyResets = new(
        ErrorCode.EnhanceYourCalm, "Too many requests were made and given up.");

    public static readonly ConnectionError TooManyControlFrames = new(
        ErrorCode.EnhanceYourCalm, "Too many frames came that carry neither a request nor a body.");

    public static readonly ConnectionError HeadTimeout = new(
        ErrorCode.NoError, "The rest of a request did not come in time.");

    private static ConnectionError Protocol(string explanation) => new(ErrorCode.ProtocolError, explanation);
}
