namespace Vitrine.Server;

/// <summary>How a <see cref="WebServer"/> speaks TLS.</summary>
public sealed record TlsOptions
{
    /// <summary>The certificates; the first is for clients that name no host, or one that none is for.</summary>
    public IReadOnlyList<CertificateFiles> Certificates { get; init; } = [];

    /// <summary>A certificate with its chain and key as text (PEM), which comes before all others; or null.</summary>
    public string? OwnCertificate { get; init; }

    /// <summary>Further files that are never served though they may lie in the folder: whoever made <see
    /// cref="OwnCertificate"/> has keys too.</summary>
    public IReadOnlyList<string> PrivateFiles { get; init; } = [];

    /// <summary>Whether clients are refused that name a host that no certificate is for.</summary>
    public bool RefusesOtherNames { get; init; }

    /// <summary>
    /// A file with the certificates (PEM) of those who vouch for clients; null asks clients for nothing.
    /// </summary>
    public string? ClientAuthorities { get; init; }

    /// <summary>Whether a client without a certificate is served too, where one is asked for.</summary>
    public bool ClientsAreOptional { get; init; }

    /// <summary>
    /// A file with the keys under which clients keep their sessions, shared by servers that stand in for each other: 80
    /// random bytes for each, the newest first. Null: keys of its own, in memory alone.
    /// </summary>
    public string? TicketKeys { get; init; }

    /// <summary>
    /// For how many seconds clients are to come by HTTPS alone (Strict-Transport-Security, RFC 6797); it is told to who
    /// came for a host by its name, and never of localhost or of an address. Null tells nobody.
    /// </summary>
    public int? StrictSeconds { get; init; }

    /// <summary>
    /// A folder with what an authority is about to look for to see that a name is ours (ACME), a file a name, as JSON
    /// with <c>type</c>, <c>token</c>, <c>keyAuthorization</c> and <c>identifier</c>; or null. It is looked at every
    /// two
    /// seconds.
    /// </summary>
    public string? ChallengeFolder { get; init; }

    /// <summary>
    /// A port where HTTP is spoken in the clear, and answered with where TLS is; 0 takes any free one, null is none.
    /// </summary>
    public int? RedirectPort { get; init; }
}
