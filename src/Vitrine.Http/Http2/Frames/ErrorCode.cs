namespace Vitrine.Http.Http2.Frames;

/// <summary>Why a stream or a connection ends (RFC 9113 section 7).</summary>
internal enum ErrorCode : uint
{
    /// <summary>Nothing is wrong.</summary>
    NoError = 0,

    /// <summary>What no specification allows.</summary>
    ProtocolError = 1,

    /// <summary>Our own fault.</summary>
    InternalError = 2,

    /// <summary>More was sent than there was room for.</summary>
    FlowControlError = 3,

    /// <summary>Settings were not acknowledged in time.</summary>
    SettingsTimeout = 4,

    /// <summary>A frame for a stream that ended.</summary>
    StreamClosed = 5,

    /// <summary>A frame of a length that it cannot have.</summary>
    FrameSizeError = 6,

    /// <summary>Nothing was done about the request: it can be made again.</summary>
    RefusedStream = 7,

    /// <summary>The stream is not wanted any more.</summary>
    Cancel = 8,

    /// <summary>A head that could not be decoded.</summary>
    CompressionError = 9,

    /// <summary>The tunnel of a CONNECT broke.</summary>
    ConnectError = 10,

    /// <summary>More is asked for than is good.</summary>
    EnhanceYourCalm = 11,

    /// <summary>The connection is not secured as it should be.</summary>
    InadequateSecurity = 12,

    /// <summary>Ask again with HTTP/1.1.</summary>
    Http11Required = 13,
}
