using System.Globalization;
using System.Text.RegularExpressions;

namespace Vitrine.Compare.Load;

/// <summary>As many requests as the server can answer, over HTTP/2: h2load, on a processor of its own.</summary>
/// <param name="Connections">How many connections it holds.</param>
/// <param name="Streams">How many requests are under way on each.</param>
internal sealed partial record H2Load(int Connections, int Streams)
{
    /// <summary>The paths that are asked for, in turn.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [Content.Page];

    /// <summary>Field lines that each request has.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>How many requests there are, instead of as many as there can be; on each connection as many.</summary>
    public int? Count { get; init; }

    /// <summary>Runs it; latencies are not measured.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public LoadResult Run(Func<string, string> urlOf, double seconds)
    {
        var whole = Math.Max(1, (int)Math.Round(seconds));
        string[] arguments =
        [
            "-c", $"{Machine.LoadProcessor}", "h2load", "-t1", $"-c{Connections}", $"-m{Streams}",
            Count is { } count ? $"-n{count}" : $"-D{whole}",
            .. Fields.SelectMany(field => new[] { "-H", field }), .. Paths.Select(urlOf),
        ];
        var output = Tool.Run(whole + 60, "taskset", arguments);
        var requests = Numbers(RequestsLine(), output);
        var statuses = Numbers(StatusLine(), output);
        var bytes = Numbers(TrafficLine(), output);
        return new LoadResult(
            requests[0], whole, bytes[0], 0, 0, requests[1] + requests[2] + requests[3], statuses[0] + statuses[1]);
    }

    private static long[] Numbers(Regex line, string output)
    {
        var match = line.Match(output);
        if (!match.Success) throw new InvalidOperationException($"h2load: {output}");
        return [.. match.Groups.Values.Skip(1).Select(group => long.Parse(group.Value, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex(@"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout")]
    private static partial Regex RequestsLine();

    [GeneratedRegex(@"status codes: \d+ 2xx, \d+ 3xx, (\d+) 4xx, (\d+) 5xx")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"traffic: \S+ \((\d+)\) total")]
    private static partial Regex TrafficLine();
}
