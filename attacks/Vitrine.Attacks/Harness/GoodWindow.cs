using System.Globalization;

namespace Vitrine.Attacks.Harness;

/// <summary>What a good client saw for a while.</summary>
/// <param name="Count">How many requests there were.</param>
/// <param name="Errors">How many of them had no right answer.</param>
/// <param name="MedianUs">The median latency in microseconds.</param>
/// <param name="P99Us">The 99th percentile of the latency.</param>
/// <param name="FirstError">What went wrong first, or nothing.</param>
internal sealed record GoodWindow(int Count, int Errors, double MedianUs, double P99Us, string FirstError)
{
    private const char Separator = '\t';

    /// <summary>From what was seen one by one.</summary>
    public static GoodWindow Of(IReadOnlyCollection<double> latenciesUs, IReadOnlyCollection<string> errors)
    {
        var sorted = latenciesUs.Order().ToArray();
        double At(double quantile) =>
            sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];
        return new GoodWindow(
            sorted.Length + errors.Count, errors.Count, At(0.5), At(0.99), errors.FirstOrDefault() ?? "");
    }

    /// <summary>What another process has told.</summary>
    public static GoodWindow Parse(string line)
    {
        var words = line.Split(Separator);
        double Number(int i) => double.Parse(words[i], CultureInfo.InvariantCulture);
        return new GoodWindow((int)Number(0), (int)Number(1), Number(2), Number(3), words[4]);
    }

    /// <summary>A line for another process to read.</summary>
    public string ToLine() => string.Join(
        Separator,
        Count.ToString(CultureInfo.InvariantCulture),
        Errors.ToString(CultureInfo.InvariantCulture),
        MedianUs.ToString("F0", CultureInfo.InvariantCulture),
        P99Us.ToString("F0", CultureInfo.InvariantCulture),
        FirstError);
}
