using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.Cli;

/// <summary>
/// The command line. Every option can also be set as an environment variable: <c>VITRINE_</c> and its name in
/// capitals, with underscores for dashes; the command line wins.
/// </summary>
internal sealed class CommandOptions
{
    private readonly Argument<string> folder = new("FOLDER")
    {
        Description = "The folder to serve.",
        DefaultValueFactory = _ => ".",
    };

    private readonly Option<int> port = Number(
        "--port", "-p", "Port to listen on; 0 takes any free one. Also PORT.", 8000, 65535);

    private readonly Option<string?> host = Text(
        "--host", "Address to listen on. Default: localhost, IPv4 and IPv6.", null);

    private readonly Option<bool> everywhere = Flag("--public", "Listen on all interfaces, and print the addresses.");
    private readonly Option<bool> open = Flag("--open", "Open the address in a browser.", "-o");
    private readonly Option<bool> quiet = Flag("--quiet", "Print nothing but errors, and what is asked for.", "-q");
    private readonly Option<bool> wire = Flag("--wire", "Show the raw exchange as it happens.");
    private readonly Option<string?> log = Text(
        "--log",
        "Log line per request: pretty (default at a terminal), common (default elsewhere), combined, json, none.",
        null);

    private readonly Option<int> workers = Number(
        "--workers", null, "Number of workers; 0 is one a processor.", 0, 1024);

    private readonly Option<int> cache = Number(
        "--cache-mb", null, "Most memory for cached files, in MB.", 256, 1024 * 1024);

    private readonly Option<bool> noListing = Flag("--no-listing", "Answer 404 for a folder without an index.html.");
    private readonly Option<bool> noServerHeader = Flag("--no-server-header", "Do not send 'Server: vitrine'.");
    private readonly Option<string?> transport = Text(
        "--transport", "How bytes come and go: auto, epoll, portable.", "auto");

    public CommandOptions()
    {
        OneOf(log, "pretty", "common", "combined", "json", "none");
        OneOf(transport, "auto", "epoll", "portable");
        folder.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 } name) result.AddError("FOLDER is empty.");
            else if (name.StartsWith('-')) result.AddError($"Unrecognized option '{name}'.");
        });
        Root = new RootCommand("Vitrine serves a folder over HTTP, and shows what goes over the wire.")
        {
            folder, port, host, everywhere, open, quiet, wire, log, workers, cache, noListing, noServerHeader,
            transport,
        };
        Root.TreatUnmatchedTokensAsErrors = true;
        Root.Directives.Clear();
        host.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && Resolve(name).Length == 0)
                result.AddError($"'{name}' is neither an address nor a name of this machine.");
        });
        Root.Validators.Add(result =>
        {
            if (IsGiven(result.GetResult(everywhere)) && result.GetValue(everywhere) && IsGiven(result.GetResult(host)))
                result.AddError("--public and --host exclude each other.");
        });
    }

    /// <summary>The command.</summary>
    public RootCommand Root { get; }

    /// <summary>What the parsed command line asks for.</summary>
    public Request Read(ParseResult parsed)
    {
        var isTerminal = !Console.IsOutputRedirected;
        var isQuiet = parsed.GetValue(quiet);
        var format = parsed.GetValue(log) ?? (isQuiet ? "none" : isTerminal ? "pretty" : "common");
        var server = new WebServerOptions
        {
            Root = parsed.GetValue(folder)!,
            Port = parsed.GetValue(port),
            Workers = parsed.GetValue(workers),
            Limits = new Limits { CacheBytes = parsed.GetValue(cache) * 1024L * 1024 },
            Listing = !parsed.GetValue(noListing),
            ServerHeader = !parsed.GetValue(noServerHeader),
            Log = Enum.Parse<LogFormat>(format, ignoreCase: true),
            Wire = parsed.GetValue(wire),
            Colour = isTerminal && System.Environment.GetEnvironmentVariable("NO_COLOR") is null or "",
            Transport = Enum.Parse<TransportKind>(parsed.GetValue(transport)!, ignoreCase: true),
        };
        // What stands on the command line wins over the environment.
        var isEverywhere = parsed.GetValue(everywhere)
            && (IsGiven(parsed.GetResult(everywhere)) || !IsGiven(parsed.GetResult(host)));
        if (isEverywhere) server = server with { Addresses = [IPAddress.Any, IPAddress.IPv6Any] };
        else if (parsed.GetValue(host) is { } name) server = server with { Addresses = Resolve(name) };
        var asked = IsGiven(parsed.GetResult(port)) || VariableOf("--port") is not null
            || Variable("PORT") is not null;
        return new Request(server, asked, isQuiet, parsed.GetValue(open));
    }

    private static Option<int> Number(string name, string? alias, string description, int fallback, int most)
    {
        var option = new Option<int>(name)
        {
            Description = description,
            // A number that is none becomes one that the validator refuses.
            DefaultValueFactory = _ => NumberOf(name) is not { } text ? fallback
                : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
                : -1,
        };
        if (alias is not null) option.Aliases.Add(alias);
        option.Validators.Add(result =>
        {
            var isGiven = IsGiven(result);
            var text = isGiven ? (result.Tokens.Count > 0 ? result.Tokens[^1].Value : null) : NumberOf(name);
            if (text is null) return;
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > most)
                result.AddError(
                    $"{name} takes a number from 0 to {most}, not '{text}'{(isGiven ? "" : " (environment)")}.");
        });
        return option;
    }

    private static Option<string?> Text(string name, string description, string? fallback) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => VariableOf(name) ?? fallback,
    };

    private static Option<bool> Flag(string name, string description, params string[] aliases)
    {
        var option = new Option<bool>(name)
        {
            Description = description,
            DefaultValueFactory = _ => VariableOf(name)?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON",
        };
        foreach (var alias in aliases) option.Aliases.Add(alias);
        return option;
    }

    private static void OneOf(Option<string?> option, params string[] values) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } value
            && !values.Contains(value, StringComparer.OrdinalIgnoreCase))
            result.AddError($"{option.Name} takes one of {string.Join(", ", values)}, not '{value}'.");
    });

    private static bool IsGiven(OptionResult? result) => result is { Implicit: false };

    private static string? NumberOf(string name) => VariableOf(name) ?? (name == "--port" ? Variable("PORT") : null);

    private static string? VariableOf(string option) =>
        Variable("VITRINE_" + option.TrimStart('-').Replace('-', '_').ToUpperInvariant());

    private static string? Variable(string name) =>
        System.Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static IPAddress[] Resolve(string name)
    {
        if (name.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        if (IPAddress.TryParse(name.Trim('[', ']'), out var address)) return [address];
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
    public sealed record Request(WebServerOptions Server, bool PortWasAskedFor, bool Quiet, bool Open);
}
