using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Vitrine.Server.Certificates.Local;

/// <summary>
/// An authority of the user's own, for HTTPS on a developer's machine: made once, and kept in the user's data folder,
/// for nobody else to read. Where mkcert has one already, that is used. Certificates are made of it at each start, and
/// never written down.
/// </summary>
public sealed class LocalAuthority
{
    private const int YearsOfAuthority = 10;
    private const int MostWaits = 100;
    private const int WaitMs = 50;
    private const int DaysOfCertificate = 397; // the most that browsers take

    private readonly X509Certificate2 certificate;
    private readonly AsymmetricAlgorithm key;

    private LocalAuthority(string file, X509Certificate2 certificate, AsymmetricAlgorithm key, string machine)
    {
        File = file;
        this.certificate = certificate;
        this.key = key;
        Machine = machine;
    }

    /// <summary>The file with its certificate (PEM), which is to be trusted.</summary>
    public string File { get; }

    /// <summary>Under which name it is trusted.</summary>
    public string Name => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    /// <summary>The digest of its certificate (SHA-256), by which it can be told.</summary>
    public string Fingerprint => string.Join(':', certificate.GetCertHash(HashAlgorithmName.SHA256).Select(
        one => one.ToString("X2", CultureInfo.InvariantCulture)));

    /// <summary>The files with its keys, which nobody else may have.</summary>
    public IReadOnlyList<string> PrivateFiles { get; private init; } = [];

    /// <summary>Its certificate, in DER.</summary>
    public byte[] Certificate => certificate.RawData;

    private string Machine { get; }

    /// <summary>The folder where ours is kept.</summary>
    public static string Folder => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "vitrine");

    /// <summary>Finds it, or makes one.</summary>
    /// <exception cref="CertificateException">It cannot be read, or none can be made.</exception>
    public static LocalAuthority FindOrMake()
    {
        var machine = NameOfMachine();
        if (OfMkcert(machine) is { } theirs) return theirs;
        var file = Path.Combine(Folder, "authority.pem");
        var keyFile = Path.Combine(Folder, "authority.key");
        try
        {
            if (!System.IO.File.Exists(file) || !System.IO.File.Exists(keyFile)) Make(file, keyFile, machine);
            var own = Read(file, keyFile, machine);
            if (own.certificate.NotAfter > DateTime.Now.AddDays(1)) return own;
            throw new CertificateException(
                $"the local authority in '{file}' has expired: remove it from what is trusted ('vitrine untrust') and "
                + "delete it, then another is made");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CertificateException(
                $"the local authority in '{Folder}' can be neither read nor made: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new CertificateException(
                $"the local authority in '{file}' is damaged: delete it, then another is made", fault);
        }
    }

    /// <summary>
    /// Makes a certificate for this machine, with its key and the authority's certificate (PEM): for localhost, the
    /// loopback addresses and the machine's name; where it is reached from others, for its addresses too.
    /// </summary>
    public string Issue(bool forOthers)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Machine}", own, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { "localhost", Machine, Machine + ".local" }.Where(Allows).Distinct())
            names.AddDnsName(name);
        IPAddress[] addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback, .. forOthers ? Addresses() : []];
        foreach (var address in addresses.Where(NameConstraints.Allows).Distinct()) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        if (certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } identifier)
            request.CertificateExtensions.Add(
                X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        var now = DateTimeOffset.UtcNow.AddHours(-1);
        var end = now.AddDays(DaysOfCertificate);
        if (end > certificate.NotAfter) end = certificate.NotAfter;
        var serial = RandomNumberGenerator.GetBytes(16);
        using var issued = request.Create(certificate.SubjectName, Signer(), now, end, serial);
        return string.Join(
            '\n', issued.ExportCertificatePem(), certificate.ExportCertificatePem(), own.ExportPkcs8PrivateKeyPem());
    }

    private bool Allows(string name) => NameConstraints.Allows(name, Machine);

    private X509SignatureGenerator Signer() => key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
        : X509SignatureGenerator.CreateForECDsa((ECDsa)key);

    private static LocalAuthority? OfMkcert(string machine)
    {
        var folder = Environment.GetEnvironmentVariable("CAROOT") is { Length: > 0 } own ? own
            : Path.Combine(Path.GetDirectoryName(Folder)!, "mkcert");
        var file = Path.Combine(folder, "rootCA.pem");
        try
        {
            var found = Read(file, Path.Combine(folder, "rootCA-key.pem"), machine);
            return found.certificate.NotAfter > DateTime.Now.AddDays(1) ? found : null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException
            or ArgumentException)
        {
            return null; // there is none, or none that is of use here
        }
    }

    private static LocalAuthority Read(string file, string keyFile, string machine)
    {
        using var joined = X509Certificate2.CreateFromPemFile(file, keyFile);
        var certificate = X509CertificateLoader.LoadCertificate(joined.RawData);
        AsymmetricAlgorithm? key = joined.GetECDsaPrivateKey();
        return new LocalAuthority(
            file, certificate, key ?? joined.GetRSAPrivateKey() ?? throw new CryptographicException("no key"), machine)
        {
            PrivateFiles = [keyFile],
        };
    }

    private static void Make(string file, string keyFile, string machine)
    {
        CreateFolder();
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var user = new string([.. Environment.UserName.Where(char.IsAsciiLetterOrDigit)]);
        var who = $"CN=vitrine local authority of {user} on {machine}";
        var request = new CertificateRequest(who, own, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(NameConstraints.Make(machine));
        var now = DateTimeOffset.UtcNow.AddHours(-1);
        using var made = request.CreateSelfSigned(now, now.AddYears(YearsOfAuthority));
        // Of several that start at once one makes the key, and the certificate for it; the others wait for that.
        for (var waits = 0; !TryWrite(keyFile, own.ExportPkcs8PrivateKeyPem(), isNew: true); waits++)
        {
            if (System.IO.File.Exists(file)) return;
            if (waits < MostWaits) Thread.Sleep(WaitMs);
            else System.IO.File.Delete(keyFile); // it was interrupted
        }
        _ = TryWrite(file, made.ExportCertificatePem(), isNew: false);
    }

    private static void CreateFolder()
    {
        const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Folder);
        else Directory.CreateDirectory(Folder, OwnersAlone);
    }

    // Under another name first: whoever starts at the same time sees all of it or nothing.
    private static bool TryWrite(string file, string text, bool isNew)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = $"{file}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(temporary, options)) writer.WriteLine(text);
        try
        {
            System.IO.File.Move(temporary, file, overwrite: !isNew);
            return true;
        }
        catch (IOException) when (isNew && System.IO.File.Exists(file))
        {
            System.IO.File.Delete(temporary);
            return false;
        }
    }

    private static string NameOfMachine()
    {
        var name = Environment.MachineName.ToLowerInvariant();
        return name.Length > 0 && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '.') ? name
            : "localhost";
    }

    private static IPAddress[] Addresses()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .SelectMany(network => network.GetIPProperties().UnicastAddresses)
                    .Select(unicast => unicast.Address.IsIPv6LinkLocal
                        ? new IPAddress(unicast.Address.GetAddressBytes())
                        : unicast.Address),
            ];
        }
        catch (Exception fault)
            when (fault is NetworkInformationException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
