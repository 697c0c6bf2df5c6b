using System.CommandLine;
using System.Text;
using Vitrine.Compare;
using Vitrine.Compare.Regimes;
using Vitrine.Compare.Report;
using Vitrine.Compare.Servers;

var quick = new Option<bool>("--quick")
{
    Description = "One round of a second each: does it run, are the bytes right?",
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
var root = new RootCommand("Compares Vitrine with other servers, side by side.")
{
    quick, only, rounds, seconds, write, against,
};
root.SetAction(parsed =>
{
    var isQuick = parsed.GetValue(quick);
    var numbers = parsed.GetValue(only) ?? [];
    var names = parsed.GetValue(against) ?? [];
    using var scratch = new Scratch();
    var place = scratch.Place;
    var runner = new Runner(place, isQuick ? 1 : parsed.GetValue(rounds), isQuick ? 1 : parsed.GetValue(seconds));
    var report = new StringBuilder();
    void Say(string text)
    {
        report.Append(text);
        Console.Write(text);
    }
    Say($"{Machine.Describe()}\n\n{Versions()}\n\n");
    foreach (var regime in AllRegimes.Make().Where(regime => numbers.Length == 0 || numbers.Contains(regime.Number)))
    {
        var taking = regime.Servers.Where((peer, i) => i == 0 || names.Length == 0 || names.Contains(peer.Name));
        var chosen = regime with { Servers = [.. taking] };
        Say(MarkdownReport.Of(chosen, runner.Run(chosen)));
    }
    if (parsed.GetValue(write) is { } path) File.WriteAllText(path, report.ToString());
    return 0;
});
return root.Parse(args).Invoke();

static string Versions() => string.Join("; ", Peers.Full
    .Where(peer => peer.Version is not null)
    .Select(peer => $"{peer.Name}: {Tool.Run(10, peer.Version![0], peer.Version[1..]).Split('\n')[0].Trim()}"));
