namespace Vitrine.Tests.Simulation.Faults;

/// <summary>What a reply said of a representation.</summary>
/// <param name="Tag">Its entity tag.</param>
/// <param name="Date">Its Last-Modified, if it had one.</param>
/// <param name="FromMs">From when on it may have been so.</param>
/// <param name="ToMs">Until when it was so at the latest.</param>
internal sealed record SeenTag(string Tag, string? Date, long FromMs, long ToMs);
