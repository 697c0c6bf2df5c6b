namespace Vitrine.Tests.Simulation.Faults;

/// <summary>What was at a name for some time.</summary>
/// <param name="Bytes">The file's bytes, or null when there was no file.</param>
/// <param name="SinceMs">Since when.</param>
/// <param name="ModifiedSeconds">When it says that it was modified.</param>
internal sealed record FileVersion(byte[]? Bytes, long SinceMs, long ModifiedSeconds)
{
    public long UntilMs { get; set; } = long.MaxValue;
}
