using System.Text.Json.Serialization;

namespace Vitrine.Acme.State;

/// <summary>What is kept beside a certificate.</summary>
internal sealed record CertificateNote(IReadOnlyList<string> Sans)
{
    [JsonPropertyName("issuer_data")]
    public IssuerNote? Issuer { get; init; }
}

/// <summary>Who issued it, and when that one wants it to be renewed.</summary>
internal sealed record IssuerNote(Uri? Url, Uri Ca)
{
    [JsonPropertyName("renewal_info")]
    public RenewalNote? Renewal { get; init; }
}

/// <summary>When the authority wants it to be renewed (RFC 9773 section 4.2), and which moment of it was
/// drawn.</summary>
internal sealed record RenewalNote(
    [property: JsonPropertyName("_selectedTime")] DateTimeOffset Selected,
    [property: JsonPropertyName("_retryAfter")] DateTimeOffset AskAgain);
