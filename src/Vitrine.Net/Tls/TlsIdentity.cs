namespace Vitrine.Net.Tls;

/// <summary>
/// A certificate with its chain and key, as bytes that no library owns: every worker makes of it what it needs, so that
/// none waits for another's reference counts.
/// </summary>
/// <param name="Chain">Certificates in DER, the server's own first (RFC 8446 section 4.4.2).</param>
/// <param name="Key">The private key in DER (PKCS #8).</param>
/// <param name="Names">The hosts that it is for: small letters, some with <c>*.</c> in front.</param>
public sealed record TlsIdentity(IReadOnlyList<byte[]> Chain, byte[] Key, IReadOnlyList<string> Names)
{
    /// <summary>Whether its key is for RSA, which clients may speak that do not speak the others.</summary>
    public bool IsRsa { get; init; }
}
