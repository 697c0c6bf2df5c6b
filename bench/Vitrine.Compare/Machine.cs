namespace Vitrine.Compare;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>The processor that servers are pinned to.</summary>
    public const int ServerProcessor = 0;

    /// <summary>The processor that the load comes from.</summary>
    public const int LoadProcessor = 1;

    /// <summary>Processor, kernel, system and congestion control in a line.</summary>
    public static string Describe()
    {
        var model = LineOf("/proc/cpuinfo", "model name")?.Split(':')[1].Trim() ?? "unknown processor";
        var system = LineOf("/etc/os-release", "PRETTY_NAME=")?.Split('=')[1].Trim('"') ?? "Linux";
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var control = File.ReadAllText("/proc/sys/net/ipv4/tcp_congestion_control").Trim();
        return $"{model}, {Environment.ProcessorCount} processors, Linux {kernel}, {system}, TCP {control}";
    }

    private static string? LineOf(string path, string start) => File.Exists(path)
        ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))
        : null;
}
