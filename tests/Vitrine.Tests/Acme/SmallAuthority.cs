using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Vitrine.Tests.Acme;

/// <summary>
/// An authority in memory: checks signatures and nonces as RFC 8555 wants it, and has what pebble has not, profiles and
/// times of renewal (RFC 9773). It looks for proofs where the server would find them.
/// </summary>
internal sealed class SmallAuthority : HttpMessageHandler
{
    public const string Directory = "https://authority.test/dir";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 root;
    private readonly TimeProvider time;
    private readonly HashSet<string> nonces = [];
    private readonly Dictionary<string, JsonObject> accounts = [];
    private readonly Dictionary<string, JsonObject> orders = [];
    private readonly Dictionary<string, string> certificates = [];
    private int count;

    public SmallAuthority(TimeProvider time)
    {
        this.time = time;
        var request = new CertificateRequest("CN=small authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        root = request.CreateSelfSigned(time.GetUtcNow().AddDays(-1), time.GetUtcNow().AddYears(10));
    }

    /// <summary>The orders that were placed, as they came.</summary>
    public List<JsonObject> Placed { get; } = [];

    /// <summary>Where a proof is looked for: the file of a name.</summary>
    public Func<string, string>? ProofOf { get; set; }

    public TimeSpan Life { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Whether it has times of renewal; when so, from when until when.</summary>
    public (DateTimeOffset Start, DateTimeOffset End)? Window { get; set; }

    public string[] Profiles { get; set; } = [];

    /// <summary>How many nonces are refused though they are good, before the next is not.</summary>
    public int BadNonces { get; set; }

    /// <summary>Answers in its place, or null.</summary>
    public Func<string, HttpResponseMessage?>? Instead { get; set; }

    /// <summary>Kinds of proof that it does not accept.</summary>
    public HashSet<string> Refused { get; } = [];

    public List<string> Asked { get; } = [];

    public void ForgetAccounts() => accounts.Clear();

    public static HttpResponseMessage Problem(HttpStatusCode status, string type, string detail = "so it is") =>
        Json(status, new JsonObject { ["type"] = "urn:ietf:params:acme:error:" + type, ["detail"] = detail });

    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        Asked.Add(path);
        var reply = Instead?.Invoke(path) ?? (request.Method == HttpMethod.Post
            ? Post(request.RequestUri!, await request.Content!.ReadAsStringAsync(cancellationToken))
            : Get(path));
        var nonce = $"nonce{++count}";
        nonces.Add(nonce);
        reply.Headers.Add("Replay-Nonce", nonce);
        return reply;
    }

    protected override void Dispose(bool disposing)
    {
        key.Dispose();
        root.Dispose();
        base.Dispose(disposing);
    }

    private static HttpResponseMessage Json(HttpStatusCode status, JsonNode body) =>
        new(status) { Content = new StringContent(body.ToJsonString()) };

    private HttpResponseMessage Get(string path)
    {
        if (path == "/nonce") return new HttpResponseMessage(HttpStatusCode.OK);
        if (path.StartsWith("/ari/", StringComparison.Ordinal) && Window is { } window)
        {
            return Json(HttpStatusCode.OK, new JsonObject
            {
                ["suggestedWindow"] = new JsonObject { ["start"] = window.Start, ["end"] = window.End },
            });
        }
        if (path != "/dir") return Problem(HttpStatusCode.NotFound, "malformed");
        var directory = new JsonObject
        {
            ["newNonce"] = "https://authority.test/nonce",
            ["newAccount"] = "https://authority.test/account",
            ["newOrder"] = "https://authority.test/order",
            ["meta"] = new JsonObject
            {
                ["termsOfService"] = "https://authority.test/terms",
                ["profiles"] = new JsonObject(
                    Profiles.Select(profile => KeyValuePair.Create<string, JsonNode?>(profile, "a profile"))),
            },
        };
        if (Window is not null) directory["renewalInfo"] = "https://authority.test/ari";
        return Json(HttpStatusCode.OK, directory);
    }

    private HttpResponseMessage Post(Uri url, string body)
    {
        var jws = JsonNode.Parse(body)!.AsObject();
        var header = Part(jws, "protected");
        Assert.Equal(url.OriginalString, (string?)header["url"]);
        if (!nonces.Remove((string)header["nonce"]!) || BadNonces-- > 0)
            return Problem(HttpStatusCode.BadRequest, "badNonce");
        var path = url.AbsolutePath;
        var account = (string?)header["kid"];
        if (account is not null && !accounts.ContainsKey(account))
            return Problem(HttpStatusCode.BadRequest, "accountDoesNotExist");
        Check(jws, account is null ? header["jwk"]!.AsObject() : accounts[account]);
        var payload = (string)jws["payload"]!;
        if (path == "/account") return Account(header["jwk"]!.AsObject());
        if (path == "/order") return Order(Part(jws, "payload"));
        var id = path.Split('/')[^1];
        if (path.StartsWith("/order/", StringComparison.Ordinal))
            return Json(HttpStatusCode.OK, orders[id].DeepClone());
        if (path.StartsWith("/cert/", StringComparison.Ordinal))
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(certificates[id]) };
        if (path.StartsWith("/authz/", StringComparison.Ordinal))
            return Authorization(id, (string?)orders[id]["proof"]);
        if (path.StartsWith("/chall/", StringComparison.Ordinal))
            return Challenge(id.Split('.')[0], id.Split('.')[1]);
        Assert.StartsWith("/finalize/", path, StringComparison.Ordinal);
        Assert.NotEmpty(payload);
        return Finalize(id, Base64Url.DecodeFromChars((string)Part(jws, "payload")["csr"]!));
    }

