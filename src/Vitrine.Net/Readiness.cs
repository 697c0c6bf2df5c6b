namespace Vitrine.Net;

/// <summary>What an event says.</summary>
[Flags]
public enum Readiness
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>There is input, the end of it, or an error to be read.</summary>
    Readable = 1,

    /// <summary>There is room for output.</summary>
    Writable = 2,

    /// <summary>There are new connections.</summary>
    Acceptable = 4,

    /// <summary>
    /// The peer has ended its side, or the connection is broken: input has to be read to its end.
    /// </summary>
    Ended = 8,
}
