namespace Vitrine.Net;

/// <summary>Why a connection has its turn.</summary>
internal enum Cause : byte
{
    /// <summary>It is ready for input or output, or was not finished.</summary>
    Event,

    /// <summary>The reply it waited for is done.</summary>
    ReplyDone,

    /// <summary>The window of a file that it sends next is in memory.</summary>
    ReadAhead,

    /// <summary>Its deadline has passed.</summary>
    Deadline,

    /// <summary>There are too many connections.</summary>
    NoRoom,

    /// <summary>The server stops.</summary>
    Stop,
}
