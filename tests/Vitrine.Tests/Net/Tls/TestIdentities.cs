using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vitrine.Net.Tls;

namespace Vitrine.Tests.Net.Tls;

/// <summary>Certificates for tests, which sign themselves.</summary>
internal static class TestIdentities
{
    /// <summary>One with a key for ECDSA.</summary>
    public static TlsIdentity Make(params string[] names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        return Make(request, key.ExportPkcs8PrivateKey(), names);
    }

    /// <summary>One with a key for RSA.</summary>
    public static TlsIdentity MakeRsa(params string[] names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return Make(request, key.ExportPkcs8PrivateKey(), names) with { IsRsa = true };
    }

    private static TlsIdentity Make(CertificateRequest request, byte[] key, string[] names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names) alternatives.AddDnsName(name);
        if (names.Length > 0) request.CertificateExtensions.Add(alternatives.Build());
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new TlsIdentity([certificate.RawData], key, names);
    }
}
