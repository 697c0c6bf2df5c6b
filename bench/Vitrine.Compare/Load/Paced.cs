using System.Globalization;

namespace Vitrine.Compare.Load;

/// <summary>
/// A fixed number of requests a second, whatever the server does: h2load. Its latencies are those of a server that is
/// not driven to its limit.
/// </summary>
internal static class Paced
{
    private const int Connections = 64;

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static LoadResult Run(Place place, string url, double seconds, double requestsPerSecond)
    {
        var whole = Math.Max(1, (int)Math.Round(seconds));
        var perClient = Math.Max(1, (int)(requestsPerSecond / Connections));
        var log = Path.Combine(place.Scratch, "h2load.log");
        File.Delete(log);
        Tool.Run(
            whole + 60, "taskset", "-c", $"{Machine.LoadProcessor}", "h2load", "--h1", "-t1", $"-c{Connections}",
            $"-D{whole}", $"--rps={perClient}", $"--log-file={log}", url);
        var rows = File.ReadLines(log).Select(line => line.Split('\t')).ToArray();
        var latencies = rows.Select(row => double.Parse(row[2], CultureInfo.InvariantCulture)).Order().ToArray();
        var refusals = rows.Count(row => row[1] != "200");
        return new LoadResult(
            latencies.Length, whole, 0, At(latencies, 0.5), At(latencies, 0.99), latencies.Length == 0 ? 1 : 0,
            refusals);
    }

    private static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];
}
