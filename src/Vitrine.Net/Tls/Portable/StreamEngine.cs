using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vitrine.Net.Tls.Portable;

/// <summary>TLS by .NET's SslStream: for Windows, macOS, and wherever there is no libssl 3.</summary>
internal sealed class StreamEngine : TlsEngine
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2"; // RFC 5280 section 4.2.1.12

    private readonly TlsServer server;
    private readonly Dictionary<TlsHost, SslServerAuthenticationOptions> contexts = [];
    private TlsIdentities identities; // that the contexts are of

    /// <summary>Makes the engine of a worker.</summary>
    public StreamEngine(TlsServer server)
    {
        this.server = server;
        identities = server.Identities;
    }

    /// <summary>Where a session's plaintext is put before it is given to who asks for it.</summary>
    public byte[] Opened { get; } = new byte[RecordBytes];

    /// <inheritdoc/>
    internal override bool AsksClients => server.Clients is not null;

    /// <inheritdoc/>
    protected override int SealedLength { get; set; }

    /// <inheritdoc/>
    public override TlsSession? Accept(in ClientHello hello)
    {
        if (!ReferenceEquals(identities, server.Identities))
        {
            identities = server.Identities;
            contexts.Clear(); // sessions that were begun keep what they were begun with
        }
        if ((identities.ProofFor(hello) ?? identities.For(hello.ServerName)) is not { } host) return null;
        if (!contexts.TryGetValue(host, out var context)) contexts[host] = context = Make(host, server.ClientsOf(host));
        return new StreamSession(this, context, identities, host, hello.ServerName);
    }

    /// <summary>Takes bytes that a session sends.</summary>
    public void Send(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(SealedRoom.Span[SealedLength..]);
        SealedLength += bytes.Length;
    }

    /// <inheritdoc/>
    public override void Dispose() => contexts.Clear();

    /// <summary>Makes of certificates what SslStream takes.</summary>
    /// <exception cref="CryptographicException">It does not take them.</exception>
    public static SslServerAuthenticationOptions Make(TlsHost host, ClientAuthorities? clients)
    {
        // It takes one: clients that speak nothing but RSA are not answered here.
        var identity = host.Identities[0];
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(
                WithKey(identity),
                [.. identity.Chain.Skip(1).Select(X509CertificateLoader.LoadCertificate)],
                offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = host.IsProof
                ? [new SslApplicationProtocol(TlsProtocols.AcmeTls.ToArray())]
                : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
            AllowRenegotiation = false,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
        };
        if (clients is null) return options;
        // What a stranger sends may name addresses to fetch more from: nothing is fetched.
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            ApplicationPolicy = { new Oid(ClientAuthentication) },
        };
        foreach (var authority in clients.Certificates)
            policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority));
        options.CertificateChainPolicy = policy;
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is null
            ? !clients.AreRequired
            : (errors & SslPolicyErrors.RemoteCertificateChainErrors) == 0;
        return options;
    }

    private static X509Certificate2 WithKey(TlsIdentity identity)
    {
        using var certificate = X509CertificateLoader.LoadCertificate(identity.Chain[0]);
        X509Certificate2 joined;
        if (identity.IsRsa)
        {
            using var key = RSA.Create();
            key.ImportPkcs8PrivateKey(identity.Key, out _);
            joined = certificate.CopyWithPrivateKey(key);
        }
        else
        {
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(identity.Key, out _);
            joined = certificate.CopyWithPrivateKey(key);
        }
        if (!OperatingSystem.IsWindows()) return joined;
        // Windows' own TLS does not take a key that lives in memory alone.
        using (joined)
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
    }

}
