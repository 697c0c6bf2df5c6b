namespace Vitrine.Compare;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>The processor that servers are pinned to.</summary>
    public const int ServerProcessor = 0;

    /// <summary>The processor that the load comes from.</summary>
    public const int LoadProcessor = 1;

    /// <summary>Processor, kernel and system in a line.</summary>
    public static string Describe()
    {
        var model = Lines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
        var system = Lines("/etc/os-release").FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal));
        return $"{model?.Split(':')[1].Trim() ?? "unknown processor"}, {Environment.ProcessorCount} processors, "
            + $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}, {system?.Split('=')[1].Trim('"') ?? "Linux"}";
    }

    private static IEnumerable<string> Lines(string path) => File.Exists(path) ? File.ReadLines(path) : [];
}
