using System.Globalization;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>What a seed came to.</summary>
/// <param name="Connections">How many connections there were.</param>
/// <param name="Bytes">How many bytes clients got.</param>
/// <param name="Cuts">How many connections were cut.</param>
/// <param name="Faults">How many faults were injected.</param>
/// <param name="Changes">How often the disk changed.</param>
/// <param name="Hash">A hash of all that clients got.</param>
/// <param name="Statuses">How many replies there were of each status.</param>
internal sealed record FaultCounts(
    long Connections,
    long Bytes,
    long Cuts,
    long Faults,
    long Changes,
    ulong Hash,
    IReadOnlyDictionary<int, long> Statuses)
{
    /// <summary>Both together.</summary>
    public FaultCounts Plus(FaultCounts other)
    {
        var statuses = new SortedDictionary<int, long>();
        foreach (var (status, count) in Statuses.Concat(other.Statuses))
            statuses[status] = statuses.GetValueOrDefault(status) + count;
        return new FaultCounts(
            Connections + other.Connections,
            Bytes + other.Bytes,
            Cuts + other.Cuts,
            Faults + other.Faults,
            Changes + other.Changes,
            Hash ^ other.Hash,
            statuses);
    }

    public override string ToString()
    {
        var statuses = string.Join(", ", Statuses.Select(one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Key}: {one.Value}")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Connections} connections, {Cuts} cut, {Bytes} bytes, {Faults} faults, {Changes} changes; {statuses}");
    }
}
