using System.Globalization;

namespace Vitrine.Compare.Load;

/// <summary>As many requests as the server can answer: wrk, on a processor of its own.</summary>
/// <param name="Connections">How many connections it holds.</param>
internal sealed record Wrk(int Connections)
{
    /// <summary>The path that is asked for.</summary>
    public string Path { get; init; } = Content.Page;

    /// <summary>A mode of <c>bench/load.lua</c>.</summary>
    public IReadOnlyList<string> Mode { get; init; } = ["plain"];

    /// <summary>Field lines that each request has.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public LoadResult Run(Place place, string url, double seconds)
    {
        var whole = Math.Max(1, (int)Math.Round(seconds));
        string[] arguments =
        [
            "-c", $"{Machine.LoadProcessor}", "wrk", "-t1", $"-c{Connections}", $"-d{whole}s", "--timeout", "10s",
            .. Fields.SelectMany(field => new[] { "-H", field }), "-s", place.Bench("load.lua"), url, "--", .. Mode,
        ];
        var output = Tool.Run(whole + 60, "taskset", arguments);
        var line = output.Split('\n').Single(line => line.StartsWith("RESULT ", StringComparison.Ordinal));
        var n = line.Split(' ').Skip(1).Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new LoadResult(n[0], n[1] / 1e6, n[2], n[3], n[4], n[5], n[6]);
    }
}
