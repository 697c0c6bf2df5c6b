namespace Vitrine.Cli;

/// <summary>
/// The environment variables behind the options: <c>VITRINE_</c> and the option's name in capitals, with
/// underscores for dashes; for the port also <c>PORT</c>.
/// </summary>
internal static class Variables
{
    private static readonly string[] Yes = ["1", "true", "yes", "on"];
    private static readonly string[] No = ["0", "false", "no", "off"];

    /// <summary>The variable that sets an option, or null when none does.</summary>
    public static string? NameOf(string option) =>
        NamesOf(option).FirstOrDefault(name => Environment.GetEnvironmentVariable(name) is { Length: > 0 });

    /// <summary>Its value, or null.</summary>
    public static string? ValueOf(string option) =>
        NameOf(option) is { } name ? Environment.GetEnvironmentVariable(name) : null;

    /// <summary>Whether a flag is set; null when its value is no answer to that.</summary>
    public static bool? IsSet(string option)
    {
        var value = ValueOf(option) ?? "0";
        if (Yes.Contains(value, StringComparer.OrdinalIgnoreCase)) return true;
        return No.Contains(value, StringComparer.OrdinalIgnoreCase) ? false : null;
    }

    private static IEnumerable<string> NamesOf(string option)
    {
        yield return "VITRINE_" + option.TrimStart('-').Replace('-', '_').ToUpperInvariant();
        if (option == "--port") yield return "PORT";
    }
}
