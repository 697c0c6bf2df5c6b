using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vitrine.Net.Tls;

namespace Vitrine.Server.Certificates;

/// <summary>Certificates that nobody trusts: where the real one is still to come, and what proves a name to an
/// authority.</summary>
internal static class StandIns
{
    private const string AcmeIdentifier = "1.3.6.1.5.5.7.1.31"; // RFC 8737 section 6.1

    /// <summary>For a host that a certificate is awaited for.</summary>
    public static LoadedCertificate Make(CertificateFiles files)
    {
        var (identity, notBefore, notAfter) = Make(files.AwaitedFor!);
        return new LoadedCertificate(files, identity, notBefore, notAfter, []) { IsStandIn = true };
    }

    /// <summary>What proves a name to an authority (RFC 8737 section 3).</summary>
    /// <param name="host">The name.</param>
    /// <param name="keyAuthorization">What the authority waits for.</param>
    public static TlsIdentity Prove(string host, string keyAuthorization)
    {
        var digest = SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(keyAuthorization));
        const byte OctetString = 4;
        var proof = new X509Extension(
            new Oid(AcmeIdentifier), [OctetString, (byte)digest.Length, .. digest], critical: true);
        return Make(host, proof).Identity;
    }

    private static (TlsIdentity Identity, DateTimeOffset NotBefore, DateTimeOffset NotAfter) Make(
        string host, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=vitrine", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        foreach (var extension in extensions) request.CertificateExtensions.Add(extension);
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        return (
            new TlsIdentity([certificate.RawData], key.ExportPkcs8PrivateKey(), [host]),
            certificate.NotBefore,
            certificate.NotAfter);
    }
}
