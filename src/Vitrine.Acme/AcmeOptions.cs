namespace Vitrine.Acme;

/// <summary>Which certificates are wanted, and of whom.</summary>
public sealed record AcmeOptions
{
    /// <summary>Let's Encrypt.</summary>
    public static readonly Uri LetsEncrypt = new("https://acme-v02.api.letsencrypt.org/directory");

    /// <summary>Let's Encrypt for trying it out: its certificates are trusted by nobody, its limits are wide.</summary>
    public static readonly Uri LetsEncryptStaging = new("https://acme-staging-v02.api.letsencrypt.org/directory");

    /// <summary>For which hosts, a certificate each.</summary>
    public required IReadOnlyList<Identifier> Names { get; init; }

    /// <summary>Where everything is kept.</summary>
    public required StateFolder State { get; init; }

    /// <summary>The authority's directory (RFC 8555 section 7.1.1).</summary>
    public Uri Directory { get; init; } = LetsEncrypt;

    /// <summary>An address of mail that the authority may write to, or null.</summary>
    public string? Mail { get; init; }

    /// <summary>How it is shown that a name is ours: in this order, the next where one fails.</summary>
    public IReadOnlyList<ChallengeKind> Challenges { get; init; } = [ChallengeKind.TlsAlpn, ChallengeKind.Http];

    /// <summary>An account that one has with the authority already, or null (RFC 8555 section 7.3.4).</summary>
    public ExternalAccount? External { get; init; }

    /// <summary>A profile of the authority's, or null for what it gives to those who ask for none.</summary>
    public string? Profile { get; init; }

    /// <summary>A file with who vouches for the authority's own HTTPS (PEM); null is whom the system trusts.</summary>
    public string? TrustFile { get; init; }
}
