namespace Vitrine.Testing.Fuzzing;

/// <summary>All that is fuzzed.</summary>
public static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("http1", StreamTarget.Run),
        new("http2", Http2Target.Run),
        new("hpack", HpackTarget.Run),
        new("hello", HelloTarget.Run),
        new("path", PathTarget.Run),
        new("range", RangeTarget.Run),
        new("date", DateTarget.Run),
        new("tag", TagTarget.Run),
        new("quality", QualityTarget.Run),
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
