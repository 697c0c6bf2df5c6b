using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vitrine.Compare;

/// <summary>A temporary folder with the content in it, removed in the end.</summary>
internal sealed class Scratch : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vitrine-compare-").FullName;

    public Scratch()
    {
        var repository = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(repository, "Vitrine.slnx"))) repository = Path.GetDirectoryName(repository)!;
        Place = new Place(repository, Path.Combine(folder, "www"), Path.Combine(folder, "work"));
        foreach (var path in new[] { Place.Content, Place.Scratch }) Directory.CreateDirectory(path);
        // Servers that were started by root become somebody else.
        File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32("755", 8));
        File.SetUnixFileMode(Place.Scratch, (UnixFileMode)Convert.ToInt32("777", 8));
        Content.Make(Place.Content);
        MakeCertificate(Place);
    }

    public Place Place { get; }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Makes the certificate of a place.</summary>
    public static void MakeCertificate(Place place)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(place.Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(place.CertificateKey, key.ExportPkcs8PrivateKeyPem());
    }
}
