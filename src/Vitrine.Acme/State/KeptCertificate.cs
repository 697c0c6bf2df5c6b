using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Vitrine.Acme.Protocol;

namespace Vitrine.Acme.State;

/// <summary>A certificate that is in the state folder.</summary>
/// <param name="NotBefore">From when on it holds.</param>
/// <param name="NotAfter">Until when.</param>
/// <param name="Serial">Its number with its authority.</param>
/// <param name="RenewalId">Under which name the authority tells when to renew it (RFC 9773 section 4.1); null for one
/// that has none.</param>
internal sealed record KeptCertificate(
    DateTimeOffset NotBefore, DateTimeOffset NotAfter, ReadOnlyMemory<byte> Serial, string? RenewalId)
{
    /// <summary>When the authority wants it to be renewed, as far as that was asked.</summary>
    public RenewalNote? Renewal { get; init; }

    /// <summary>Reads the one of a name; null when there is none that can be used.</summary>
    public static KeptCertificate? Find(AcmeOptions options, Identifier name)
    {
        var chain = AtomicFile.TryRead(options.State.CertificateOf(options.Directory, name));
        var key = AtomicFile.TryRead(options.State.KeyOf(options.Directory, name));
        if (chain is null || key is null) return null;
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(
                Encoding.UTF8.GetString(chain), Encoding.UTF8.GetString(key));
            if (!certificate.MatchesHostname(name.Value)) return null;
            return Of(certificate) with { Renewal = NoteOf(options, name)?.Issuer?.Renewal };
        }
        catch (CryptographicException)
        {
            return null; // its files are of two: it was interrupted when it was written
        }
    }

    /// <summary>Writes one down, with its key.</summary>
    public static void Keep(AcmeOptions options, Identifier name, IssuedCertificate issued)
    {
        AtomicFile.Write(options.State.KeyOf(options.Directory, name), Encoding.ASCII.GetBytes(issued.Key));
        AtomicFile.Write(options.State.CertificateOf(options.Directory, name), Encoding.ASCII.GetBytes(issued.Chain));
        KeepNote(options, name, new IssuerNote(issued.Url, options.Directory));
    }

    /// <summary>Writes down when to renew it.</summary>
    public static void Keep(AcmeOptions options, Identifier name, RenewalNote renewal)
    {
        var issuer = NoteOf(options, name)?.Issuer ?? new IssuerNote(null, options.Directory);
        KeepNote(options, name, issuer with { Renewal = renewal });
    }

    private static KeptCertificate Of(X509Certificate2 certificate)
    {
        var authority = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault();
        var serial = certificate.SerialNumberBytes;
        var id = authority?.KeyIdentifier is { } keyId
            ? $"{Base64Url.EncodeToString(keyId.Span)}.{Base64Url.EncodeToString(serial.Span)}"
            : null;
        return new KeptCertificate(
            certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime(), serial, id);
    }

    private static CertificateNote? NoteOf(AcmeOptions options, Identifier name)
    {
        try
        {
            return AtomicFile.TryRead(options.State.NoteOf(options.Directory, name)) is { } note
                ? JsonSerializer.Deserialize(note, AcmeJson.Default.CertificateNote)
                : null;
        }
        catch (JsonException)
        {
            return null; // another's, or damaged: it says nothing that could not be asked again
        }
    }

    private static void KeepNote(AcmeOptions options, Identifier name, IssuerNote issuer) => AtomicFile.Write(
        options.State.NoteOf(options.Directory, name),
        JsonSerializer.SerializeToUtf8Bytes(
            new CertificateNote([name.Value]) { Issuer = issuer }, AcmeJson.Default.CertificateNote));
}
