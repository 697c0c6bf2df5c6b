using System.Text;
using System.Text.RegularExpressions;
using Vitrine.Testing.Corpus;

namespace Vitrine.Attacks.Corpus;

/// <summary>What servers made of the corpus, as a document.</summary>
/// <param name="servers">Each server's name, version, and what came of each case.</param>
internal sealed partial class CorpusReport(
    IReadOnlyList<(string Name, string Version, CorpusOutcome[] Outcomes)> servers)
{
    private readonly Verdict[][] verdicts =
    [
        .. servers.Select(server => Player.Cases
            .Select((request, i) => Judge.Of(request.Expected, server.Outcomes[i])).ToArray()),
    ];

    public override string ToString()
    {
        var text = new StringBuilder(Preface());
        foreach (var server in servers) text.Append($"- {server.Name}: {server.Version}\n");
        text.Append($"\n## In all\n\n{Head("verdict")}");
        foreach (var verdict in Enum.GetValues<Verdict>())
            text.Append(Row(Words(verdict), verdicts.Select(all => all.Count(each => each == verdict))));
        text.Append($"\n## By theme: cases that are answered as demanded\n\n{Head("theme | cases")}");
        foreach (var theme in Enumerable.Range(0, Player.Cases.Count).GroupBy(i => ThemeOf(Player.Cases[i])))
        {
            var counts = verdicts.Select(all => theme.Count(i => all[i] == Verdict.AsDemanded));
            text.Append(Row($"{theme.Key} | {theme.Count()}", counts));
        }
        Append(text, "Accepted though it must be refused", Verdict.Accepted);
        Append(text, "Refused though it is well-formed", Verdict.RefusedWrongly);
        return text.ToString();
    }

    private static string Preface() => $"""
        # The corpus, played against servers

        Written by `attacks/run corpus`: {Plan.Setting()}.

        {Player.Cases.Count:N0} raw requests of `tests/corpus/`, each with the outcome that an RFC or a known attack
        demands (by this project's reading of it; where an RFC leaves a choice, ours). Each server serves a folder with
        the file `hello`, set up as `bench/peers/` shows.

        What counts as accepted: an answer below 400 where the message must be refused, or 405 on a connection that
        goes on. Any other refusal counts as refused otherwise, and so does closing without a word. That a static
        server accepts something odd is not a weakness by itself: it becomes one behind a proxy that reads it otherwise.


        """;

    private static string Words(Verdict verdict) => verdict switch
    {
        Verdict.AsDemanded => "as demanded",
        Verdict.RefusedOtherwise => "refused, with another status or by closing",
        Verdict.Accepted => "accepted, though it must be refused",
        Verdict.RefusedWrongly => "refused, though it is well-formed",
        Verdict.Waits => "waits, where an answer is due",
        _ => "answered otherwise",
    };

    private static string ThemeOf(RawRequest request) => Part().Replace(request.File, "");

    private static string Row<T>(string first, IEnumerable<T> cells) => $"| {first} | {string.Join(" | ", cells)} |\n";

    private string Head(string first) =>
        Row(first, servers.Select(server => server.Name))
        + Row(string.Join(" | ", first.Split(" | ").Select(_ => "---")), servers.Select(_ => "---:"));

    // Theme by theme, each case with what the servers made of it.
    private void Append(StringBuilder text, string title, Verdict verdict)
    {
        var wanted = Enumerable.Range(0, Player.Cases.Count)
            .Where(i => verdicts.Any(all => all[i] == verdict)).ToList();
        text.Append($"\n## {title}\n");
        foreach (var theme in wanted.GroupBy(i => ThemeOf(Player.Cases[i])))
        {
            text.Append($"\n### {theme.Key}\n\n");
            // Cases with the same servers and the same outcomes share a line.
            foreach (var alike in theme.GroupBy(i => Difference(i, verdict)))
            {
                var names = alike.Select(i => $"{Player.Cases[i].Name.Replace('_', ' ')}");
                text.Append($"- {alike.Key}:\n  {string.Join(";\n  ", names)}\n");
            }
        }
        if (wanted.Count == 0) text.Append("\nNone.\n");
    }

    private string Difference(int i, Verdict verdict)
    {
        var those = servers.Select((server, number) => (server.Name, Outcome: server.Outcomes[i], number))
            .Where(each => verdicts[each.number][i] == verdict)
            .Select(each => $"{each.Name} `{each.Outcome}`");
        return $"{string.Join(", ", those)} (demanded: `{Player.Cases[i].Expected}`)";
    }

    [GeneratedRegex(@"-\d+$")]
    private static partial Regex Part();
}
