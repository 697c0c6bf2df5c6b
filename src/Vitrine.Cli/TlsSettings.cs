using System.CommandLine;
using System.CommandLine.Parsing;
using Vitrine.Acme;
using Vitrine.Cli.Settings;
using Vitrine.Server;

namespace Vitrine.Cli;

/// <summary>The options that are about TLS.</summary>
internal sealed class TlsSettings
{
    private readonly Option<bool> own = CommandOptions.Of(SettingList.Tls);
    private readonly Option<string[]> certificates = CommandOptions.Of(SettingList.TlsCert);
    private readonly Option<string[]> keys = CommandOptions.Of(SettingList.TlsKey);
    private readonly Option<bool> strictNames = CommandOptions.Of(SettingList.TlsStrictNames);
    private readonly Option<string?> clientAuthorities = CommandOptions.Of(SettingList.TlsClientCa);
    private readonly Option<bool> clientsAreOptional = CommandOptions.Of(SettingList.TlsClientOptional);
    private readonly Option<string?> ticketKeys = CommandOptions.Of(SettingList.TlsTicketKeys);
    private readonly Option<int?> redirect = CommandOptions.Of(SettingList.RedirectHttp);
    private readonly Option<int?> strict = CommandOptions.Of(SettingList.Hsts);

    /// <summary>All of them, in the order in which they are listed.</summary>
    public IEnumerable<Option> All =>
        [own, certificates, keys, strictNames, clientAuthorities, clientsAreOptional, ticketKeys, redirect, strict];

    /// <summary>Those that are on or off.</summary>
    public IEnumerable<Option<bool>> Flags => [own, strictNames, clientsAreOptional];

    /// <summary>What is wrong with them together, or null.</summary>
    public string? WhatIsWrong(CommandResult result, bool isAcme)
    {
        var certificateCount = result.GetValue(certificates)!.Length;
        var keyCount = result.GetValue(keys)!.Length;
        if (keyCount > certificateCount) return "--tls-key needs --tls-cert, the certificate that it is the key of.";
        if (keyCount > 0 && keyCount < certificateCount)
            return $"there are {certificateCount} of --tls-cert and {keyCount} of --tls-key: give each its key, in the "
                + "same order (or none, where the keys are in the same files).";
        if (certificateCount > 0 || isAcme || result.GetValue(own)) return null;
        var optional = result.GetValue(clientsAreOptional);
        var needy = result.GetValue(strictNames) ? strictNames.Name
            : result.GetValue(clientAuthorities) is not null ? clientAuthorities.Name
            : optional ? clientsAreOptional.Name
            : result.GetValue(ticketKeys) is not null ? ticketKeys.Name
            : result.GetValue(redirect) is not null ? redirect.Name
            : result.GetValue(strict) is not null ? strict.Name
            : null;
        return needy is null ? null
            : $"{needy} is for HTTPS: give it a certificate with --tls-cert, or use --tls or --acme.";
    }

    /// <summary>Whether plain HTTP is spoken too, on a port of its own.</summary>
    public bool Redirects(CommandResult result) => result.GetValue(redirect) is not null;

    /// <summary>Whether a certificate of one's own authority is wanted.</summary>
    public bool WantsOwn(ParseResult parsed) => parsed.GetValue(own);

    /// <summary>What they ask for, with what is asked of an authority; null is HTTP in the clear.</summary>
    public TlsOptions? Read(ParseResult parsed, AcmeOptions? acme)
    {
        var files = parsed.GetValue(certificates)!;
        if (files.Length == 0 && acme is null && !parsed.GetValue(own)) return null;
        var keyFiles = parsed.GetValue(keys)!;
        return new TlsOptions
        {
            Certificates =
            [
                .. files.Select((file, i) => new CertificateFiles(file, keyFiles.ElementAtOrDefault(i))),
                .. acme is null ? [] : acme.Names.Select(name => AwaitedOf(acme, name)),
            ],
            ChallengeFolder = acme?.State.ChallengesOf(acme.Directory),
            RefusesOtherNames = parsed.GetValue(strictNames),
            ClientAuthorities = parsed.GetValue(clientAuthorities),
            ClientsAreOptional = parsed.GetValue(clientsAreOptional),
            TicketKeys = parsed.GetValue(ticketKeys),
            RedirectPort = parsed.GetValue(redirect),
            StrictSeconds = parsed.GetValue(strict),
        };
    }

    private static CertificateFiles AwaitedOf(AcmeOptions acme, Identifier name) => new(
        acme.State.CertificateOf(acme.Directory, name), acme.State.KeyOf(acme.Directory, name))
    {
        AwaitedFor = name.Value,
    };
}
