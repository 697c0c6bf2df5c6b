using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Vitrine.Acme.Protocol;

/// <summary>
/// Speaks with an authority (RFC 8555 section 6): signed requests, each with a nonce of its own. Whatever is not what
/// it should be is told as an <see cref="AcmeException"/>.
/// </summary>
internal sealed class AcmeClient(HttpClient http, Uri directory, AccountKey key, TimeProvider time)
{
    private const int MostTries = 8; // with other nonces: an authority may forget those that it gave
    private const int MostSaid = 1_000;
    private const string BadNonce = "urn:ietf:params:acme:error:badNonce";

    private string? nonce;
    private DirectoryMessage? found;

    /// <summary>Where the account is; requests are signed in its name from then on.</summary>
    public Uri? Account { get; set; }

    /// <summary>The key of the account.</summary>
    public AccountKey Key => key;

    /// <summary>What the authority offers.</summary>
    public async Task<DirectoryMessage> DirectoryAsync(CancellationToken cancel) =>
        found ??= Parse(await GetAsync(directory, cancel).ConfigureAwait(false), AcmeJson.Default.DirectoryMessage);

    /// <summary>Asks without a signature.</summary>
    public async Task<AcmeReply> GetAsync(Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Checked(url));
        return Succeeded(await SendAsync(request, cancel).ConfigureAwait(false));
    }

    /// <summary>Reads something that only the account may read (POST-as-GET, RFC 8555 section 6.3).</summary>
    public Task<AcmeReply> ReadAsync(Uri url, CancellationToken cancel) => PostAsync(url, [], cancel);

    /// <summary>Posts a message.</summary>
    public Task<AcmeReply> PostAsync<T>(Uri url, T message, JsonTypeInfo<T> type, CancellationToken cancel) =>
        PostAsync(url, JsonSerializer.SerializeToUtf8Bytes(message, type), cancel);

    /// <summary>What is in a reply.</summary>
    public static T Parse<T>(AcmeReply reply, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(reply.Body, type)
                ?? throw new AcmeException("the authority answered with nothing");
        }
        catch (JsonException fault)
        {
            throw new AcmeException($"the authority did not answer with what ACME is: {fault.Message}", fault);
        }
    }

    private async Task<AcmeReply> PostAsync(Uri url, byte[] payload, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            var header = new JwsHeader("ES256", url)
            {
                Nonce = await NonceAsync(cancel).ConfigureAwait(false),
                Jwk = Account is null ? key.Public : null,
                Kid = Account?.OriginalString,
            };
            var signed = JsonSerializer.SerializeToUtf8Bytes(
                Jws.Sign(key, header, payload), AcmeJson.Default.JwsMessage);
            using var request = new HttpRequestMessage(HttpMethod.Post, Checked(url))
            {
                // Without a charset, which some authorities refuse.
                Content = new ByteArrayContent(signed)
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/jose+json") },
                },
            };
            var reply = await SendAsync(request, cancel).ConfigureAwait(false);
            if (tries < MostTries && ProblemOf(reply)?.Type == BadNonce) continue;
            return Succeeded(reply);
        }
    }

    private async Task<string> NonceAsync(CancellationToken cancel)
    {
        if (nonce is null)
        {
            var offers = await DirectoryAsync(cancel).ConfigureAwait(false);
            using var request = new HttpRequestMessage(HttpMethod.Head, Checked(offers.NewNonce));
            _ = await SendAsync(request, cancel).ConfigureAwait(false);
        }
        var taken = nonce ?? throw new AcmeException("the authority gave no nonce");
        nonce = null;
        return taken;
    }

    private async Task<AcmeReply> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            using var response = await http.SendAsync(request, cancel).ConfigureAwait(false);
            if (response.Headers.TryGetValues("Replay-Nonce", out var given)) nonce = given.First();
            return new AcmeReply(
                response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false))
            {
                // It may be relative to where it was asked.
                Location = response.Headers.Location is { } at ? new Uri(request.RequestUri!, at) : null,
                RetryAfter = Wait(response.Headers.RetryAfter),
            };
        }
        catch (HttpRequestException fault)
        {
            throw new AcmeException(
                $"the authority at {request.RequestUri!.Authority} cannot be reached: "
                + (fault.InnerException ?? fault).Message.TrimEnd('.'),
                fault);
        }
        catch (TaskCanceledException fault) when (!cancel.IsCancellationRequested)
        {
            throw new AcmeException($"the authority at {request.RequestUri!.Authority} does not answer", fault);
        }
    }

    private TimeSpan? Wait(RetryConditionHeaderValue? value) => value switch
    {
        { Delta: { } span } => span,
        { Date: { } date } when date > time.GetUtcNow() => date - time.GetUtcNow(),
        _ => null,
    };

    // Whoever tells us where to send what we sign could send us anywhere: not in the clear (RFC 8555 section 6.1).
    private static Uri Checked(Uri url) => url.IsAbsoluteUri && url.Scheme == Uri.UriSchemeHttps ? url
        : throw new AcmeException($"'{url}' is not an address of https, which ACME asks for");

    private static AcmeReply Succeeded(AcmeReply reply)
    {
        if (reply.IsSuccess) return reply;
        var problem = ProblemOf(reply);
        throw new AcmeException(problem is null
            ? $"the authority answered with {(int)reply.Status}"
            : $"the authority refuses it: {Say(problem)}")
        {
            Problem = problem?.Type,
            RetryAfter = reply.RetryAfter,
        };
    }

    /// <summary>A problem in words.</summary>
    public static string Say(ProblemMessage problem)
    {
        var parts = problem.Subproblems is { Count: > 0 } several ? several.Select(Say) : [];
        var text = string.Join("; ", new[] { problem.Detail ?? problem.Type ?? "without a reason" }.Concat(parts));
        // It is shown at a terminal, and of another's making.
        return string.Concat(text.Take(MostSaid).Select(one => char.IsControl(one) ? ' ' : one)).TrimEnd('.', ' ');
    }

    private static ProblemMessage? ProblemOf(AcmeReply reply)
    {
        if (reply.IsSuccess || reply.Status == HttpStatusCode.NotModified) return null;
        try
        {
            return JsonSerializer.Deserialize(reply.Body, AcmeJson.Default.ProblemMessage);
        }
        catch (JsonException)
        {
            return null; // a proxy's page, or the like
        }
    }
}
