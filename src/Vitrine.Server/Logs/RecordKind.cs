namespace Vitrine.Server.Logs;

/// <summary>What a record of the journal tells of.</summary>
internal enum RecordKind : byte
{
    /// <summary>A reply that was sent.</summary>
    Reply,

    /// <summary>A request or a connection was refused; or so many more were, of which nothing else is told.</summary>
    Refusal,

    /// <summary>A connection was accepted.</summary>
    Opened,

    /// <summary>A connection speaks TLS from now on.</summary>
    Secured,

    /// <summary>Bytes came in.</summary>
    Received,

    /// <summary>Bytes went out.</summary>
    Sent,

    /// <summary>Bytes went out of a file.</summary>
    SentFromFile,

    /// <summary>A connection was closed.</summary>
    Closed,
}
