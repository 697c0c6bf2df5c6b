using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vitrine.Acme.Protocol;

/// <summary>The key of an account: P-256, and so ES256 (RFC 7518 section 3.4).</summary>
internal sealed class AccountKey : IDisposable
{
    private readonly ECDsa key;

    private AccountKey(ECDsa key)
    {
        this.key = key;
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        Public = new Jwk("P-256", "EC", Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        Thumbprint = Base64Url.EncodeToString(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(Public, AcmeJson.Default.Jwk)));
    }

    /// <summary>The public half.</summary>
    public Jwk Public { get; }

    /// <summary>Its digest (RFC 7638).</summary>
    public string Thumbprint { get; }

    /// <summary>Makes one.</summary>
    public static AccountKey Make() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads one that was kept.</summary>
    /// <exception cref="AcmeException">It is none.</exception>
    public static AccountKey Read(string pem, string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize != 256) throw new CryptographicException("not P-256");
            return new AccountKey(key);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new AcmeException(
                $"the account's key in '{file}' is damaged: delete it, then another is made", fault);
        }
    }

    /// <summary>What is shown to the authority for one of its tokens (RFC 8555 section 8.1).</summary>
    public string Authorize(string token) => $"{token}.{Thumbprint}";

    /// <summary>Signs.</summary>
    public byte[] Sign(byte[] bytes) =>
        key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    /// <summary>As it is kept.</summary>
    public string Export() => key.ExportECPrivateKeyPem();

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();
}
