using System.Text;
using Vitrine.Compare;

namespace Vitrine.Attacks;

/// <summary>Attacks one after the other, and the table of what came of them.</summary>
internal static class Campaign
{
    /// <summary>Runs them; 1 when one was not withstood.</summary>
    public static int Run(IEnumerable<Attack> attacks, Plan plan, string? path)
    {
        // Servers have the other processor.
        Tool.Run(10, "taskset", "-a", "-c", "-p", $"{Machine.LoadProcessor}", $"{Environment.ProcessId}");
        var table = new StringBuilder();
        var failed = false;
        void Say(string line)
        {
            table.Append(line).Append('\n');
            Console.WriteLine(line);
        }
        Say(Row.Head);
        foreach (var attack in attacks)
        {
            foreach (var row in RowsOf(attack, plan))
            {
                failed |= !row.HasPassed;
                Say($"{row}");
            }
        }
        if (path is not null) File.WriteAllText(path, Preface() + table);
        return failed ? 1 : 0;
    }

    // One that cannot be run is one that has failed; the others go on.
    private static IEnumerable<Row> RowsOf(Attack attack, Plan plan)
    {
        using var rows = attack.Run(plan).GetEnumerator();
        while (true)
        {
            Row? broken = null;
            try
            {
                if (!rows.MoveNext()) yield break;
            }
            catch (Exception fault) when (fault is InvalidOperationException or IOException)
            {
                broken = new Row(attack.Name, attack.What);
                broken.Must(false, $"it could not be run: {fault.Message}");
            }
            yield return broken ?? rows.Current;
            if (broken is not null) yield break;
        }
    }

    private static string Preface() => $"""
        # Attacks

        Written by `attacks/run all --write docs/ATTACKS.md`: {Plan.Setting()}. `attacks/README.md` says what each
        does and where its bounds come from. Latencies are those of one machine with whatever else it does.


        """;
}
