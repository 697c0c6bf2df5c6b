using System.Net;

namespace Vitrine.Acme.Protocol;

/// <summary>What an authority answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">What is in it.</param>
internal sealed record AcmeReply(HttpStatusCode Status, byte[] Body)
{
    /// <summary>Where the thing is that was made, or null.</summary>
    public Uri? Location { get; init; }

    /// <summary>When it wants to be asked again, or null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether it did as it was asked.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
