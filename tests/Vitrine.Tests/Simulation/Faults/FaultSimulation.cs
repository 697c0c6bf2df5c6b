using System.IO.Hashing;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Net;
using Vitrine.Server.Logs;
using Vitrine.Site;
using Vitrine.Site.Looking;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// One seed: a worker and a site as they are, on a network, a disk, clocks and a log that fail. Everything but the
/// log, on which nothing depends, is one thread, so a seed is always the same.
/// </summary>
internal sealed class FaultSimulation : IDisposable
{
    private const int AtATime = 50;

    // Somebody who has a reply to come gets it long before.
    private const int MostStepsOfNobody = 20_000;

    private readonly Random random;
    private readonly SimulatedClock clock;
    private readonly Histories histories = new();
    private readonly SimulatedDisk disk;
    private readonly DiskChanges changes;
    private readonly Weather weather;
    private readonly FolderSite site;
    private readonly FaultyNetwork network;
    private readonly ConnectionGate gate;
    private readonly int mostConnections;
    private readonly TagBook tags = new();
    private readonly RequestMaker maker;
    private readonly Oracle oracle;
    private readonly StubbornStream? log;
    private readonly Journal? journal;
    private readonly Worker<FaultyTransport> worker;
    private readonly XxHash64 received = new();
    private int ended;
    private bool isOver; // what was wrong is known, or nothing is

    public FaultSimulation(int seed)
    {
        random = new Random(seed);
        clock = new SimulatedClock(tickMs: Pick(1, 4, 10));
        var cacheBytes = Pick(20_000, 60_000, 256 * 1024 * 1024);
        var limits = new Limits
        {
            CachedBodyBytes = Pick(4_096, 4_096, 30_000, 200_000),
            // With a small cache it would matter how much memory other tests have at the moment.
            HotBodyBytes = cacheBytes < 1_000_000 ? 0 : Pick(0, 100_000, 1_000_000),
            CacheBytes = cacheBytes,
            CacheEntries = Pick(4, 100_000, 100_000),
            CachedOpenFiles = Pick(1, 3, 256),
            FreshnessMs = Pick(0, 800, 800),
            PendingLoads = Pick(2, 4_096, 4_096, 4_096),
            MappedBodies = 0,
            LoadTimeoutMs = int.MaxValue, // the clock leaps further than that
        };
        weather = new Weather(random, clock, histories);
        disk = new SimulatedDisk(clock, histories);
        changes = new DiskChanges(random, clock, disk, weather);
        site = new FolderSite(
            new SiteOptions("", Listing: false, limits, fault => throw new OracleException($"the site: {fault}")),
            new DiskFolder(disk, weather),
            new SiteClock(clock),
            loaderThreads: 0,
            Site.SiteClient.Believing); // what lies beside a file is of random bytes
        mostConnections = Pick(AtATime - 3, AtATime * 2, AtATime * 2);
        gate = new ConnectionGate(mostConnections);
        maker = new RequestMaker(random, tags);
        // Where so few files may be open, one may be closed for another each time before it is sent.
        bool MayBeBusy(string name) => limits.PendingLoads < AtATime
            || (limits.CachedOpenFiles < 4 && DiskChanges.IsLarge(name));
        oracle = new Oracle(
            clock, histories, new ContentOracle(clock, histories, tags, limits.FreshnessMs + 200, MayBeBusy));
        network = new FaultyNetwork(random, clock, weather)
        {
            OtherWork = WorkBeside,
            Changes = changes.Change,
            IsFull = () => gate.Count >= mostConnections,
            Ended = Check,
        };
        var mood = random.Next(6);
        if (mood <= (int)StubbornStream.Mood.SoonClosed)
        {
            log = new StubbornStream((StubbornStream.Mood)mood);
            journal = new Journal(log, new CommonFormat(combined: true));
        }
        var context = new ProtocolContext(site, limits, serverHeader: true, "BOUNDARY")
        {
            KeepsMarks = journal is not null,
        };
        worker = new Worker<FaultyTransport>(
            new FaultyTransport(network, clock), context, gate, random.Next(2) == 0 ? journal : null, journal);
    }

    /// <summary>Runs so many connections to their ends. Throws when something is not as it should be.</summary>
    public FaultCounts Run(int connections)
    {
        var connected = 0;
        var lastStep = 0L;
        var lastEnded = 0;
        for (var step = 0L; ended < connections; step++)
        {
            for (; connected < connections && network.Active.Count < AtATime; connected++)
                network.Connect(Script.Make(random, maker));
            worker.Step(random.Next(2) == 0 ? -1 : 1_000);
            CheckNoBug();
            if (ended != lastEnded) (lastEnded, lastStep) = (ended, step);
            if (step - lastStep > MostStepsOfNobody)
                throw new OracleException($"nobody has a reply any more\n{Oracle.Describe(network.Active[0])}");
            if (step % 1_000 == 0) Forget();
        }
        CheckNothingIsLeft();
        return new FaultCounts(
            connections, oracle.Bytes, oracle.Cuts, weather.Faults, changes.Count, received.GetCurrentHashAsUInt64(),
            oracle.Statuses);
    }

    public void Dispose()
    {
        isOver = true;
        log?.Open();
        worker.Dispose();
        site.Dispose();
        journal?.Dispose();
        log?.Dispose();
    }

    private int Pick(params ReadOnlySpan<int> choices) => choices[random.Next(choices.Length)];

    private bool WorkBeside()
    {
        if (random.Next(10) == 0) changes.Change();
        return site.TryLoadOne();
    }

    private void Check(ScriptedClient client)
    {
        if (isOver) return;
        ended++;
        CheckNoBug();
        received.Append([.. client.Received]);
        try
        {
            oracle.Check(client);
        }
        catch (Exception wrong) when (wrong is OracleException or FormatException)
        {
            throw new OracleException($"connection {ended}: {wrong.Message}\n{Oracle.Describe(client)}");
        }
    }

    private void CheckNoBug()
    {
        if (worker.Faults > 0) throw new OracleException($"a bug was met: {worker.LastFault}");
    }

    private void Forget()
    {
        var oldest = network.Active.Select(client => client.OpenedMs).DefaultIfEmpty(clock.NowMs).Min();
        histories.Forget(oldest - 3 * ContentOracle.MostSettlingMs);
    }

    private void CheckNothingIsLeft()
    {
        if (worker.ConnectionCount > 0 || network.OpenSockets > 0 || gate.Count > 0)
            throw new OracleException($"{worker.ConnectionCount} connections are left, {network.OpenSockets} sockets, "
                + $"{gate.Count} places");
        for (var i = 0; i < mostConnections; i++)
            if (gate.Enter() != ConnectionGate.Admission.Served) throw new OracleException("a place is gone");
        for (var i = 0; i < mostConnections / 8 + 8; i++)
            if (gate.Enter() != ConnectionGate.Admission.Refused) throw new OracleException("a place is gone");
        site.Dispose();
        if (site.BodyBytes > 0) throw new OracleException($"{site.BodyBytes} bytes of bodies are left");
        if (disk.OpenFiles > 0) throw new OracleException($"{disk.OpenFiles} files are left open");
        if (journal is not null && journal.ReservedBytes > 2 * Journal.MostBytes)
            throw new OracleException($"the journal holds {journal.ReservedBytes} bytes");
    }
}
