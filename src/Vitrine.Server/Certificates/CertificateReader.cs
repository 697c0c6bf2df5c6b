using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vitrine.Net.Tls;

namespace Vitrine.Server.Certificates;

/// <summary>Reads a certificate with its chain and key from files, and says what is wrong with them.</summary>
internal static class CertificateReader
{
    // A chain of four with RSA keys has eight kilobytes.
    private const int MostFileBytes = 1024 * 1024;

    // Of a message of TLS 64 KB are the most (RFC 8446 section 4.2.4).
    private const int MostNamesBytes = 32 * 1024;

    private const string AuthorityInformation = "1.3.6.1.5.5.7.1.1"; // RFC 5280 section 4.2.2.1

    /// <summary>Reads it.</summary>
    /// <exception cref="CertificateException">It cannot be used.</exception>
    public static LoadedCertificate Read(CertificateFiles files)
    {
        var chain = new List<X509Certificate2>();
        PrivateKey? key = null;
        try
        {
            foreach (var path in files.All)
            {
                var found = Read(path, chain, isKeyWanted: path == (files.Key ?? files.Certificate));
                key ??= found;
            }
            if (chain.Count == 0)
                throw new CertificateException(
                    $"there is no certificate in '{files.Certificate}' (-----BEGIN CERTIFICATE-----, or PKCS #12)");
            if (key is null)
                throw new CertificateException(files.Key is null
                    ? $"there is no private key in '{files.Certificate}'; name the file that has it with --tls-key"
                    : $"there is no private key in '{files.Key}' (-----BEGIN PRIVATE KEY-----)");
            return Make(files, chain, key);
        }
        catch (CryptographicException fault)
        {
            throw new CertificateException(
                $"the certificate in '{files.Certificate}' is damaged: {fault.Message.TrimEnd('.')}", fault);
        }
        finally
        {
            key?.Dispose();
            foreach (var certificate in chain) certificate.Dispose();
        }
    }

    /// <summary>The same of text that has all of it.</summary>
    /// <exception cref="CertificateException">It cannot be used.</exception>
    public static LoadedCertificate Read(string pem)
    {
        var chain = new List<X509Certificate2>();
        try
        {
            using var key = ReadPem("its own", pem, chain, isKeyWanted: true);
            return key is not null && chain.Count > 0 ? Make(new CertificateFiles("its own"), chain, key)
                : throw new CertificateException("a certificate was given without its key");
        }
        finally
        {
            foreach (var certificate in chain) certificate.Dispose();
        }
    }

    /// <summary>Reads certificates of authorities (PEM).</summary>
    /// <exception cref="CertificateException">There are none.</exception>
    public static IReadOnlyList<byte[]> ReadAuthorities(string path)
    {
        var authorities = new List<X509Certificate2>();
        try
        {
            _ = Read(path, authorities, isKeyWanted: false);
            if (authorities.Sum(authority => authority.SubjectName.RawData.Length + 2) > MostNamesBytes)
                throw new CertificateException(
                    $"there are too many certificates in '{path}': their names are sent to each client, and those have "
                    + $"more than {MostNamesBytes / 1024} KB");
            return authorities.Count > 0 ? [.. authorities.Select(certificate => certificate.RawData)]
                : throw new CertificateException($"there is no certificate in '{path}' (-----BEGIN CERTIFICATE-----)");
        }
        catch (CryptographicException fault)
        {
            throw new CertificateException($"a certificate in '{path}' is damaged: {fault.Message}", fault);
        }
        finally
        {
            foreach (var certificate in authorities) certificate.Dispose();
        }
    }

    /// <summary>Whether there is a private key in a file: in PEM it says so, in PKCS #12 there mostly is.</summary>
    public static bool HasKey(ReadOnlySpan<byte> content) =>
        content.IndexOf("PRIVATE KEY-----"u8) >= 0 || content.IndexOf("-----BEGIN "u8) < 0;

