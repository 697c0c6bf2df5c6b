using System.Globalization;

namespace Vitrine.Attacks;

/// <summary>What came of an attack: figures, some of them with a bound, and whether all bounds hold.</summary>
/// <param name="name">The attack.</param>
/// <param name="what">What was done.</param>
internal sealed class Row(string name, string what)
{
    private readonly List<string> figures = [];
    private readonly List<string> broken = [];

    /// <summary>The head of a table of rows.</summary>
    public static string Head =>
        "| attack | what was done | what came of it (and what may) | verdict |\n|---|---|---|---|";

    public bool HasPassed => broken.Count == 0;

    /// <summary>How many bounds do not hold.</summary>
    public int BrokenCount => broken.Count;

    /// <summary>A figure that has no bound.</summary>
    public void Note(string text) => figures.Add(text);

    /// <summary>A figure and its bound.</summary>
    public void AtMost(string figure, double value, double bound, string unit = "") =>
        Judge(value <= bound, $"{figure} {Text(value)}{unit} (at most {Text(bound)}{unit})");

    /// <summary>A figure and its bound.</summary>
    public void AtLeast(string figure, double value, double bound, string unit = "") =>
        Judge(value >= bound, $"{figure} {Text(value)}{unit} (at least {Text(bound)}{unit})");

    /// <summary>What must hold.</summary>
    public void Must(bool holds, string text) => Judge(holds, text);

    public override string ToString() =>
        $"| {name} | {Cell(what)} | {Cell(string.Join("; ", figures))} | {(HasPassed ? "PASS" : "**FAIL**")} |";

    private void Judge(bool holds, string text)
    {
        figures.Add(holds ? text : $"**{text}**");
        if (!holds) broken.Add(text);
    }

    // Nothing may end a cell.
    private static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Text(double value) =>
        value.ToString(value == Math.Floor(value) ? "N0" : "N1", CultureInfo.InvariantCulture);
}
