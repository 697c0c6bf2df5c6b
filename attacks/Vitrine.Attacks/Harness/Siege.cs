using Vitrine.Compare;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Harness;

/// <summary>
/// An attack on a server with a good client beside it. What the client usually sees is measured before and after, and
/// the larger counts: so what else the machine does decides nothing.
/// </summary>
/// <param name="Name">The attack's name.</param>
/// <param name="What">What is done.</param>
/// <param name="Connections">How many connections it holds at most.</param>
/// <param name="HeldBytes">How many bytes of memory they may make the server hold.</param>
/// <param name="Run">Does it, for so long.</param>
internal sealed record Siege(string Name, string What, int Connections, long HeldBytes, Action<Assault> Run)
{
    // The collector comes when about as much was thrown away as is held; and so much it takes to begin with.
    private const int TimesHeld = 2;
    private const long SlackBytes = 32 * 1024 * 1024;

    // The cache's open files, the loader's, and what comes and goes; the good client's.
    private const int SlackDescriptors = 64;
    private const int SlackThreads = 16;
    private const double MostTimesSlower = 2;

    // Two slices of the scheduler: an attacker that is awake has the good client's processor for as long.
    private const double NoticeableUs = 5_000;
    private const int MostAttempts = 3;
    private const double Megabyte = 1024 * 1024;
    private static readonly TimeSpan AfterwardsLength = TimeSpan.FromSeconds(5);

    /// <summary>Options of the server.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Descriptors beside those of the connections that it may make the server hold.</summary>
    public int Descriptors { get; init; }

    /// <summary>Makes what is served beside the page.</summary>
    public Action<TemporaryFolder> Prepare { get; init; } = _ => { };

    /// <summary>Whether the good client opens new connections too.</summary>
    public bool OpensNew { get; init; } = true;

    /// <summary>Whether it is on a server that speaks TLS, with a good client that does.</summary>
    public bool IsSecure { get; init; }

    /// <summary>For how long the attack goes on.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many descriptors the server may have; 0 for as many as this process.</summary>
    public int DescriptorLimit { get; init; }

    /// <summary>
    /// Runs it. What else the machine does can make a client slow and never fast: if it was too slow and all else is
    /// well, that is seen again, or it was not the attack.
    /// </summary>
    public Row Play(Plan plan)
    {
        for (var attempt = 1; ; attempt++)
        {
            var row = PlayOnce(plan, out var isSlow);
            if (attempt > 1) row.Note($"attempt {attempt}");
            if (row.HasPassed || row.BrokenCount > 1 || !isSlow || attempt == MostAttempts) return row;
        }
    }

    private Row PlayOnce(Plan plan, out bool isSlow)
    {
        Plan.Tell(Name);
        using var folder = new TemporaryFolder();
        Prepare(folder);
        if (IsSecure) Scratch.MakeCertificate(folder.Place);
        using var server = RunningServer.Start(Server(), folder.Place, Ports.Free());
        var goodPort = IsSecure ? server.Port + Peer.SecurePortOffset : server.Port;
        using var client = GoodClientProcess.Start(goodPort, OpensNew, IsSecure);
        var row = new Row(Name, What);
        var alone = TimeSpan.FromSeconds(plan.Pick(8, 2));
        var before = client.Watch(alone);
        var process = server.Processes[0];
        var calm = Usage.Of(process);
        Usage most, left;
        GoodWindow beside;
        using (var gauge = new Gauge(process))
        {
            client.Look();
            var assault = new Assault(server, folder, plan.IsQuick ? TimeSpan.FromSeconds(4) : Length, row, gauge);
            Threads.RunAll(1, _ => Run(assault));
            beside = client.Look();
            Thread.Sleep(AfterwardsLength);
            most = gauge.Most;
            left = Usage.Of(process);
        }
        var after = client.Watch(alone);
        AddUsage(row, calm, most, left);
        isSlow = !AddClient(row, before, beside, after);
        row.Must(!server.HasEnded, "the server runs");
        return row;
    }

    private Peer Server()
    {
        // It tells of what it refuses, as it does for an operator.
        var peer = IsSecure ? Peers.VitrineSecure : Peers.VitrineTelling("vitrine", 1, [.. Options]);
        return DescriptorLimit == 0 ? peer : Limited.By($"ulimit -n {DescriptorLimit}", peer);
    }

    private void AddUsage(Row row, Usage calm, Usage most, Usage left)
    {
        row.AtMost(
            $"memory (RSS) from {calm.Rss / Megabyte:N0} to", most.Rss / Megabyte,
            Math.Ceiling((calm.Rss + (TimesHeld * HeldBytes) + SlackBytes) / Megabyte), " MB");
        row.Note($"PSS {most.Pss / Megabyte:N0}, 5 s later {left.Pss / Megabyte:N0} MB");
        row.AtMost("descriptors", most.Descriptors, calm.Descriptors + Connections + Descriptors + SlackDescriptors);
        row.AtMost("5 s later", left.Descriptors, calm.Descriptors + Descriptors + SlackDescriptors);
        row.AtMost("threads", most.Threads, calm.Threads + SlackThreads);
    }

    // False when it was too slow.
    private static bool AddClient(Row row, GoodWindow before, GoodWindow beside, GoodWindow after)
    {
        var usual = Math.Max(before.P99Us, after.P99Us);
        var errors = before.Errors + beside.Errors + after.Errors;
        row.AtMost($"good client: errors in {before.Count + beside.Count + after.Count:N0}", errors, 0);
        if (errors > 0)
            row.Note(string.Join(", ", new[] { before, beside, after }.Select(each => each.FirstError)));
        row.Note($"usual p99 {before.P99Us:N0} and {after.P99Us:N0} us");
        var most = Math.Max(MostTimesSlower * usual, NoticeableUs);
        row.AtMost($"p50 {beside.MedianUs:N0}, p99", beside.P99Us, most, " us");
        return beside.P99Us <= most;
    }
}
