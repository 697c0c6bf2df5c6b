namespace Vitrine.Acme;

/// <summary>There is no certificate, and why: a sentence for who runs the server.</summary>
/// <param name="message">The sentence, without a full stop.</param>
/// <param name="inner">What it came of.</param>
public sealed class AcmeException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of problem, as the authority names it (RFC 8555 section 6.7); null when it did not.</summary>
    public string? Problem { get; init; }

    /// <summary>When the authority wants to be asked again, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the authority looked and did not find the proof: another kind of proof may do.</summary>
    internal bool IsOfChallenge { get; init; }
}
