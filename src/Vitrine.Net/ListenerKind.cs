namespace Vitrine.Net;

/// <summary>What is spoken with connections that come to a listener.</summary>
public enum ListenerKind : byte
{
    /// <summary>HTTP in the clear.</summary>
    Clear,

    /// <summary>HTTP over TLS.</summary>
    Secure,

    /// <summary>HTTP in the clear, which only says where TLS is spoken.</summary>
    Redirect,
}
