using System.Security.Cryptography;

namespace Vitrine.Server.Certificates;

/// <summary>A private key, as it is read from a PEM file (RFC 7468).</summary>
internal sealed class PrivateKey : IDisposable
{
    private readonly AsymmetricAlgorithm key;

    private PrivateKey(AsymmetricAlgorithm key) => this.key = key;

    /// <summary>Whether it is for RSA.</summary>
    public bool IsRsa => key is RSA;

    /// <summary>Reads a block of a PEM file; null when it is none with a key.</summary>
    /// <exception cref="CertificateException">It is one that cannot be used.</exception>
    public static PrivateKey? Read(string path, string label, ReadOnlySpan<char> pem, ReadOnlySpan<byte> der)
    {
        if (label == "ENCRYPTED PRIVATE KEY" || pem.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new CertificateException(
                $"the private key in '{path}' is encrypted, and there is nobody to ask for the password; write it out "
                + $"with 'openssl pkey -in {Path.GetFileName(path)} -out plain.key', with mode 600");
        return label switch
        {
            "PRIVATE KEY" => TryImport(ECDsa.Create(), der, static (key, der) => key.ImportPkcs8PrivateKey(der, out _))
                ?? TryImport(RSA.Create(), der, static (key, der) => key.ImportPkcs8PrivateKey(der, out _))
                ?? throw Unknown(path),
            "EC PRIVATE KEY" => TryImport(
                ECDsa.Create(), der, static (key, der) => key.ImportECPrivateKey(der, out _)) ?? throw Unknown(path),
            "RSA PRIVATE KEY" => TryImport(
                RSA.Create(), der, static (key, der) => key.ImportRSAPrivateKey(der, out _)) ?? throw Unknown(path),
            _ => null,
        };
    }

    /// <summary>The one of a certificate that came with it (PKCS #12).</summary>
    public static PrivateKey? Of(AsymmetricAlgorithm? key) => key is null ? null : new PrivateKey(key);

    /// <summary>Whether it is the key of a certificate, by what both say of the public one.</summary>
    public bool Fits(ReadOnlySpan<byte> publicKey) =>
        key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(publicKey);

    /// <summary>In DER (PKCS #8).</summary>
    public byte[] Export() => key.ExportPkcs8PrivateKey();

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private delegate void Import<in T>(T key, ReadOnlySpan<byte> der);

    private static PrivateKey? TryImport<T>(T key, ReadOnlySpan<byte> der, Import<T> import)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key, der);
            return new PrivateKey(key);
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }

    private static CertificateException Unknown(string path) => new(
        $"the private key in '{path}' is damaged, or of a kind that browsers do not speak; make one for ECDSA (P-256) "
        + "or RSA");
}