    /// <summary>Reads a file, with a reason that names it.</summary>
    /// <exception cref="CertificateException">It cannot be read.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MostFileBytes)
                throw new CertificateException($"'{path}' is too long to be a certificate");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CertificateException($"there is no file '{path}'", fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new CertificateException(
                Directory.Exists(path) ? $"'{path}' is a folder, and not a file"
                    : $"'{path}' may not be read by {ThisUser()}: check who owns it, its mode, and those of the "
                        + "folders that it is in",
                fault);
        }
        catch (IOException fault)
        {
            throw new CertificateException($"'{path}' could not be read: {fault.Message}", fault);
        }
    }

    private static string ThisUser()
    {
        try
        {
            return $"the user {Environment.UserName}";
        }
        catch (IOException)
        {
            return "this user"; // in the sandbox the list of users cannot be read
        }
    }

    // Certificates into the chain; the key, if there is one.
    private static PrivateKey? Read(string path, List<X509Certificate2> chain, bool isKeyWanted)
    {
        var bytes = ReadFile(path);
        return bytes.AsSpan().IndexOf("-----BEGIN "u8) < 0 ? ReadPkcs12(path, bytes, chain, isKeyWanted)
            : ReadPem(path, System.Text.Encoding.UTF8.GetString(bytes), chain, isKeyWanted);
    }

    private static PrivateKey? ReadPem(
        string path, ReadOnlySpan<char> text, List<X509Certificate2> chain, bool isKeyWanted)
    {
        PrivateKey? key = null;
        while (PemEncoding.TryFind(text, out var fields))
        {
            var block = text[fields.Location];
            var label = block[(fields.Label.Start.Value - fields.Location.Start.Value)..][
                ..(fields.Label.End.Value - fields.Label.Start.Value)].ToString();
            var der = Convert.FromBase64String(text[fields.Base64Data].ToString());
            if (label is "CERTIFICATE" or "X509 CERTIFICATE")
                chain.Add(X509CertificateLoader.LoadCertificate(der));
            else if (isKeyWanted && key is null) key = PrivateKey.Read(path, label, block, der);
            CryptographicOperations.ZeroMemory(der);
            text = text[fields.Location.End..];
        }
        // With a header of its own (RFC 1421) a block is none that is found.
        if (isKeyWanted && key is null && text.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            _ = PrivateKey.Read(path, "ENCRYPTED PRIVATE KEY", text, []);
        return key;
    }

    private static PrivateKey? ReadPkcs12(string path, byte[] bytes, List<X509Certificate2> chain, bool isKeyWanted)
    {
        try
        {
            var all = X509CertificateLoader.LoadPkcs12Collection(
                bytes,
                null,
                // On macOS there are no keys that are in memory alone.
                X509KeyStorageFlags.Exportable
                    | (OperatingSystem.IsMacOS() ? 0 : X509KeyStorageFlags.EphemeralKeySet));
            chain.AddRange(all.OrderByDescending(certificate => certificate.HasPrivateKey));
            return isKeyWanted && all.FirstOrDefault(certificate => certificate.HasPrivateKey) is { } own
                ? PrivateKey.Of((AsymmetricAlgorithm?)own.GetECDsaPrivateKey() ?? own.GetRSAPrivateKey())
                : null;
        }
        catch (CryptographicException fault)
        {
            throw new CertificateException(
                $"'{path}' is neither a PEM file (-----BEGIN CERTIFICATE-----) nor a PKCS #12 file without a password; "
                + "one with a password becomes PEM with "
                + $"'openssl pkcs12 -in {Path.GetFileName(path)} -nodes -out all.pem'",
                fault);
        }
    }

    private static LoadedCertificate Make(CertificateFiles files, List<X509Certificate2> chain, PrivateKey key)
    {
        var doubts = new List<string>();
        if (chain.Find(one => key.Fits(one.PublicKey.ExportSubjectPublicKeyInfo())) is not { } own)
            throw new CertificateException(
                $"the private key in '{files.Key ?? files.Certificate}' is not that of the certificate in "
                + $"'{files.Certificate}': they are of different pairs");
        if (own != chain[0])
            doubts.Add($"in '{files.Certificate}' the server's own certificate does not come first; it is sent first.");
        var ordered = new List<X509Certificate2> { own };
        while (Issuer(ordered[^1], chain) is { } issuer && !ordered.Contains(issuer)) ordered.Add(issuer);
        if (ordered.Count < chain.Count)
            doubts.Add($"'{files.Certificate}' has certificates that are not of the chain; they are not sent.");
        // Those of authorities of one's own say nothing of who is above them.
        var isFromAfar = own.Extensions.Any(extension => extension.Oid?.Value == AuthorityInformation);
        if (ordered.Count == 1 && isFromAfar)
            doubts.Add(
                $"'{files.Certificate}' has no certificate of who issued it: most clients will not trust it. Use the "
                + "file with the full chain.");
        // An authority that clients know need not be sent.
        if (ordered.Count > 1 && IsOwnIssuer(ordered[^1])) ordered.RemoveAt(ordered.Count - 1);
        return new LoadedCertificate(
            files,
            new TlsIdentity([.. ordered.Select(one => one.RawData)], key.Export(), NamesOf(own)) { IsRsa = key.IsRsa },
            own.NotBefore,
            own.NotAfter,
            doubts);
    }

    private static X509Certificate2? Issuer(X509Certificate2 certificate, List<X509Certificate2> chain) =>
        IsOwnIssuer(certificate) ? null : chain.Find(other =>
            other != certificate
            && other.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData));

    private static bool IsOwnIssuer(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    // Those of the subject itself are not looked at any more (RFC 9525 section 2).
    private static string[] NamesOf(X509Certificate2 certificate) =>
    [
        .. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names =>
            names.EnumerateDnsNames().Select(name => name.ToLowerInvariant().TrimEnd('.'))
                .Concat(names.EnumerateIPAddresses().Select(address => address.ToString()))),
    ];
}