    private HttpResponseMessage Account(JsonObject jwk)
    {
        var at = "https://authority.test/account/" + ((string)jwk["x"]!)[..8];
        accounts[at] = jwk;
        var reply = Json(HttpStatusCode.Created, new JsonObject { ["status"] = "valid" });
        reply.Headers.Location = new Uri(at);
        return reply;
    }

    private HttpResponseMessage Order(JsonObject order)
    {
        Placed.Add(order.DeepClone().AsObject());
        var id = $"{Placed.Count}";
        order["status"] = "pending";
        order["authorizations"] = new JsonArray("https://authority.test/authz/" + id);
        order["finalize"] = "https://authority.test/finalize/" + id;
        orders[id] = order;
        var reply = Json(HttpStatusCode.Created, order.DeepClone());
        reply.Headers.Location = new Uri("https://authority.test/order/" + id);
        return reply;
    }

    private static HttpResponseMessage Authorization(string id, string? state)
    {
        var challenges = new[] { "http-01", "tls-alpn-01" }.Select(kind => (JsonNode)new JsonObject
        {
            ["type"] = kind,
            ["url"] = $"https://authority.test/chall/{id}.{kind}",
            ["token"] = $"token-{id}",
            ["error"] = state == "invalid" ? new JsonObject { ["detail"] = "it was not there" } : null,
        });
        return Json(HttpStatusCode.OK, new JsonObject
        {
            ["status"] = state ?? "pending",
            ["challenges"] = new JsonArray([.. challenges]),
        });
    }

    private HttpResponseMessage Challenge(string id, string kind)
    {
        var order = orders[id];
        var name = (string)order["identifiers"]![0]!["value"]!;
        var proof = JsonNode.Parse(File.ReadAllText(ProofOf!(name)))!;
        Assert.Equal(kind, (string?)proof["type"]);
        Assert.StartsWith($"token-{id}.", (string?)proof["keyAuthorization"], StringComparison.Ordinal);
        order["proof"] = Refused.Contains(kind) ? "invalid" : "valid";
        order["status"] = Refused.Contains(kind) ? "invalid" : "ready";
        return Json(HttpStatusCode.OK, new JsonObject());
    }

    private HttpResponseMessage Finalize(string id, byte[] csr)
    {
        var asked = CertificateRequest.LoadSigningRequest(
            csr, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        asked.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
            root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()));
        var now = time.GetUtcNow();
        var signer = X509SignatureGenerator.CreateForECDsa(key);
        using var issued = asked.Create(root.SubjectName, signer, now, now + Life, BitConverter.GetBytes(++count));
        certificates[id] = issued.ExportCertificatePem() + "\n" + root.ExportCertificatePem() + "\n";
        orders[id]["status"] = "valid";
        orders[id]["certificate"] = "https://authority.test/cert/" + id;
        return Json(HttpStatusCode.OK, orders[id].DeepClone());
    }

    private static JsonObject Part(JsonObject jws, string name) =>
        JsonNode.Parse(Base64Url.DecodeFromChars((string)jws[name]!))!.AsObject();

    private static void Check(JsonObject jws, JsonObject jwk)
    {
        using var publicKey = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars((string)jwk["x"]!),
                Y = Base64Url.DecodeFromChars((string)jwk["y"]!),
            },
        });
        Assert.True(publicKey.VerifyData(
            Encoding.ASCII.GetBytes($"{jws["protected"]}.{jws["payload"]}"),
            Base64Url.DecodeFromChars((string)jws["signature"]!),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
    }
}
