namespace Vitrine.Compare.Regimes;

/// <summary>What Vitrine is to reach: a figure of its own, or its ratio to the best of some peers, at most.</summary>
/// <param name="What">In words.</param>
/// <param name="Most">The most that is allowed.</param>
/// <param name="Measure">The figure, from all servers' medians.</param>
internal sealed record Goal(string What, double Most, Func<Outcome, double> Measure)
{
    /// <summary>CPU a request against the best of these.</summary>
    public static Goal CostAgainst(string what, double most, params string[] peers) =>
        new($"CPU / {what}", most, outcome => outcome.RatioToBest(peers, sample => sample.CostUs));

    /// <summary>99th percentile of the latency against the best of these.</summary>
    public static Goal P99Against(string what, double most, params string[] peers) =>
        new($"p99 / {what}", most, outcome => outcome.RatioToBest(peers, sample => sample.P99Us));

    /// <summary>CPU a request against what it was just before, under what the regime compares it with.</summary>
    public static Goal CostAgainstBefore(string what, double most) =>
        Own($"CPU / {what}", most, sample => sample.CostUs / sample.CostBeforeUs);

    /// <summary>A figure of Vitrine's own.</summary>
    public static Goal Own(string what, double most, Func<Sample, double> figure) =>
        new(what, most, outcome => outcome.Median(outcome.First, figure));
}
