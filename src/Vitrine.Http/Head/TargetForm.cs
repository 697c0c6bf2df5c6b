namespace Vitrine.Http.Head;

/// <summary>The form of a request target, RFC 9112 section 3.2.</summary>
public enum TargetForm : byte
{
    /// <summary><c>/path?query</c>.</summary>
    Origin,

    /// <summary><c>http://authority/path?query</c>.</summary>
    Absolute,

    /// <summary><c>host:port</c>, of CONNECT.</summary>
    Authority,

    /// <summary><c>*</c>, of OPTIONS.</summary>
    Asterisk,
}
