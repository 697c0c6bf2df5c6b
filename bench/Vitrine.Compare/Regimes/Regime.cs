using Vitrine.Compare.Servers;

namespace Vitrine.Compare.Regimes;

/// <summary>One kind of load, the servers that are put to it, and what is to be reached.</summary>
/// <param name="Number">Its number in the documents.</param>
/// <param name="Title">What it is.</param>
/// <param name="Servers">Who takes part; the first is who the others are compared with.</param>
/// <param name="Measure">One round of one server, of that many seconds.</param>
/// <param name="Goals">What is to be reached.</param>
internal sealed record Regime(
    int Number,
    string Title,
    IReadOnlyList<Peer> Servers,
    Func<Place, RunningServer, double, Sample> Measure,
    params Goal[] Goals)
{
    /// <summary>What has to come with the same bytes from all before anything is timed.</summary>
    public IReadOnlyList<Probe> Probes { get; init; } = [new Probe(Content.Page)];

    /// <summary>The name and unit of a sample's extra figure, or null.</summary>
    public string? Extra { get; init; }

    /// <summary>True when each round starts its server anew.</summary>
    public bool StartsAnew { get; init; }

    /// <summary>True when the table shows bytes a second.</summary>
    public bool ShowsBytes { get; init; }

    /// <summary>True when the table shows latencies.</summary>
    public bool ShowsLatency { get; init; } = true;

    /// <summary>True when the table shows CPU time and is compared by it.</summary>
    public bool ShowsCost { get; init; } = true;
}
