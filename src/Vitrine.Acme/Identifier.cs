using System.Globalization;
using System.Net;

namespace Vitrine.Acme;

/// <summary>What a certificate is for: the name of a host (RFC 8555 section 9.7.7) or an address (RFC 8738).</summary>
/// <param name="Type"><c>dns</c> or <c>ip</c>.</param>
/// <param name="Value">In the form in which it is written on the wire.</param>
public sealed record Identifier(string Type, string Value)
{
    private const int MostCharacters = 253;
    private const int MostOfLabel = 63;

    /// <summary>Whether it is an address.</summary>
    internal bool IsAddress => Type == "ip";

    /// <summary>Reads one; otherwise says in <paramref name="wrong"/> what is wrong with it.</summary>
    public static Identifier? Read(string text, out string wrong)
    {
        ArgumentNullException.ThrowIfNull(text);
        wrong = "";
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address) && (text.Contains(':', StringComparison.Ordinal)
            || text.Count(one => one == '.') == 3))
            return new Identifier("ip", address.ToString());
        if (text.StartsWith("*.", StringComparison.Ordinal))
        {
            wrong = $"'{text}' is for many hosts: authorities give such a certificate only for a proof by DNS "
                + "(dns-01), which is not spoken here; name the hosts";
            return null;
        }
        var name = ToAscii(text)?.ToLowerInvariant();
        if (name is { Length: <= MostCharacters } && name.Contains('.', StringComparison.Ordinal)
            && name.Split('.').All(IsLabel)) return new Identifier("dns", name);
        wrong = $"'{text}' is not the full name of a host, as www.example.org is";
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Value;

    private static bool IsLabel(string label) => label.Length is > 0 and <= MostOfLabel
        && label[0] != '-' && label[^1] != '-' && label.All(one => char.IsAsciiLetterOrDigit(one) || one is '-');

    private static string? ToAscii(string text)
    {
        try
        {
            return new IdnMapping().GetAscii(text.TrimEnd('.'));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
