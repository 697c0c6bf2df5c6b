namespace Vitrine.Acme;

/// <summary>How an authority sees that a name is ours.</summary>
public enum ChallengeKind
{
    /// <summary>By a page over plain HTTP on port 80 (RFC 8555 section 8.3).</summary>
    Http,

    /// <summary>By a certificate on port 443 (RFC 8737).</summary>
    TlsAlpn,
}

/// <summary>Their names on the wire.</summary>
public static class ChallengeKinds
{
    /// <summary>The name of one.</summary>
    public static string NameOf(this ChallengeKind kind) => kind == ChallengeKind.Http ? "http-01" : "tls-alpn-01";

    /// <summary>At which port of the name the authority looks.</summary>
    internal static int PortOf(this ChallengeKind kind) => kind == ChallengeKind.Http ? 80 : 443;
}
