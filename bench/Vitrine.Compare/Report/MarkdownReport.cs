using System.Globalization;
using System.Text;
using Vitrine.Compare.Regimes;

namespace Vitrine.Compare.Report;

/// <summary>A regime's outcome as a table.</summary>
internal static class MarkdownReport
{
    /// <summary>The table, with the goals below it.</summary>
    public static string Of(Regime regime, Outcome outcome)
    {
        var columns = ColumnsOf(regime, outcome).ToArray();
        var text = new StringBuilder();
        text.Append(Invariant($"### {regime.Number}. {regime.Title}\n\n"));
        text.Append(Row(columns.Select(column => column.Head)));
        text.Append(Row(columns.Select((_, i) => i == 0 ? "---" : "---:")));
        foreach (var name in outcome.Names) text.Append(Row(columns.Select(column => column.Cell(name))));
        text.Append('\n');
        foreach (var goal in regime.Goals) text.Append(LineOf(goal, outcome));
        return text.Append('\n').ToString();
    }

    private static IEnumerable<(string Head, Func<string, string> Cell)> ColumnsOf(Regime regime, Outcome outcome)
    {
        Func<string, string> Figure(Func<Sample, double> figure, string format) =>
            name => outcome.Median(name, figure) is var median && double.IsFinite(median)
                ? median.ToString(format, CultureInfo.InvariantCulture)
                : "-";
        yield return ("server", name => name);
        var isStart = regime.Number == 14;
        var rate = Figure(sample => sample.RequestsPerSecond, "N0");
        if (!isStart) yield return (regime.Number is 7 or 23 ? "MiB/s" : "requests/s", rate);
        yield return (CostName(regime), Figure(sample => isStart ? sample.CostUs / 1000 : sample.CostUs, "F2"));
        if (regime.ShowsLatency)
        {
            yield return ("p50 us", Figure(sample => sample.MedianUs, "N0"));
            yield return ("p99 us", Figure(sample => sample.P99Us, "N0"));
        }
        if (regime.ShowsBytes) yield return ("MB/s", Figure(sample => sample.BytesPerSecond / 1e6, "N0"));
        if (regime.Extra is { } extra) yield return (extra, Figure(sample => sample.Extra, "N1"));
        var compared = regime.Number == 13 ? (Func<Sample, double>)(sample => sample.P99Us) : sample => sample.CostUs;
        yield return (
            $"ratio to {outcome.First} (min to max)",
            name =>
            {
                var (least, middle, most) = outcome.RatioToFirst(name, compared);
                if (name == outcome.First) return "1";
                return double.IsFinite(middle) ? Invariant($"{middle:F2} ({least:F2} to {most:F2})") : "no answers";
            }
        );
    }

    private static string CostName(Regime regime) => regime.Number switch
    {
        7 or 23 => "CPU us/MiB",
        14 => "ms to the first answer",
        _ => "CPU us/request",
    };

    private static string LineOf(Goal goal, Outcome outcome)
    {
        var value = goal.Measure(outcome);
        if (double.IsNaN(value)) return $"- {goal.What}: not measured\n";
        var verdict = value <= goal.Most ? "met" : Invariant($"missed by {(value / goal.Most) - 1:P0}");
        return Invariant($"- {goal.What}: {value:F2}, goal {goal.Most:F2}: {verdict}\n");
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
