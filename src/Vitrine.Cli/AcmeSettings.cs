using System.Buffers.Text;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Vitrine.Acme;
using Vitrine.Cli.Settings;
using Vitrine.Server.Certificates.Local;
using Vitrine.Server.Confinement;

namespace Vitrine.Cli;

/// <summary>The options that are about certificates from an authority.</summary>
internal sealed class AcmeSettings
{
    private const string TlsAlpn = "tls-alpn-01";
    private const string Http = "http-01";
    private const string FolderOfRoot = "/var/lib/vitrine";

    private readonly Option<string[]> names = CommandOptions.Of(SettingList.Acme);
    private readonly Option<string?> email = CommandOptions.Of(SettingList.AcmeEmail);
    private readonly Option<bool> staging = CommandOptions.Of(SettingList.AcmeStaging);
    private readonly Option<string?> directory = CommandOptions.Of(SettingList.AcmeDirectory);
    private readonly Option<string?> challenge = CommandOptions.Of(SettingList.AcmeChallenge);
    private readonly Option<string?> profile = CommandOptions.Of(SettingList.AcmeProfile);
    private readonly Option<string?> accountId = CommandOptions.Of(SettingList.AcmeEabKid);
    private readonly Option<string?> accountKey = CommandOptions.Of(SettingList.AcmeEabKey);
    private readonly Option<string?> trust = CommandOptions.Of(SettingList.AcmeTrust);
    private readonly Option<string?> state = CommandOptions.Of(SettingList.AcmeState);

    /// <summary>All but the names, in the order in which they are listed.</summary>
    public IEnumerable<Option> Others =>
        [email, staging, directory, challenge, profile, accountId, accountKey, trust, state];

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [names, .. Others];

    /// <summary>Those that are on or off.</summary>
    public IEnumerable<Option<bool>> Flags => [staging];

    /// <summary>Whether a certificate is asked for.</summary>
    public bool AreGiven(CommandResult result) => result.GetValue(names) is { Length: > 0 };

    /// <summary>What is wrong with them together, or null.</summary>
    public string? WhatIsWrong(CommandResult result, bool hasPlainHttp)
    {
        if (AreGiven(result))
            return WhatIsWrong(result, result.GetValue(names)!) ?? (hasPlainHttp ? null : NeedsPlainHttp(result));
        var stray = Others.FirstOrDefault(option => result.GetResult(option) is { Implicit: false });
        return stray is null ? null : $"{stray.Name} needs --acme, the host that a certificate is wanted for.";
    }

    /// <summary>The same, for these names.</summary>
    public string? WhatIsWrong(CommandResult result, string[] wanted)
    {
        foreach (var name in wanted)
            if (Identifier.Read(name, out var wrong) is null) return $"{wrong}.";
        if (result.GetValue(directory) is { } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme != Uri.UriSchemeHttps)
                return $"{directory.Name} takes an address of https, not '{url}'.";
            if (result.GetValue(staging)) return $"{directory.Name} and {staging.Name} exclude each other.";
        }
        if (result.GetValue(email) is { } mail && mail.Count(one => one == '@') != 1)
            return $"{email.Name} takes an address of mail, not '{mail}'.";
        var (id, key) = (result.GetValue(accountId), result.GetValue(accountKey));
        return id is null == key is null ? null
            : $"{accountId.Name} and {accountKey.Name} go together: the name of an account, and the file with its key.";
    }

    /// <summary>What they ask for; null is nothing.</summary>
    public AcmeOptions? Read(ParseResult parsed) =>
        parsed.GetValue(names) is { Length: > 0 } wanted ? Read(parsed, wanted) : null;

    /// <summary>The same, for these names.</summary>
    public AcmeOptions Read(ParseResult parsed, string[] wanted) => new()
    {
        Names = [.. wanted.Select(name => Identifier.Read(name, out _)!).Distinct()],
        State = new StateFolder(Path.GetFullPath(parsed.GetValue(state) ?? UsualState())),
        Directory = parsed.GetValue(directory) is { } url ? new Uri(url)
            : parsed.GetValue(staging) ? AcmeOptions.LetsEncryptStaging
            : AcmeOptions.LetsEncrypt,
        Mail = parsed.GetValue(email),
        Challenges = parsed.GetValue(challenge)?.ToLowerInvariant() switch
        {
            TlsAlpn => [ChallengeKind.TlsAlpn],
            Http => [ChallengeKind.Http],
            _ => [ChallengeKind.TlsAlpn, ChallengeKind.Http],
        },
        Profile = parsed.GetValue(profile),
        TrustFile = parsed.GetValue(trust),
    };

    /// <summary>The account that one has already, read from its file; null when none is named.</summary>
    /// <exception cref="AcmeException">The file cannot be used.</exception>
    public ExternalAccount? ReadExternal(ParseResult parsed)
    {
        if (parsed.GetValue(accountId) is not { } id || parsed.GetValue(accountKey) is not { } file) return null;
        try
        {
            return new ExternalAccount(id, Base64Url.DecodeFromChars(File.ReadAllText(file, Encoding.ASCII).Trim()));
        }
        catch (FormatException fault)
        {
            throw new AcmeException($"'{file}' has no key in base64url", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new AcmeException($"the account's key cannot be read: {fault.Message.TrimEnd('.')}", fault);
        }
    }

    /// <summary>What they say, for <c>vitrine acme</c>.</summary>
    public IReadOnlyList<string> ArgumentsOf(ParseResult parsed, bool hasPlainHttp)
    {
        if (Read(parsed) is not { } options) return [];
        var arguments = new List<string>(options.Names.Select(name => name.Value));
        foreach (var option in Others.OfType<Option<string?>>())
            if (parsed.GetValue(option) is { } value) arguments.AddRange([option.Name, value]);
        if (parsed.GetValue(staging)) arguments.Add(staging.Name);
        if (!hasPlainHttp && parsed.GetValue(challenge) is null) arguments.AddRange([challenge.Name, TlsAlpn]);
        return arguments;
    }

    private string? NeedsPlainHttp(CommandResult result)
    {
        const string Remedy = "needs --redirect-http, the port at which the authority looks (80)";
        if (result.GetValue(challenge)?.ToLowerInvariant() == Http) return $"{challenge.Name} {Http} {Remedy}.";
        var address = result.GetValue(names)!.FirstOrDefault(name => Identifier.Read(name, out _)!.Type == "ip");
        return address is null ? null : $"a certificate for an address, as {address}, {Remedy}.";
    }

    private static string UsualState()
    {
        if (Environment.GetEnvironmentVariable("STATE_DIRECTORY") is { Length: > 0 } given)
            return given.Split(Path.PathSeparator)[0]; // systemd names several that way
        return OperatingSystem.IsLinux() && UserIdentity.IsRoot ? FolderOfRoot : LocalAuthority.Folder;
    }
}
