using System.Collections.Concurrent;
using System.Diagnostics;
using Vitrine.Attacks.Harness;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Faults;

/// <summary>Everything at once, for long: what grows without an end shows.</summary>
internal static class SoakAttack
{
    private const int Clients = 8;
    private const int SampleMs = 1_000;
    private const int TellEveryMs = 60_000;
    private const double Megabyte = 1024 * 1024;

    // Pages of the heap move about, the kernel's do too; a leak of a hundred bytes a request shows all the same.
    private const double SlackMegabytes = 32;
    private const int SlackDescriptors = 32;
    private const int SlackThreads = 4;

    // Before, the cache is not full yet.
    private static readonly TimeSpan JudgedFrom = TimeSpan.FromMinutes(20);

    public static Attack Attack { get; } = new(
        "soak", "everything that clients do, for an hour or so many --minutes, with files that change", Run)
    {
        IsByItself = true,
    };

    private static IEnumerable<Row> Run(Plan plan)
    {
        var length = plan.IsQuick ? TimeSpan.FromSeconds(20) : TimeSpan.FromMinutes(plan.Minutes);
        using var folder = new TemporaryFolder();
        var content = new SoakContent(folder, plan.Pick(20_000, 2_000));
        content.Make();
        using var server = RunningServer.Start(
            Peers.VitrineWith("vitrine", 1, "--cache-mb", "64"), folder.Place, Ports.Free());
        var faults = new ConcurrentDictionary<string, int>();
        var clients = Enumerable.Range(0, Clients)
            .Select(seed => new SoakClient(server.Port, content, seed, faults)).ToArray();
        var clock = Stopwatch.StartNew();
        bool IsOver() => clock.Elapsed >= length || server.HasEnded;
        var load = Threads.Start("load", () => Threads.RunAll(Clients, i => clients[i].Run(IsOver)));
        var changes = 0;
        var changer = Threads.Start("changer", () => changes = Change(content, IsOver));
        var samples = Sample(server, clock, IsOver);
        load.Join();
        changer.Join();

        var row = new Row("soak", $"{length.TotalMinutes:N0} minutes of everything that clients do");
        row.AtLeast("replies, each of them right", clients.Sum(client => client.Right), length.TotalSeconds);
        row.AtMost("wrong or broken off", faults.Where(fault => fault.Key != "503").Sum(fault => fault.Value), 0);
        foreach (var (what, count) in faults) row.Note($"{what}: {count:N0} times");
        row.Note($"files changed {changes:N0} times, clients died {clients.Sum(client => client.Died):N0} times");
        AddGrowth(row, samples, length);
        row.Must(!server.HasEnded, "the server runs");
        yield return row;
    }

    private static int Change(SoakContent content, Func<bool> isOver)
    {
        var random = new Random(1);
        var generation = 2;
        for (; !isOver(); generation++)
        {
            Thread.Sleep(random.Next(400));
            // Of the large ones one in a while: each takes part of a second to come to rest.
            var size = random.Next(20) == 0 ? SoakContent.Sizes.Count - 1 : random.Next(SoakContent.Sizes.Count - 1);
            content.Change(size, random.Next(SoakContent.PerSize), generation);
        }
        return generation - 2;
    }

    private static List<(TimeSpan At, Usage Usage)> Sample(RunningServer server, Stopwatch clock, Func<bool> isOver)
    {
        var samples = new List<(TimeSpan, Usage)>();
        var told = clock.ElapsedMilliseconds;
        while (!isOver())
        {
            Thread.Sleep(SampleMs);
            if (server.HasEnded) break;
            var usage = Usage.Of(server.Processes[0]);
            samples.Add((clock.Elapsed, usage));
            if (clock.ElapsedMilliseconds - told < TellEveryMs) continue;
            told = clock.ElapsedMilliseconds;
            Plan.Tell($"soak: {clock.Elapsed.TotalMinutes:N0} min, {usage.Rss / Megabyte:N1} MB (RSS), "
                + $"{usage.Pss / Megabyte:N1} MB (PSS), {usage.Descriptors} descriptors, {usage.Threads} threads");
        }
        return samples;
    }

    // The middle of a minute's samples at ten minutes, or a third of a shorter time, and of the last minute's.
    private static void AddGrowth(Row row, List<(TimeSpan At, Usage Usage)> samples, TimeSpan length)
    {
        var early = TimeSpan.FromMinutes(Math.Min(10, length.TotalMinutes / 3));
        var window = TimeSpan.FromMinutes(Math.Min(1, length.TotalMinutes / 6));
        double Middle(TimeSpan from, Func<Usage, double> figure)
        {
            var those = samples.Where(sample => sample.At >= from && sample.At <= from + window)
                .Select(sample => figure(sample.Usage)).Order().ToArray();
            return those.Length == 0 ? double.NaN : those[those.Length / 2];
        }
        void Add(string name, Func<Usage, double> figure, double slack, string unit)
        {
            var (first, last) = (Middle(early, figure), Middle(length - window, figure));
            var text = $"{name} at {early.TotalMinutes:N1} min {first:N0}{unit}, at the end";
            if (length >= JudgedFrom) row.AtMost(text, last, first + slack, unit);
            else row.Note($"{text} {last:N0}{unit}");
        }
        Add("RSS", usage => usage.Rss / Megabyte, SlackMegabytes, " MB");
        Add("PSS", usage => usage.Pss / Megabyte, SlackMegabytes, " MB");
        Add("descriptors", usage => usage.Descriptors, SlackDescriptors, "");
        Add("threads", usage => usage.Threads, SlackThreads, "");
    }
}
