namespace Vitrine.Acme.Protocol;

/// <summary>A certificate as an authority gave it.</summary>
/// <param name="Chain">It, and those between it and one that clients know (PEM).</param>
/// <param name="Key">Its private key (PEM).</param>
/// <param name="Url">Where it was.</param>
internal sealed record IssuedCertificate(string Chain, string Key, Uri Url);
