namespace Vitrine.Net.Tls;

/// <summary>Who vouches for clients.</summary>
/// <param name="Certificates">The authorities' certificates, in DER.</param>
/// <param name="AreRequired">Whether a client without a certificate of theirs is refused; else it is served
/// too.</param>
public sealed record ClientAuthorities(IReadOnlyList<byte[]> Certificates, bool AreRequired);
