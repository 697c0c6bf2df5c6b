using Vitrine.Acme.Protocol;
using Vitrine.Acme.State;

namespace Vitrine.Acme.Renewing;

/// <summary>Asks an authority when it wants a certificate to be renewed (ARI, RFC 9773).</summary>
internal static class RenewalTimes
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(6);
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>
    /// Asks; null where the authority has no such thing, or does not answer: then its life is what counts. The moment
    /// that was drawn before stays, as long as it is within the window.
    /// </summary>
    public static async Task<RenewalNote?> AskAsync(
        AcmeClient client, KeptCertificate certificate, TimeProvider time, CancellationToken cancel)
    {
        if (certificate.RenewalId is not { } id) return null;
        try
        {
            var offers = await client.DirectoryAsync(cancel).ConfigureAwait(false);
            if (offers.RenewalInfo is not { } at) return null;
            var url = new Uri($"{at.OriginalString.TrimEnd('/')}/{id}");
            var reply = await client.GetAsync(url, cancel).ConfigureAwait(false);
            var window = AcmeClient.Parse(reply, AcmeJson.Default.RenewalInfoMessage).SuggestedWindow;
            if (window is null || window.End <= window.Start) return null;
            var again = time.GetUtcNow() + Bounded(reply.RetryAfter ?? Usual);
            var isWithin = certificate.Renewal is { } before && before.Selected >= window.Start
                && before.Selected <= window.End;
            return new RenewalNote(
                isWithin ? certificate.Renewal!.Selected : DueTime.Draw(window.Start, window.End), again);
        }
        catch (AcmeException)
        {
            return null;
        }
    }

    private static TimeSpan Bounded(TimeSpan span) => span < Shortest ? Shortest : span > Longest ? Longest : span;
}
