using System.CommandLine;
using System.Text;
using Vitrine.Compare;
using Vitrine.Compare.Regimes;
using Vitrine.Compare.Report;
using Vitrine.Compare.Servers;

var quick = new Option<bool>("--quick")
{
    Description = "A second each, without the slow servers: does it run, are the bytes right?",
};
var only = new Option<int[]>("--only")
{
    Description = "Only these regimes.",
    AllowMultipleArgumentsPerToken = true,
};
var rounds = new Option<int>("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 5 };
var seconds = new Option<int>("--seconds")
{
    Description = "Seconds a server and round.",
    DefaultValueFactory = _ => 3,
};
var write = new Option<string?>("--write") { Description = "A file to write the report to." };
var against = new Option<string[]>("--against")
{
    Description = "Only these servers beside Vitrine.",
    AllowMultipleArgumentsPerToken = true,
};
var before = new Option<string?>("--before")
{
    Description = "Another build of the command, to which this one is compared in place of other servers.",
};
var root = new RootCommand("Compares Vitrine with other servers, side by side.")
{
    quick, only, rounds, seconds, write, against, before,
};
root.SetAction(parsed =>
{
    var isQuick = parsed.GetValue(quick);
    var numbers = parsed.GetValue(only) ?? [];
    var names = parsed.GetValue(against) ?? [];
    using var scratch = new Scratch();
    var place = scratch.Place;
    var runner = isQuick
        ? new Runner(place, rounds: 1, seconds: 1, isSmoke: true)
        : new Runner(place, parsed.GetValue(rounds), parsed.GetValue(seconds), isSmoke: false);
    if (isQuick && names.Length == 0) names = [.. Peers.Fast.Select(peer => peer.Name), Peers.Floor.Name];
    var report = new StringBuilder();
    var failed = false;
    void Say(string text)
    {
        report.Append(text);
        Console.Write(text);
    }
    Say($"{Machine.Describe()}\n\n{Versions()}\n\n");
    // Without numbers all, but for a smoke test those that are about time alone.
    bool IsWanted(Regime regime) =>
        numbers.Length > 0 ? numbers.Contains(regime.Number) : !isQuick || regime.Number != 13;
    foreach (var regime in AllRegimes.Make(isQuick).Where(IsWanted))
    {
        var taking = regime.Servers.Where(peer => peer.IsOurs || names.Length == 0 || names.Contains(peer.Name));
        var chosen = parsed.GetValue(before) is { } other
            ? regime with { Servers = [regime.Servers[0].BuiltAs("before", other), regime.Servers[0]], Goals = [] }
            : regime with { Servers = [.. taking] };
        try
        {
            Say(MarkdownReport.Of(chosen, runner.Run(chosen)));
        }
        catch (InvalidOperationException fault)
        {
            failed = true;
            Say($"### {regime.Number}. {regime.Title}\n\nfailed: {fault.Message}\n\n");
        }
    }
    if (parsed.GetValue(write) is { } path) File.WriteAllText(path, Preface() + report);
    return failed ? 1 : 0;
});
return root.Parse(args).Invoke();

static string Preface() => $"""
    # Performance

    Written by `bench/compare --write` on {DateTime.UtcNow:yyyy-MM-dd}: one run, all servers side by side.
    `bench/README.md` says what is fair about it, and `bench/compare` does it again on any Debian machine. CPU time a
    request is what is compared: requests a second say as much of the load generator. Goals are what this project set
    itself; those that are missed say so.


    """;

static string Versions() => string.Join("; ", Peers.Full
    .Where(peer => peer.Version is not null)
    .Select(peer => $"{peer.Name}: {Tool.Run(10, peer.Version![0], peer.Version[1..]).Split('\n')[0].Trim()}"));
