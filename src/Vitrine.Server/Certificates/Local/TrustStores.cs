using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Vitrine.Server.Certificates.Local;

/// <summary>
/// Where programs of this machine look for authorities that they trust: the system's store, and the databases of NSS
/// that Chromium and Firefox have on Linux.
/// </summary>
public static class TrustStores
{
    // Where distributions keep certificates of one's own, and what takes them up.
    private static readonly (string Folder, string Extension, string[] Command)[] LinuxStores =
    [
        ("/usr/local/share/ca-certificates", ".crt", ["update-ca-certificates"]),
        ("/etc/pki/ca-trust/source/anchors", ".pem", ["update-ca-trust", "extract"]),
        ("/etc/ca-certificates/trust-source/anchors", ".crt", ["trust", "extract-compat"]),
        ("/usr/share/pki/trust/anchors", ".pem", ["update-ca-certificates"]),
    ];

    // Each has a folder for every profile.
    private static readonly string[] FirefoxFolders = [".mozilla/firefox", "snap/firefox/common/.mozilla/firefox"];

    /// <summary>What came of one store.</summary>
    /// <param name="Store">Which one.</param>
    /// <param name="Problem">Why it could not be changed, and what to do; null when it was.</param>
    public sealed record Result(string Store, string? Problem);

    /// <summary>Has an authority trusted.</summary>
    public static IReadOnlyList<Result> Add(LocalAuthority authority) => Change(authority, isTrusted: true);

    /// <summary>The reverse.</summary>
    public static IReadOnlyList<Result> Remove(LocalAuthority authority) => Change(authority, isTrusted: false);

    private static List<Result> Change(LocalAuthority authority, bool isTrusted)
    {
        ArgumentNullException.ThrowIfNull(authority);
        if (OperatingSystem.IsWindows()) return [ChangeWindows(authority, isTrusted)];
        if (OperatingSystem.IsMacOS()) return [ChangeMac(authority, isTrusted)];
        return [ChangeSystem(authority, isTrusted), .. ChangeDatabases(authority, isTrusted)];
    }

    private static Result ChangeWindows(LocalAuthority authority, bool isTrusted)
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.CurrentUser, OpenFlags.ReadWrite);
        using var certificate = X509CertificateLoader.LoadCertificate(authority.Certificate);
        if (isTrusted) store.Add(certificate);
        else store.Remove(certificate);
        return new Result("the user's store of Windows", null);
    }

    private static Result ChangeMac(LocalAuthority authority, bool isTrusted) => new(
        "the login keychain",
        isTrusted ? Run("security", "add-trusted-cert", "-r", "trustRoot", authority.File)
            : Run("security", "remove-trusted-cert", authority.File));

    private static Result ChangeSystem(LocalAuthority authority, bool isTrusted)
    {
        var store = LinuxStores.FirstOrDefault(store => Directory.Exists(store.Folder));
        if (store.Folder is null) return new Result("the system's store", "it was not found");
        var name = $"the system's store ({store.Folder})";
        var id = authority.Fingerprint[..8].Replace(":", "", StringComparison.Ordinal);
        var file = Path.Combine(store.Folder, $"vitrine-{id}{store.Extension}");
        try
        {
            if (isTrusted) File.Copy(authority.File, file, overwrite: true);
            else File.Delete(file);
            if (isTrusted && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite
                    | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            return new Result(name, Run(store.Command[0], store.Command[1..]));
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException)
        {
            var how = isTrusted ? $"sudo install -m 644 '{authority.File}' '{file}'" : $"sudo rm '{file}'";
            return new Result(name, $"that is root's to change: {how} && sudo {string.Join(' ', store.Command)}");
        }
    }

    private static IEnumerable<Result> ChangeDatabases(LocalAuthority authority, bool isTrusted)
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var chromium = Path.Combine(home, ".pki/nssdb");
        var databases = new[] { Path.Combine(home, ".local/share/pki/nssdb") }
            .Concat(FirefoxFolders.Select(folder => Path.Combine(home, folder)).Where(Directory.Exists)
                .SelectMany(Directory.GetDirectories))
            .Where(folder => File.Exists(Path.Combine(folder, "cert9.db"))).Prepend(chromium);
        foreach (var database in databases)
        {
            var which = "sql:" + database;
            if (!File.Exists(Path.Combine(database, "cert9.db")))
            {
                if (!isTrusted) continue;
                Directory.CreateDirectory(database);
                if (Run("certutil", "-N", "--empty-password", "-d", which) is { } problem)
                {
                    yield return new Result($"browsers ({database})", problem);
                    continue;
                }
            }
            yield return new Result(
                $"browsers ({database})",
                isTrusted ? Run("certutil", "-A", "-d", which, "-t", "C,,", "-n", authority.Name, "-i", authority.File)
                    : Run("certutil", "-D", "-d", which, "-n", authority.Name));
        }
    }

    // What went wrong, or null.
    private static string? Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : $"{program} failed: {errors.Result.Trim().Split('\n')[^1]}";
        }
        catch (Win32Exception)
        {
            return program == "certutil" ? "it needs certutil: install libnss3-tools (nss-tools on Fedora)"
                : $"there is no program '{program}'";
        }
    }
}
