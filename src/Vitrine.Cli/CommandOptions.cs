using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vitrine.Acme;
using Vitrine.Cli.Settings;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.Cli;

/// <summary>
/// The command line. Every option can also be set as an environment variable: <c>VITRINE_</c> and its name in
/// capitals, with underscores for dashes; the command line wins.
/// </summary>
internal sealed class CommandOptions
{
    private const string About = """
        Vitrine serves a folder over HTTP, and shows what goes over the wire.

        As in:  vitrine site --port 8080
        Each option can be set in the environment too: VITRINE_ and its name in capitals, as in VITRINE_NO_LISTING=1.
        A switch is on with 1, true, yes or on, and off with 0, false, no or off. The command line wins.
        It exits with 0 after Ctrl-C or SIGTERM (130 or 143 when a second one ends it at once), with 1 when it could not
        start or go on, or --check-sandbox was allowed something, and with 2 when it was called wrongly.
        """;

    private readonly Argument<string> folder = new("FOLDER")
    {
        Description = "The folder to serve.",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<int?> port = Of(SettingList.Port);
    private readonly Option<string?> host = Of(SettingList.Host);
    private readonly Option<bool> everywhere = Of(SettingList.Public);
    private readonly Option<bool> open = Of(SettingList.Open);
    private readonly TlsSettings tls = new();
    private readonly AcmeSettings acme = new();
    private readonly Option<bool> quiet = Of(SettingList.Quiet);
    private readonly Option<bool> wire = Of(SettingList.Wire);
    private readonly Option<string?> log = Of(SettingList.Log);
    private readonly Option<int?> workers = Of(SettingList.Workers);
    private readonly Option<int?> cache = Of(SettingList.CacheMegabytes);
    private readonly Option<string[]> limit = Of(SettingList.Limit);
    private readonly Option<int?> admin = Of(SettingList.Admin);
    private readonly Option<bool> watch = Of(SettingList.Watch);
    private readonly Option<bool> noListing = Of(SettingList.NoListing);
    private readonly Option<bool> noServerHeader = Of(SettingList.NoServerHeader);
    private readonly Option<string?> transport = Of(SettingList.Transport);
    private readonly Option<string?> user = Of(SettingList.User);
    private readonly Option<string?> sandbox = Of(SettingList.Sandbox);
    private readonly Option<bool> noSandbox = Of(SettingList.NoSandbox);
    private readonly Option<bool> checkSandbox = Of(SettingList.CheckSandbox);

    public CommandOptions()
    {
        limit.Validators.Add(result =>
        {
            if (TryGetLimits(result.GetValueOrDefault<string[]>() ?? [], new Limits(), out _) is { } wrong)
                result.AddError($"{SourceOf(result)}: {wrong}");
        });
        folder.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 }) result.AddError("FOLDER is empty.");
        });
        Root = new RootCommand(About)
        {
            folder, port, host, everywhere, open, quiet, wire, log, workers, cache, limit, admin, watch, noListing,
            noServerHeader, transport, user, sandbox, noSandbox, checkSandbox,
        };
        foreach (var option in tls.All.Concat(acme.All)) Root.Options.Add(option);
        foreach (var alias in new[] { "-v", "-V" }) Root.Options.OfType<VersionOption>().Single().Aliases.Add(alias);
        foreach (var command in TrustCommands.Make()) Root.Subcommands.Add(command);
        Root.Subcommands.Add(AcmeCommand.Make());
        Root.SetAction(_ => 0); // so that no subcommand has to follow; to serve is Command's to do
        Root.TreatUnmatchedTokensAsErrors = true;
        Root.Directives.Clear();
        host.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && Resolve(name).Length == 0)
                result.AddError($"{SourceOf(result)}: '{name}' is neither an address nor a name of this machine.");
        });
        Root.Validators.Add(result =>
        {
            foreach (var flag in Flags.Where(flag => !IsGiven(result.GetResult(flag))))
                if (Variables.IsSet(flag.Name) is null)
                    result.AddError(
                        $"{Variables.NameOf(flag.Name)} takes 1 or 0, not '{Variables.ValueOf(flag.Name)}'.");
            Exclude(result, open, sandbox, ": a browser would be in the sandbox too", IsSandbox);
            Exclude(result, noSandbox, sandbox, "", IsSandbox);
            Exclude(result, everywhere, host);
            var wrong = tls.WhatIsWrong(result, acme.AreGiven(result))
                ?? acme.WhatIsWrong(result, tls.Redirects(result));
            if (wrong is not null) result.AddError(wrong);
        });
    }

    /// <summary>The command.</summary>
    public RootCommand Root { get; }

    /// <summary>The options that a variable can set.</summary>
    public static IEnumerable<string> Settable => SettingList.All.Select(setting => setting.OptionName);

    private Option<bool>[] Flags =>
    [
        everywhere, open, quiet, wire, watch, noListing, noServerHeader, noSandbox, checkSandbox, .. tls.Flags,
        .. acme.Flags,
    ];

    /// <summary>What is wrong with a command line, or null.</summary>
    public string? WhatIsWrong(string[] args, ParseResult parsed) => Mistake.In(args, parsed, folder);

    /// <summary>What the parsed command line asks for.</summary>
    public Request Read(ParseResult parsed)
    {
        var isTerminal = StandardStreams.IsTerminal;
        var isQuiet = parsed.GetValue(quiet);
        var format = parsed.GetValue(log) ?? (isQuiet ? "none" : isTerminal ? "pretty" : "common");
        var limits = LimitsOf(parsed);
        var server = new WebServerOptions
        {
            Root = parsed.GetValue(folder)!,
            Port = parsed.GetValue(port)!.Value,
            Tls = tls.Read(parsed, acme.Read(parsed)),
            Workers = parsed.GetValue(workers)!.Value,
            Limits = limits,
            CacheFitsMemory = limits.CacheBytes == new Limits().CacheBytes && parsed.GetValue(cache) is null,
            AdminPort = parsed.GetValue(admin),
            Watch = parsed.GetValue(watch),
            Listing = !parsed.GetValue(noListing),
            ServerHeader = !parsed.GetValue(noServerHeader),
            Log = Enum.Parse<LogFormat>(format, ignoreCase: true),
            LogOutput = StandardStreams.OpenOutput(),
            Wire = parsed.GetValue(wire),
            RefusalOutput = isQuiet ? null : StandardStreams.OpenError(),
            Colour = isTerminal && System.Environment.GetEnvironmentVariable("NO_COLOR") is null or "",
            Transport = Enum.Parse<TransportKind>(parsed.GetValue(transport)!, ignoreCase: true),
        };
        if (Wins(parsed, everywhere, host)) server = server with { Addresses = [IPAddress.Any, IPAddress.IPv6Any] };
        else if (parsed.GetValue(host) is { } name) server = server with { Addresses = Resolve(name) };
        var asked = IsGiven(parsed.GetResult(port)) || Variables.NameOf(port.Name) is not null;
        return new Request(server, asked, isQuiet, Wins(parsed, open, sandbox, IsSandbox))
        {
            User = parsed.GetValue(user),
            Sandbox = Wins(parsed, noSandbox, sandbox) ? SandboxKind.None : KindOf(parsed.GetValue(sandbox), server),
            IsSandboxAskedFor = parsed.GetValue(sandbox) is not null,
            ChecksSandbox = parsed.GetValue(checkSandbox),
            WantsOwnCertificate = tls.WantsOwn(parsed),
            Acme = acme.Read(parsed),
            AcmeArguments = acme.ArgumentsOf(parsed, server.Tls?.RedirectPort is not null),
        };
    }

    private Limits LimitsOf(ParseResult parsed)
    {
        var start = new Limits();
        if (parsed.GetValue(cache) is { } megabytes) start = start with { CacheBytes = megabytes * 1024L * 1024 };
        TryGetLimits(parsed.GetValue(limit)!, start, out var limits);
        return limits;
    }

    // What is wrong, or null. Only all of them together have to make sense.
    private static string? TryGetLimits(string[] assignments, Limits start, out Limits limits)
    {
        limits = start;
        foreach (var assignment in assignments)
        {
            var name = assignment.Split('=')[0];
            if (LimitList.Find(name) is not { } limit)
            {
                var suggestion = NearestName.Suggest(name, LimitList.All.Select(each => each.OptionName));
                return $"there is no limit '{name}'; 'vitrine --help' lists them.{suggestion}";
            }
            if (name == assignment) return $"it takes NAME=N, as in {name}={limit.Get(limits)}, not '{assignment}'.";
            if (!Limit.TrySet(limits, assignment, out var changed))
                return $"{name} takes a whole number, 0 or more and not too large, "
                    + $"not '{assignment[(name.Length + 1)..]}'.";
            limits = changed;
        }
        try
        {
            limits.Validate();
            return null;
        }
        catch (ArgumentOutOfRangeException fault)
        {
            var wrong = LimitList.All.FirstOrDefault(limit => limit.Name == fault.ParamName)?.OptionName;
            return $"{wrong} cannot be {fault.ActualValue}. {fault.Message.Split(" (")[0]}";
        }
    }

    // Two that exclude each other: what stands on the command line wins over the environment; within either, they are
    // at odds.
    private static void Exclude(
        CommandResult result,
        Option<bool> flag,
        Option<string?> other,
        string why = "",
        Predicate<string>? isMeant = null)
    {
        var (isFlag, isOther) = (IsGiven(result.GetResult(flag)), IsGiven(result.GetResult(other)));
        if (isFlag != isOther) return;
        var value = isOther ? result.GetResult(other)!.Tokens is [var token] ? token.Value : null
            : Variables.ValueOf(other.Name);
        if (value is null || isMeant?.Invoke(value) == false) return;
        if (isFlag ? result.GetValue(flag) : Variables.IsSet(flag.Name) == true)
            result.AddError($"{SourceOf(flag, isFlag)} and {SourceOf(other, isOther)} exclude each other{why}.");
    }

    // Whether a flag holds, beside another option that it excludes.
    private static bool Wins(
        ParseResult parsed, Option<bool> flag, Option<string?> other, Predicate<string>? isMeant = null) =>
        parsed.GetValue(flag) && (IsGiven(parsed.GetResult(flag)) || !IsGiven(parsed.GetResult(other))
            || isMeant?.Invoke(parsed.GetValue(other)!) == false);

    private static bool IsSandbox(string kind) => !kind.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static SandboxKind KindOf(string? name, WebServerOptions server) =>
        name is not null ? Enum.Parse<SandboxKind>(name, ignoreCase: true)
        : server.Addresses.All(IPAddress.IsLoopback) ? SandboxKind.Follow
        : SandboxKind.Strict;

    internal static Option<int?> Of(Setting.Number setting)
    {
        var name = setting.OptionName;
        var option = new Option<int?>(name)
        {
            Description = setting.Text,
            HelpName = "N",
            // A number that is none becomes one that the validator refuses.
            DefaultValueFactory = _ => Variables.ValueOf(name) is not { } text ? setting.Default
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : -1,
        };
        option.Validators.Add(result =>
        {
            var text = !IsGiven(result) ? Variables.ValueOf(name)
                : result.Tokens.Count > 0 ? result.Tokens[^1].Value
                : null;
            if (text is null) return;
            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
            if (!isNumber || value > setting.Most)
                result.AddError($"{SourceOf(result)} takes a number from 0 to {setting.Most}, not '{text}'.");
        });
        return WithLetter(option, setting);
    }

    internal static Option<string?> Of(Setting.Word setting) => Text(setting, setting.Sort, null);

    internal static Option<string?> Of(Setting.Choice setting)
    {
        var option = Text(setting, setting.Sort, setting.Default);
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } value
                && !setting.All.Contains(value, StringComparer.OrdinalIgnoreCase))
                result.AddError(
                    $"{SourceOf(result)} takes one of {string.Join(", ", setting.All)}, not '{value}'.");
        });
        return option;
    }

    internal static Option<bool> Of(Setting.Switch setting) => WithLetter(
        new Option<bool>(setting.OptionName)
        {
            Description = setting.Text,
            DefaultValueFactory = _ => Variables.IsSet(setting.OptionName) ?? false,
        },
        setting);

    internal static Option<string[]> Of(Setting.Files setting) => new(setting.OptionName)
    {
        Description = setting.Text,
        HelpName = "FILE",
        DefaultValueFactory = _ =>
            Variables.ValueOf(setting.OptionName)?.Split(
                Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
    };

    internal static Option<string[]> Of(Setting.Words setting) => new(setting.OptionName)
    {
        Description = setting.Text,
        HelpName = setting.Sort,
        DefaultValueFactory = _ =>
            Variables.ValueOf(setting.OptionName)?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [],
    };

    private static Option<string?> Text(Setting setting, string helpName, string? fallback) => WithLetter(
        new Option<string?>(setting.OptionName)
        {
            Description = setting.Text,
            HelpName = helpName,
            DefaultValueFactory = _ => Variables.ValueOf(setting.OptionName) ?? fallback,
        },
        setting);

    private static Option<T> WithLetter<T>(Option<T> option, Setting setting)
    {
        if (setting.Letter is { } letter) option.Aliases.Add(letter);
        return option;
    }

    // The option as it was given, or the variable that stands in for it.
    private static string SourceOf(OptionResult result) => SourceOf(result.Option, IsGiven(result));

    private static string SourceOf(Option option, bool isGiven) =>
        isGiven ? option.Name : Variables.NameOf(option.Name) ?? option.Name;

    private static bool IsGiven(OptionResult? result) => result is { Implicit: false };

    private static IPAddress[] Resolve(string name)
    {
        // The resolver takes no name for this machine, with all of its addresses: a variable that is not set must not
        // open the server to everybody.
        if (string.IsNullOrWhiteSpace(name)) return [];
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        if (IPAddress.TryParse(name.Trim('[', ']'), out var address))
            // All addresses of IPv6: whoever asks for them does not mean to leave out IPv4, and other servers do not.
            return address.Equals(IPAddress.IPv6Any) ? [address, IPAddress.Any] : [address];
        try
        {
            return Dns.GetHostAddresses(name);
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>What was asked for.</summary>
    public sealed record Request(WebServerOptions Server, bool PortWasAskedFor, bool Quiet, bool Open)
    {
        /// <summary>Who the process becomes, or null.</summary>
        public string? User { get; init; }

        /// <summary>What it may read.</summary>
        public SandboxKind Sandbox { get; init; }

        /// <summary>Whether a kind was asked for: then it is no matter of what the system has.</summary>
        public bool IsSandboxAskedFor { get; init; }

        /// <summary>Whether a certificate of one's own authority is made.</summary>
        public bool WantsOwnCertificate { get; init; }

        /// <summary>Which certificates are asked of an authority, or null.</summary>
        public AcmeOptions? Acme { get; init; }

        /// <summary>The same, as arguments for the process that does it.</summary>
        public IReadOnlyList<string> AcmeArguments { get; init; } = [];

        /// <summary>Whether the sandbox is tried out instead of serving.</summary>
        public bool ChecksSandbox { get; init; }
    }
}
