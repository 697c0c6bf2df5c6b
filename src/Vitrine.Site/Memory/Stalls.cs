using System.Globalization;

namespace Vitrine.Site.Memory;

/// <summary>How much time was lost waiting for memory, as the kernel tells it (PSI: psi(7)).</summary>
internal static class Stalls
{
    private const string Start = "some avg10=";

    /// <summary>
    /// The share of the last ten seconds in which somebody waited, in hundredths, of a file of that kind; null when it
    /// does not say.
    /// </summary>
    public static double? Percent(string[]? lines)
    {
        // some avg10=0.00 avg60=0.00 avg300=0.00 total=0
        var line = lines?.FirstOrDefault(line => line.StartsWith(Start, StringComparison.Ordinal));
        return line is not null && double.TryParse(
            line[Start.Length..].Split(' ')[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var percent)
            ? percent
            : null;
    }
}
