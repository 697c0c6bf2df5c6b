namespace Vitrine.Http.Head;

/// <summary>Request methods (RFC 9110 section 9.3, RFC 5789). Names are case-sensitive.</summary>
public enum Method : byte
{
    /// <summary>None of those below: 501.</summary>
    Unknown,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>TRACE.</summary>
    Trace,

    /// <summary>CONNECT.</summary>
    Connect,
}
