namespace Vitrine.Cli;

/// <summary>
/// The environment variables behind the options: <c>VITRINE_</c> and the option's name in capitals, with
/// underscores for dashes; for the port also <c>PORT</c>.
/// </summary>
internal static class Variables
{
    private const string Prefix = "VITRINE_";
    private const string Port = "--port";

    private static readonly string[] Yes = ["1", "true", "yes", "on"];
    private static readonly string[] No = ["0", "false", "no", "off"];

    // What Kubernetes sets for each service, behind the service's name: to one that is called "vitrine", VITRINE_PORT
    // is the first.
    private static readonly string[] OfServices = ["_PORT", "_SERVICE_HOST", "_SERVICE_PORT"];

    /// <summary>The variable that sets an option, or null when none does.</summary>
    public static string? NameOf(string option) =>
        NamesOf(option).FirstOrDefault(name => ValueIn(name) is { } value && !(option == Port && IsUrl(value)));

    /// <summary>Its value, or null.</summary>
    public static string? ValueOf(string option) => NameOf(option) is { } name ? ValueIn(name) : null;

    /// <summary>Whether a flag is set; null when its value is no answer to that.</summary>
    public static bool? IsSet(string option)
    {
        var value = ValueOf(option) ?? "0";
        if (Yes.Contains(value, StringComparer.OrdinalIgnoreCase)) return true;
        return No.Contains(value, StringComparer.OrdinalIgnoreCase) ? false : null;
    }

    /// <summary>What is to be said of variables that look like ours and set nothing.</summary>
    public static IEnumerable<string> Doubts(IEnumerable<string> options)
    {
        var known = options.SelectMany(NamesOf).ToHashSet(StringComparer.Ordinal);
        foreach (var name in NamesOf(Port))
        {
            if (ValueIn(name) is { } value && IsUrl(value))
                yield return $"{name} is '{value}', which tells of a service and is no port: it is passed over.";
        }
        foreach (var name in Environment.GetEnvironmentVariables().Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            var isOurs = name.StartsWith(Prefix, StringComparison.Ordinal) && !IsOfService(name);
            if (isOurs && !known.Contains(name))
                yield return $"{name} sets nothing.{NearestName.Suggest(name, known, Prefix.Length)}";
        }
    }

    private static IEnumerable<string> NamesOf(string option)
    {
        yield return Prefix + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();
        if (option == Port) yield return "PORT";
    }

    private static string? ValueIn(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static bool IsUrl(string value) => value.Contains("://", StringComparison.Ordinal);

    // VITRINE_SERVICE_HOST, VITRINE_SERVICE_PORT_HTTP, VITRINE_PORT_80_TCP_ADDR; VITRINE_WWW_PORT of "vitrine-www".
    private static bool IsOfService(string name) => Array.Exists(
        OfServices,
        part => name.IndexOf(part, StringComparison.Ordinal) is var at and >= 0
            && (at + part.Length == name.Length || name[at + part.Length] == '_') && IsService(name[..at]));

    // It has an address, or a URL for a port.
    private static bool IsService(string prefix) =>
        ValueIn(prefix + "_SERVICE_HOST") is not null || (ValueIn(prefix + "_PORT") is { } port && IsUrl(port));
}
