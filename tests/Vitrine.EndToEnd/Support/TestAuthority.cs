using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Support;

/// <summary>An authority that issues certificates into a folder, as files.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly TemporaryFolder folder;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private int issued;

    public TestAuthority(TemporaryFolder folder, string name = "test authority")
    {
        this.folder = folder;
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-100), DateTimeOffset.UtcNow.AddDays(300));
        folder.Write($"{name}.pem", Certificate.ExportCertificatePem());
        File = folder.PathOf($"{name}.pem");
    }

    /// <summary>Its own certificate.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The file with it.</summary>
    public string File { get; }

    /// <summary>Issues a certificate for localhost, and writes it into files of that name.</summary>
    public CertificateFiles Issue(string name, params string[] hosts) => Issue(name, hosts, days: 90, isRsa: false);

    /// <summary>The same with all that can be chosen.</summary>
    public CertificateFiles Issue(string name, string[] hosts, double days, bool isRsa, string? use = null)
    {
        using AsymmetricAlgorithm own = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = own is RSA rsa
            ? new CertificateRequest($"CN={name}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", (ECDsa)own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts.Length > 0 ? hosts : ["localhost"])
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }
        request.CertificateExtensions.Add(names.Build());
        if (use is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        using var certificate = request.Create(
            Certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            DateTimeOffset.UtcNow.AddDays(Math.Min(-1, days - 1)),
            DateTimeOffset.UtcNow.AddDays(days),
            BitConverter.GetBytes(Interlocked.Increment(ref issued)));
        folder.Write($"{name}.pem", certificate.ExportCertificatePem());
        folder.Write($"{name}.key", own.ExportPkcs8PrivateKeyPem());
        return new CertificateFiles(folder.PathOf($"{name}.pem"), folder.PathOf($"{name}.key"));
    }

    /// <summary>Its private key (PEM).</summary>
    public string ExportKey() => key.ExportPkcs8PrivateKeyPem();

    /// <summary>Whether a server's certificate is from here.</summary>
    public bool Issued(X509Certificate? certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return certificate is X509Certificate2 own && chain.Build(own);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        key.Dispose();
    }
}
