using System.Buffers;

namespace Vitrine.Net.Tls;

/// <summary>Names of hosts, as a client sends them and as certificates have them (RFC 6066, RFC 9525).</summary>
internal static class HostNames
{
    /// <summary>The longest (RFC 1035 section 2.3.4).</summary>
    public const int MostBytes = 255;

    private static readonly SearchValues<byte> Characters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._:"u8);

    /// <summary>Whether it could be one; an address, which some clients send, could.</summary>
    public static bool IsHostName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MostBytes && !name.ContainsAnyExcept(Characters);

    /// <summary>Whether a name is of a host that others know by it too: not this machine's, and no address.</summary>
    public static bool IsPublic(string? name) => name is not null
        && name.Contains('.', StringComparison.Ordinal) && !name.EndsWith(".localhost", StringComparison.Ordinal)
        && !char.IsAsciiDigit(name[^1]) && !name.Contains(':', StringComparison.Ordinal);

    /// <summary>
    /// The form in which names are compared: small letters, no dot at the end, and what a client puts before and behind
    /// it in a Host field (brackets, a port) taken off.
    /// </summary>
    public static string Canonical(ReadOnlySpan<byte> authority)
    {
        if (authority.StartsWith("["u8)) authority = authority[1..Math.Max(1, authority.IndexOf((byte)']'))];
        else if (authority.Count((byte)':') == 1) authority = authority[..authority.IndexOf((byte)':')];
        if (authority.EndsWith("."u8)) authority = authority[..^1];
        return string.Create(authority.Length, authority, static (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++) text[i] = char.ToLowerInvariant((char)bytes[i]);
        });
    }
}
