using System.Text;

namespace Vitrine.Acme;

/// <summary>
/// Where what is needed from one time to the next is kept, in the layout of certmagic, so that certificates can be
/// taken over from servers that use it, and by them: <c>certificates/CA/NAME/NAME.crt</c>, <c>.key</c> and
/// <c>.json</c>; <c>acme/CA/users/</c> for accounts; <c>acme/CA/challenge_tokens/</c> for what an authority is just
/// about to look for; <c>locks/</c>. All of it is for its owner alone.
/// </summary>
/// <param name="Path">Its full path.</param>
public sealed record StateFolder(string Path)
{
    /// <summary>The file with the certificate of a name, and with those between it and one that clients know.</summary>
    public string CertificateOf(Uri directory, Identifier name) => FileOf(directory, name, ".crt");

    /// <summary>The file with its private key.</summary>
    public string KeyOf(Uri directory, Identifier name) => FileOf(directory, name, ".key");

    /// <summary>The folder of what an authority is about to look for.</summary>
    public string ChallengesOf(Uri directory) => Under("acme", FolderOf(directory), "challenge_tokens");

    /// <summary>Makes the folders that a server reads, so that they can be named before there is anything in
    /// them.</summary>
    /// <exception cref="IOException">They cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be.</exception>
    public void Prepare(AcmeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        foreach (var name in options.Names) Make(FolderOf(options.Directory, name));
        Make(ChallengesOf(options.Directory));
        Make(Under("locks"));
    }

    /// <summary>What else is kept of the certificate of a name.</summary>
    internal string NoteOf(Uri directory, Identifier name) => FileOf(directory, name, ".json");

    /// <summary>What is kept of how it failed.</summary>
    internal string SetbackOf(Uri directory, Identifier name) => FileOf(directory, name, ".setback");

    /// <summary>What an authority is about to look for at a name.</summary>
    internal string ChallengeOf(Uri directory, Identifier name) =>
        System.IO.Path.Combine(ChallengesOf(directory), Safe(name.Value) + ".json");

    /// <summary>An account's file.</summary>
    internal string AccountOf(Uri directory, string? mail, string ending)
    {
        var user = Safe(mail ?? "default");
        return Under("acme", FolderOf(directory), "users", user, (mail is null ? user : user.Split('@')[0]) + ending);
    }

    /// <summary>The lock of who renews the certificate of a name.</summary>
    internal string LockOf(Identifier name) => Under("locks", $"issue_cert_{Safe(name.Value)}.lock");

    /// <summary>Makes a folder, and those that it is to be in, for their owner alone.</summary>
    internal static void Make(string folder)
    {
        if (OperatingSystem.IsWindows() || Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            return;
        }
        // The mode is that of the last of them alone.
        if (System.IO.Path.GetDirectoryName(folder) is { } around) Make(around);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string FileOf(Uri directory, Identifier name, string ending) =>
        System.IO.Path.Combine(FolderOf(directory, name), Safe(name.Value) + ending);

    private string FolderOf(Uri directory, Identifier name) =>
        Under("certificates", FolderOf(directory), Safe(name.Value));

    private string Under(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    // An authority's: its host and path.
    private static string FolderOf(Uri directory)
    {
        var path = directory.AbsolutePath.Replace('/', '-').Trim('-');
        return Safe(path.Length == 0 ? directory.Authority : $"{directory.Authority}-{path}");
    }

    private static string Safe(string name)
    {
        var safe = new StringBuilder();
        foreach (var one in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_' or '@') safe.Append(one);
            else if (one == ':') safe.Append('-');
        }
        return safe.ToString().Replace("..", "", StringComparison.Ordinal);
    }
}
