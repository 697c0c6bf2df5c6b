using System.Globalization;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>A reply as it was read.</summary>
internal sealed record ReadReply(int Status, Dictionary<string, string> Fields, byte[] Body, int End)
{
    public string? this[string name] => Fields.GetValueOrDefault(name);

    public bool IsLast => this["Connection"] == "close";

    /// <summary>The length that is announced, also where nothing is sent; -1 when there is none.</summary>
    public int Length => this["Content-Length"] is { } text
        ? int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture)
        : -1;

    /// <summary>A date in seconds since 1970; null when there is none.</summary>
    public long? Date(string name) => this[name] is { } text
        ? DateTimeOffset.ParseExact(text, "r", CultureInfo.InvariantCulture).ToUnixTimeSeconds()
        : null;
}
