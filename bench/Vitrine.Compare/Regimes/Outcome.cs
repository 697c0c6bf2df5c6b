namespace Vitrine.Compare.Regimes;

/// <summary>All samples of one regime: a list for each server, a sample for each round.</summary>
internal sealed class Outcome
{
    private readonly Dictionary<string, List<Sample>> samples = [];
    private readonly List<string> names = [];

    /// <summary>The servers in the order of the table; ratios are to the first.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>The server that the others are compared with.</summary>
    public string First => names[0];

    /// <summary>Takes a sample.</summary>
    public void Add(string name, Sample sample)
    {
        if (!samples.TryGetValue(name, out var list))
        {
            samples[name] = list = [];
            names.Add(name);
        }
        list.Add(sample);
    }

    /// <summary>The median of a figure.</summary>
    public double Median(string name, Func<Sample, double> figure) => Middle(samples[name].Select(figure));

    /// <summary>The ratio of a server's figure to the first's, round by round: least, median, most.</summary>
    public (double Least, double Middle, double Most) RatioToFirst(string name, Func<Sample, double> figure)
    {
        var ratios = samples[name].Zip(samples[First], (mine, first) => figure(mine) / figure(first)).ToArray();
        return (ratios.Min(), Middle(ratios), ratios.Max());
    }

    /// <summary>
    /// The ratio of the first's figure to the best peer's: the median over the rounds, for each peer, and of these the
    /// largest; not a number when there are none.
    /// </summary>
    public double RatioToBest(IEnumerable<string> peers, Func<Sample, double> figure) =>
        peers.Where(samples.ContainsKey).Select(name => 1 / RatioToFirst(name, figure).Middle)
            .DefaultIfEmpty(double.NaN).Max();

    private static double Middle(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
