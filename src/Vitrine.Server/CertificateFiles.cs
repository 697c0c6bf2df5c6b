namespace Vitrine.Server;

/// <summary>Where a certificate is.</summary>
/// <param name="Certificate">A PEM file with the certificate, then those between it and one that clients know; or a
/// PKCS #12 file with all of it.</param>
/// <param name="Key">A PEM file with the private key; null when it is in the same file.</param>
public sealed record CertificateFiles(string Certificate, string? Key = null)
{
    /// <summary>
    /// The host that it will be for, where another process is still to write it; until then a certificate that nobody
    /// trusts stands in for it. Null: it has to be there.
    /// </summary>
    public string? AwaitedFor { get; init; }

    /// <summary>Both, or the one.</summary>
    public IEnumerable<string> All => Key is null || Key == Certificate ? [Certificate] : [Certificate, Key];
}
