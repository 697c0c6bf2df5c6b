namespace Vitrine.Acme;

/// <summary>An account that one has with an authority before any of ACME (RFC 8555 section 7.3.4).</summary>
/// <param name="KeyId">Its name there.</param>
/// <param name="Key">What it is proved with (HMAC).</param>
public sealed record ExternalAccount(string KeyId, byte[] Key);
