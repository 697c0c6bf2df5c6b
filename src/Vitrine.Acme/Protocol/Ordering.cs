using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Vitrine.Acme.State;

namespace Vitrine.Acme.Protocol;

/// <summary>
/// The way to a certificate (RFC 8555 section 7): an order, the proof that the name is ours, and the certificate.
/// </summary>
internal sealed class Ordering(AcmeClient client, AcmeOptions options, TimeProvider time)
{
    /// <summary>
    /// So long it takes until a server that reads the state folder has seen what is new there, and some more.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private const string AlreadyReplaced = "urn:ietf:params:acme:error:alreadyReplaced";

    /// <summary>Gets one, by the first kind of proof that the authority accepts.</summary>
    /// <exception cref="AcmeException">There is none.</exception>
    public async Task<IssuedCertificate> IssueAsync(
        Identifier name, string? replaces, CancellationToken cancel)
    {
        var kinds = name.IsAddress ? [ChallengeKind.Http] : options.Challenges;
        AcmeException? first = null;
        foreach (var kind in kinds)
        {
            try
            {
                return await IssueAsync(name, kind, replaces, cancel).ConfigureAwait(false);
            }
            catch (AcmeException fault) when (fault.IsOfChallenge && kind != kinds[^1])
            {
                first ??= fault;
            }
            catch (AcmeException fault) when (first is not null && fault.IsOfChallenge)
            {
                throw new AcmeException($"{first.Message}; and {fault.Message}", fault)
                {
                    RetryAfter = fault.RetryAfter,
                };
            }
        }
        throw first ?? new AcmeException("no kind of proof is allowed");
    }

    private async Task<IssuedCertificate> IssueAsync(
        Identifier name, ChallengeKind kind, string? replaces, CancellationToken cancel)
    {
        var (url, order) = await PlaceAsync(name, replaces, cancel).ConfigureAwait(false);
        foreach (var authorization in order.Authorizations ?? [])
            await AuthorizeAsync(name, kind, authorization, cancel).ConfigureAwait(false);
        order = await OrderAsync(url, "pending", cancel).ConfigureAwait(false);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (order.Status == "ready")
        {
            var request = new FinalizeMessage(Base64Url.EncodeToString(RequestFor(name, key)));
            _ = await client.PostAsync(
                Needed(order.Finalize), request, AcmeJson.Default.FinalizeMessage, cancel).ConfigureAwait(false);
            order = await OrderAsync(url, "processing", cancel).ConfigureAwait(false);
        }
        if (order.Status != "valid")
            throw new AcmeException($"the authority does not issue the certificate for {name}: "
                + (order.Error is { } problem ? AcmeClient.Say(problem) : $"the order is {order.Status}"));
        var at = Needed(order.Certificate);
        var reply = await client.ReadAsync(at, cancel).ConfigureAwait(false);
        return new IssuedCertificate(Checked(reply.Body, name, key), key.ExportECPrivateKeyPem(), at);
    }

    private async Task<(Uri Url, OrderMessage Order)> PlaceAsync(
        Identifier name, string? replaces, CancellationToken cancel)
    {
        var offers = await client.DirectoryAsync(cancel).ConfigureAwait(false);
        if (options.Profile is { } profile && offers.Meta?.Profiles is { } profiles && !profiles.ContainsKey(profile))
            throw new AcmeException(
                $"the authority has no profile '{profile}'; it has {string.Join(", ", profiles.Keys)}");
        var order = new OrderMessage
        {
            Identifiers = [new IdentifierMessage(name.Type, name.Value)],
            Profile = options.Profile,
            Replaces = offers.RenewalInfo is null ? null : replaces,
        };
        AcmeReply reply;
        try
        {
            reply = await PostAsync(order).ConfigureAwait(false);
        }
        catch (AcmeException fault) when (order.Replaces is not null && fault.Problem == AlreadyReplaced)
        {
            reply = await PostAsync(order with { Replaces = null }).ConfigureAwait(false);
        }
        return (Needed(reply.Location), AcmeClient.Parse(reply, AcmeJson.Default.OrderMessage));

        Task<AcmeReply> PostAsync(OrderMessage message) =>
            client.PostAsync(offers.NewOrder, message, AcmeJson.Default.OrderMessage, cancel);
    }

