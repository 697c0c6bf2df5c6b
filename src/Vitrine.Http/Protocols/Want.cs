namespace Vitrine.Http.Protocols;

/// <summary>What a protocol wants next of the connection that carries it.</summary>
public enum Want : byte
{
    /// <summary>More input.</summary>
    Read,

    /// <summary>The output sent, before it goes on with the input that is left.</summary>
    Write,

    /// <summary>The output sent, and meanwhile any input that there is: it has more to put in.</summary>
    Exchange,

    /// <summary>Word that the pending reply is done.</summary>
    Wait,

    /// <summary>The output sent and the connection closed.</summary>
    Close,

    /// <summary>
    /// The output sent, then the input read and thrown away for a while, so that no reset destroys the last
    /// reply before the client reads it (RFC 9112 section 9.6).
    /// </summary>
    Linger,
}
