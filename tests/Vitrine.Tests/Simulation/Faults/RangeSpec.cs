namespace Vitrine.Tests.Simulation.Faults;

/// <summary>One range that a client asks for: <c>first-last</c>, <c>first-</c> or <c>-last</c>.</summary>
internal readonly record struct RangeSpec(int? First, int? Last)
{
    public override string ToString() => $"{First}-{Last}";

    /// <summary>What it comes to in so many bytes: start and end, or null when there is nothing.</summary>
    public (int Start, int End)? In(int length)
    {
        var start = First ?? Math.Max(length - Last!.Value, 0);
        var end = First is null || Last is null ? length : Math.Min(Last.Value + 1, length);
        return start < end ? (start, end) : null;
    }
}
