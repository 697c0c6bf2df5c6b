namespace Vitrine.Http.Http2.Frames;

/// <summary>What a frame is (RFC 9113 section 6, RFC 9218 section 7.1). Others are passed over.</summary>
internal enum FrameType : byte
{
    /// <summary>Bytes of a body.</summary>
    Data = 0,

    /// <summary>The head of a request or a reply, or the trailers of one.</summary>
    Headers = 1,

    /// <summary>The old priorities: read and ignored.</summary>
    Priority = 2,

    /// <summary>The end of a stream, at once.</summary>
    ResetStream = 3,

    /// <summary>What one end has the other keep to.</summary>
    Settings = 4,

    /// <summary>A request that a server makes up; we do not, and a client may not.</summary>
    PushPromise = 5,

    /// <summary>A question whether anybody is there.</summary>
    Ping = 6,

    /// <summary>The beginning of the connection's end.</summary>
    GoAway = 7,

    /// <summary>Room for so many bytes more.</summary>
    WindowUpdate = 8,

    /// <summary>The rest of a head.</summary>
    Continuation = 9,

    /// <summary>Another priority for a request (RFC 9218).</summary>
    PriorityUpdate = 16,
}
