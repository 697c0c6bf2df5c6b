using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vitrine.Acme;

/// <summary>Makes what reaches an authority, with limits on what it may do to us.</summary>
public static class AcmeHttp
{
    private const int MostBytes = 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Makes it.</summary>
    /// <param name="trustFile">Who vouches for the authority's HTTPS (PEM); null is whom the system trusts.</param>
    /// <param name="version">What the program says that it is.</param>
    /// <exception cref="AcmeException">The file cannot be used.</exception>
    public static HttpClient Make(string? trustFile, string version)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false, // what is signed is for one address
            UseCookies = false,
            ConnectTimeout = Patience,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        };
        if (trustFile is not null) handler.SslOptions = Trusting(trustFile);
        var client = new HttpClient(handler) { Timeout = Patience, MaxResponseContentBufferSize = MostBytes };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"vitrine/{version}");
        return client;
    }

    private static SslClientAuthenticationOptions Trusting(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new AcmeException(
                $"who vouches for the authority cannot be read from '{file}': {fault.Message.TrimEnd('.')}", fault);
        }
        if (authorities.Count == 0)
            throw new AcmeException($"there is no certificate in '{file}' (-----BEGIN CERTIFICATE-----)");
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return new SslClientAuthenticationOptions
        {
            CertificateChainPolicy = policy,
            EnabledSslProtocols = SslProtocols.None, // whatever the system has
        };
    }
}
