using Vitrine.Compare.Load;

namespace Vitrine.Compare.Regimes;

/// <summary>What one server did in one round.</summary>
/// <param name="RequestsPerSecond">Requests answered in a second.</param>
/// <param name="CostUs">CPU microseconds of the server a request.</param>
/// <param name="MedianUs">Median latency.</param>
/// <param name="P99Us">99th percentile of the latency.</param>
/// <param name="BytesPerSecond">Bytes that the client read in a second.</param>
/// <param name="Extra">What the regime measures besides; its meaning is the regime's.</param>
internal sealed record Sample(
    double RequestsPerSecond, double CostUs, double MedianUs, double P99Us, double BytesPerSecond, double Extra = 0)
{
    /// <summary>The same cost just before, under what the regime compares it with.</summary>
    public double CostBeforeUs { get; init; }

    /// <summary>Of a server that gave no answers to measure.</summary>
    public static Sample Nothing { get; } = new(
        0, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, 0, double.PositiveInfinity);

    /// <summary>From what the load generator saw and the server's CPU time meanwhile.</summary>
    /// <exception cref="InvalidOperationException">Nothing was answered.</exception>
    public static Sample From(LoadResult load, double cpuSeconds, bool refusalsAreMeant = false)
    {
        if (load.Requests == 0) throw new InvalidOperationException("Not one request was answered.");
        // One in a thousand is let pass: lighttpd runs out of descriptors now and then in regime 8.
        if (load.Errors > load.Requests / 1000)
            throw new InvalidOperationException($"{load.Errors} errors in {load.Requests} requests.");
        if (load.Refusals > load.Requests / 1000 != refusalsAreMeant)
            throw new InvalidOperationException(
                $"{load.Refusals} of {load.Requests} replies had a status of 400 or more.");
        return new Sample(
            load.Requests / load.Seconds, cpuSeconds * 1e6 / load.Requests, load.MedianUs, load.P99Us,
            load.Bytes / load.Seconds);
    }
}
