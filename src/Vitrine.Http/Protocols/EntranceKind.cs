namespace Vitrine.Http.Protocols;

/// <summary>The ways by which connections come in.</summary>
public enum EntranceKind : byte
{
    /// <summary>In the clear, where that is served.</summary>
    Clear,

    /// <summary>Over TLS.</summary>
    Secure,

    /// <summary>In the clear, where TLS is spoken: nothing is served.</summary>
    ClearOnSecure,

    /// <summary>In the clear, to be sent to where TLS is spoken.</summary>
    Redirect,
}
