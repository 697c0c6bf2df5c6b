using System.Text.Json.Serialization;

namespace Vitrine.Acme.Protocol;

/// <summary>Where an authority takes which request (RFC 8555 section 7.1.1, RFC 9773 section 4.1).</summary>
internal sealed record DirectoryMessage(Uri NewNonce, Uri NewAccount, Uri NewOrder)
{
    public Uri? RenewalInfo { get; init; }

    public DirectoryFacts? Meta { get; init; }
}

/// <summary>What an authority says of itself.</summary>
internal sealed record DirectoryFacts
{
    public Uri? TermsOfService { get; init; }

    public bool ExternalAccountRequired { get; init; }

    public IReadOnlyDictionary<string, string>? Profiles { get; init; }
}

/// <summary>An account (RFC 8555 section 7.1.2), as it is asked for and as it is kept.</summary>
internal sealed record AccountMessage
{
    public string? Status { get; init; }

    public IReadOnlyList<string>? Contact { get; init; }

    public bool TermsOfServiceAgreed { get; init; }

    public JwsMessage? ExternalAccountBinding { get; init; }

    /// <summary>Where it is; in what is kept alone.</summary>
    public Uri? Location { get; init; }
}

/// <summary>What is signed (RFC 7515 section 7.2.2): three parts in base64url.</summary>
internal sealed record JwsMessage(string Protected, string Payload, string Signature);

/// <summary>The front of what is signed (RFC 8555 section 6.2).</summary>
internal sealed record JwsHeader(string Alg, Uri Url)
{
    public string? Nonce { get; init; }

    public Jwk? Jwk { get; init; }

    public string? Kid { get; init; }
}

/// <summary>A public key (RFC 7518 section 6.2); its members in the order in which it is digested (RFC 7638).</summary>
internal sealed record Jwk(
    [property: JsonPropertyOrder(0)] string Crv,
    [property: JsonPropertyOrder(1)] string Kty,
    [property: JsonPropertyOrder(2)] string X,
    [property: JsonPropertyOrder(3)] string Y);

/// <summary>An order for a certificate (RFC 8555 section 7.1.3), as it is placed and as it comes back.</summary>
internal sealed record OrderMessage
{
    public string? Status { get; init; }

    public IReadOnlyList<IdentifierMessage>? Identifiers { get; init; }

    public string? Profile { get; init; }

    public string? Replaces { get; init; }

    public IReadOnlyList<Uri>? Authorizations { get; init; }

    public Uri? Finalize { get; init; }

    public Uri? Certificate { get; init; }

    public ProblemMessage? Error { get; init; }
}

/// <summary>A name.</summary>
internal sealed record IdentifierMessage(string Type, string Value);

/// <summary>Whether a name is ours (RFC 8555 section 7.1.4).</summary>
internal sealed record AuthorizationMessage
{
    public string? Status { get; init; }

    public IReadOnlyList<ChallengeMessage>? Challenges { get; init; }
}

/// <summary>A way to show it (RFC 8555 section 8), as the authority names it and as it is kept while it goes
/// on.</summary>
internal sealed record ChallengeMessage
{
    public string? Type { get; init; }

    public Uri? Url { get; init; }

    public string? Status { get; init; }

    public string? Token { get; init; }

    public ProblemMessage? Error { get; init; }

    /// <summary>What is to be shown; in what is kept alone.</summary>
    public string? KeyAuthorization { get; init; }

    /// <summary>The name; in what is kept alone.</summary>
    public IdentifierMessage? Identifier { get; init; }
}

/// <summary>What is wrong (RFC 9457, RFC 8555 section 6.7).</summary>
internal sealed record ProblemMessage
{
    public string? Type { get; init; }

    public string? Detail { get; init; }

    public IReadOnlyList<ProblemMessage>? Subproblems { get; init; }
}

/// <summary>The last request for a certificate (RFC 8555 section 7.4).</summary>
internal sealed record FinalizeMessage(string Csr);

/// <summary>When a certificate should be renewed (RFC 9773 section 4.2).</summary>
internal sealed record RenewalInfoMessage(RenewalWindow SuggestedWindow)
{
    [JsonPropertyName("explanationURL")]
    public string? Explanation { get; init; }
}

/// <summary>From when until when.</summary>
internal sealed record RenewalWindow(DateTimeOffset Start, DateTimeOffset End);

/// <summary>What is an empty object on the wire.</summary>
internal sealed record EmptyMessage;