    // Shows that the name is ours, unless the authority still knows.
    private async Task AuthorizeAsync(Identifier name, ChallengeKind kind, Uri url, CancellationToken cancel)
    {
        var authorization = AcmeClient.Parse(
            await client.ReadAsync(url, cancel).ConfigureAwait(false), AcmeJson.Default.AuthorizationMessage);
        if (authorization.Status == "valid") return;
        var challenge = authorization.Challenges?.FirstOrDefault(one => one.Type == kind.NameOf())
            ?? throw new AcmeException($"the authority does not take {kind.NameOf()} for {name}")
            {
                IsOfChallenge = true,
            };
        if (challenge.Token is not { Length: > 0 } token || !token.All(IsOfToken))
            throw new AcmeException("the authority's token is none");
        var file = options.State.ChallengeOf(options.Directory, name);
        var kept = challenge with
        {
            KeyAuthorization = client.Key.Authorize(token),
            Identifier = new IdentifierMessage(name.Type, name.Value),
        };
        AtomicFile.Write(file, JsonSerializer.SerializeToUtf8Bytes(kept, AcmeJson.Default.ChallengeMessage));
        try
        {
            await Task.Delay(Settling, time, cancel).ConfigureAwait(false);
            _ = await client.PostAsync(
                Needed(challenge.Url), new EmptyMessage(), AcmeJson.Default.EmptyMessage, cancel).ConfigureAwait(false);
            var type = AcmeJson.Default.AuthorizationMessage;
            authorization = await PollAsync(url, type, one => one.Status != "pending", cancel).ConfigureAwait(false);
        }
        finally
        {
            AtomicFile.TryDelete(file);
        }
        if (authorization.Status == "valid") return;
        var problem = authorization.Challenges?.FirstOrDefault(one => one.Error is not null)?.Error;
        throw new AcmeException(
            $"the authority looked at port {kind.PortOf()} of {name} ({kind.NameOf()}) and did not find what proves "
            + $"that it is ours: {(problem is null ? authorization.Status : AcmeClient.Say(problem))}")
        {
            IsOfChallenge = true,
        };
    }

    private Task<OrderMessage> OrderAsync(Uri url, string passing, CancellationToken cancel) =>
        PollAsync(url, AcmeJson.Default.OrderMessage, order => order.Status != passing, cancel);

    private async Task<T> PollAsync<T>(
        Uri url,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type,
        Predicate<T> isDone,
        CancellationToken cancel)
        where T : class
    {
        var end = time.GetUtcNow() + Patience;
        for (var wait = FirstLook; ; wait *= 1.5)
        {
            var reply = await client.ReadAsync(url, cancel).ConfigureAwait(false);
            var message = AcmeClient.Parse(reply, type);
            if (isDone(message)) return message;
            if (time.GetUtcNow() > end) throw new AcmeException("the authority did not come to an end in five minutes");
            var asked = reply.RetryAfter ?? wait;
            await Task.Delay(asked < FirstLook ? FirstLook : asked > LongestLook ? LongestLook : asked, time, cancel)
                .ConfigureAwait(false);
        }
    }

    // Without a common name, which nobody looks at any more.
    private static byte[] RequestFor(Identifier name, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName([0x30, 0]), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (name.IsAddress) names.AddIpAddress(IPAddress.Parse(name.Value));
        else names.AddDnsName(name.Value);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSigningRequest();
    }

    // What is written down is what was asked for.
    private static string Checked(byte[] body, Identifier name, ECDsa key)
    {
        var chain = Encoding.UTF8.GetString(body);
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(chain, key.ExportECPrivateKeyPem());
            if (certificate.MatchesHostname(name.Value)) return chain;
        }
        catch (CryptographicException fault)
        {
            throw new AcmeException("the authority gave a certificate that is none, or not of our key", fault);
        }
        throw new AcmeException($"the authority gave a certificate that is not for {name}");
    }

    // Base64url (RFC 8555 section 8.1): it becomes a part of an address.
    private static bool IsOfToken(char one) => char.IsAsciiLetterOrDigit(one) || one is '-' or '_';

    private static Uri Needed(Uri? url) => url ?? throw new AcmeException("the authority does not say where to go on");
}
