using System.Net;
using Vitrine.Compare.Load;
using Vitrine.Compare.Servers;

namespace Vitrine.Compare.Regimes;

/// <summary>The regimes, in the order of their numbers.</summary>
internal static class AllRegimes
{
    private const int RangeStart = 5_000_000;
    private const int RangeBytes = 16 * 1024;
    private const int IdleCount = 10_000;
    private const int FewIdle = 200;
    private const int DownloadCount = 20;
    private const double PacedShare = 0.7;
    private const double BesideDownloads = 1_000;
    private const double FirstSeconds = 10;
    private const double ManyRequests = 1_000_000;
    private const double MiB = 1024 * 1024;

    private static readonly string[] Fast = [.. Peers.Fast.Select(peer => peer.Name)];

    /// <summary>All of them; for a smoke test with no more descriptors than any machine has.</summary>
    public static IReadOnlyList<Regime> Make(bool isSmoke) =>
    [
        KeptConnections(1, 64),
        KeptConnections(2, 1_024),
        Driven(3, "783-byte page, 16 requests pipelined, 64 connections", new Wrk(64) { Mode = ["pipelined", "16"] },
            [.. Peers.Full, Peers.Floor], Goal.CostAgainst("best peer", 0.25, Fast)),
        Driven(4, "783-byte page, a new connection for each request, 64 at a time",
            new Wrk(64) { Fields = ["Connection: close"] }, [.. Peers.Full, Peers.VitrinePortable],
            Goal.CostAgainst("best peer", 0.95, Fast)),
        EncodedSite(),
        Driven(6, "100 KB file, 64 connections", new Wrk(64) { Path = Content.Medium }, Peers.Full,
            Goal.CostAgainst("best peer", 0.95, Fast)) with { Probes = [new Probe(Content.Medium)], ShowsBytes = true },
        Driven(7, "1 GB file, 4 connections", new Wrk(4) { Path = Content.Huge }, Peers.Full,
            Goal.CostAgainst("best peer", 0.95, Fast)) with
            {
                Probes = [new Probe(Content.Huge)], ShowsBytes = true, ShowsLatency = false,
                Measure = MeasureBytes,
            },
        MoreThanFits(8, "20,000 files of 1 to 40 KB", "many", Content.ManyCount, Content.Many,
            Goal.CostAgainst("nginx", 0.85, "nginx"), Goal.CostAgainst("best peer", 0.95, Fast)),
        Conditional(),
        Driven(10, "16 KB range of a 10 MB file, 64 connections",
            new Wrk(64) { Path = Content.Large, Fields = [$"Range: {RangeField}"] }, Peers.Full,
            Goal.CostAgainst("best peer", 0.90, Fast)) with
            {
                Probes =
                [
                    new Probe(Content.Large)
                    {
                        Status = HttpStatusCode.PartialContent, Window = (RangeStart, RangeBytes),
                        Fields = [("Range", RangeField)],
                    },
                ],
            },
        Missing(),
        Idle(isSmoke ? FewIdle : IdleCount),
        Latency(13, $"p99 of the 783-byte page at {PacedShare:P0} of its own peak, 64 connections", MeasurePaced),
        Latency(13,
            $"p99 of the 783-byte page, {BesideDownloads:N0} a second, beside {DownloadCount} downloads of 1 GB",
            MeasureBesideDownloads),
        Start(),
        Workers(),
        MoreThanFits(16, "1,000 files of 64 to 200 KB", "pictures", Content.PictureCount, Content.Picture,
            Goal.CostAgainst("best peer", 0.90, Fast)),
        JustWritten(isSmoke),
        Multiplexed(),
        .. SecureRegimes.Make(isSmoke),
    ];

    private static string RangeField => $"bytes={RangeStart}-{RangeStart + RangeBytes - 1}";

    private static Regime KeptConnections(int number, int connections) => Driven(
        number, $"783-byte page, {connections:N0} kept connections", new Wrk(connections),
        number == 1 ? [.. Peers.Full, Peers.Floor, Peers.VitrinePortable] : [.. Peers.Full, Peers.Floor],
        Goal.CostAgainst("best peer", 0.80, Fast), Goal.CostAgainst("nginx", 0.55, "nginx"),
        Goal.CostAgainst("C floor", 1.05, "C floor"));

    private static Regime EncodedSite()
    {
        var probes = Content.Site.Select(path => new Probe(path)
        {
            File = IsText(path) ? path + ".br" : path,
            Fields = [("Accept-Encoding", "br, gzip")],
        });
        return Driven(
            5, "20 files of a page, 3 to 300 KB, with .br and .gz beside them, 1,024 connections",
            new Wrk(1_024) { Mode = ["each", .. Content.Site], Fields = ["Accept-Encoding: br, gzip"] },
            [Peers.Vitrine, Peers.Nginx, Peers.H2o, Peers.Caddy], Goal.CostAgainst("best peer", 0.85, Fast)) with
        {
            Probes = [.. probes],
            ShowsBytes = true,
        };
    }

    private static Regime MoreThanFits(
        int number, string files, string folder, int count, Func<int, string> path, params Goal[] goals) => Driven(
        number, $"{files} at random, cache of 64 MB, 64 connections",
        new Wrk(64) { Mode = ["many", folder, $"{count}"] },
        [Peers.VitrineWith("vitrine", 1, "--cache-mb", "64"), .. Peers.Full.Skip(1)],
        goals) with
        {
            Probes = [new Probe(path(0)), new Probe(path(count - 1))],
            ShowsBytes = true,
        };

    private static Regime Conditional() => new(
        9, "conditional GET of the 783-byte page, answered 304, 64 connections", Peers.Full,
        (place, server, seconds) =>
        {
            var tag = new Probe(Content.Page).ValueOf(server, response => response.Headers.ETag?.ToString());
            return Drive(new Wrk(64) { Fields = [$"If-None-Match: {tag}"] }, place, server, seconds);
        },
        Goal.CostAgainst("best peer", 0.80, Fast));

    private static Regime Missing() => new(
        11, "404 for random names, 64 connections", Peers.Full,
        (place, server, seconds) =>
            Drive(new Wrk(64) { Mode = ["missing"] }, place, server, seconds, refusalsAreMeant: true),
        Goal.CostAgainst("best peer", 0.80, Fast))
    {
        Probes = [new Probe("/missing/0.html") { Status = HttpStatusCode.NotFound, File = "" }],
    };

    private static Regime Idle(int count) => new(
        12, $"{count:N0} idle kept connections, then 64 that ask for the 783-byte page",
        // lighttpd has room for half as many connections as descriptors, which is fewer than these.
        [Peers.Vitrine, Peers.Nginx, Peers.H2o],
        (place, server, seconds) => MeasureIdle(place, server, seconds, count),
        Goal.Own("bytes a connection", 1024, sample => sample.Extra),
        Goal.CostAgainstBefore("the same without idle connections", 1.05))
    {
        StartsAnew = true,
        Extra = "bytes of memory an idle connection",
    };

    private static Regime Latency(
        int number, string title, Func<Place, RunningServer, double, Sample> measure) => new(
        number, title, [Peers.Vitrine, .. Peers.Fast, Peers.Caddy], measure, Goal.P99Against("best peer", 1.0, Fast))
        {
            Probes = [new Probe(Content.Page), new Probe(Content.Huge)],
        };

    private static Regime Start() => new(
        14, "start to the first answer; memory when idle", Peers.Full,
        (_, server, _) =>
        {
            Thread.Sleep(500);
            return new Sample(0, server.StartTime.TotalMicroseconds, 0, 0, 0, server.MemoryBytes / MiB);
        },
        Goal.Own("ms to the first answer", 20, sample => sample.CostUs / 1000),
        Goal.Own("MiB of memory", 12, sample => sample.Extra))
    {
        StartsAnew = true,
        ShowsLatency = false,
        Extra = "MiB of memory",
    };

    private static Regime Workers() => new(
        15, "783-byte page, 64 connections, on two processors that the load generator shares",
        [Peers.VitrineTwoWorkers, Peers.VitrineOneWorker, Peers.FloorTwoProcesses, Peers.FloorOneProcess],
        (place, server, seconds) => Drive(new Wrk(64), place, server, seconds),
        Goal.CostAgainst("1 worker", 1.03, Peers.VitrineOneWorker.Name));

    private static Regime JustWritten(bool isSmoke) => new(
        17,
        $"the same 20,000 files just written: the first {FirstSeconds} seconds, and memory after a million requests",
        [Peers.VitrineWith("vitrine", 1, "--cache-mb", "64"), .. Peers.Fast],
        (place, server, seconds) => MeasureJustWritten(place, server, isSmoke ? seconds : FirstSeconds),
        Goal.CostAgainstBefore("the same afterwards", 1.20), Goal.Own("MiB of memory", 84, sample => sample.Extra))
    {
        StartsAnew = true,
        Extra = "MiB of memory",
    };

    private static Regime Multiplexed() => new(
        18,
        "HTTP/2 in the clear: 783-byte page, 64 connections, 32 requests at a time on each",
        [Peers.Vitrine, Peers.Nginx, Peers.H2o],
        (_, server, seconds) =>
        {
            var before = server.CpuSeconds;
            var result = new H2Load(64, 32).Run(server.Http2UrlOf, seconds);
            return Sample.From(result, server.CpuSeconds - before);
        },
        Goal.CostAgainst("h2o", 0.90, Peers.H2o.Name))
    {
        Probes = [new Probe(Content.Page)],
        ShowsLatency = false,
    };

    private static Regime Driven(
        int number, string title, Wrk load, IReadOnlyList<Peer> servers, params Goal[] goals) =>
        new(number, title, servers, (place, server, seconds) => Drive(load, place, server, seconds), goals);

    private static Sample Drive(
        Wrk load, Place place, RunningServer server, double seconds, bool refusalsAreMeant = false)
    {
        var before = server.CpuSeconds;
        var result = load.Run(place, server.UrlOf(load.Path), seconds);
        return Sample.From(result, server.CpuSeconds - before, refusalsAreMeant);
    }

    // Few such requests end while it is measured: what counts is the bytes, and a request is a megabyte of them.
    private static Sample MeasureBytes(Place place, RunningServer server, double seconds)
    {
        var before = server.CpuSeconds;
        var load = new Wrk(4) { Path = Content.Huge }.Run(place, server.UrlOf(Content.Huge), seconds);
        var cost = (server.CpuSeconds - before) * 1e6 / (load.Bytes / MiB);
        return new Sample(load.Bytes / MiB / load.Seconds, cost, 0, 0, load.Bytes / load.Seconds);
    }

    private static Sample MeasureIdle(Place place, RunningServer server, double seconds, int count)
    {
        // So that what it needs for work is there.
        var alone = Drive(new Wrk(64), place, server, seconds);
        var before = server.MemoryBytes;
        using var idle = IdleClients.Open(server.Port, count);
        Thread.Sleep(500);
        var bytes = (server.MemoryBytes - before) / (double)count;
        return Drive(new Wrk(64), place, server, seconds) with { Extra = bytes, CostBeforeUs = alone.CostUs };
    }

    private static Sample MeasureJustWritten(Place place, RunningServer server, double seconds)
    {
        const string Folder = "new";
        Content.WriteMany(place.Content, Folder);
        var load = new Wrk(64) { Mode = ["many", Folder, $"{Content.ManyCount}"] };
        var first = Drive(load, place, server, seconds);
        var afterwards = Drive(load, place, server, seconds);
        var rest = (ManyRequests / afterwards.RequestsPerSecond) - (2 * seconds);
        if (rest > 1 && seconds == FirstSeconds) Drive(load, place, server, rest);
        return first with { CostBeforeUs = afterwards.CostUs, Extra = server.MemoryBytes / MiB };
    }

    private static Sample MeasurePaced(Place place, RunningServer server, double seconds)
    {
        var peak = Drive(new Wrk(64), place, server, 1).RequestsPerSecond;
        return MeasureAt(place, server, seconds, PacedShare * peak);
    }

    private static Sample MeasureBesideDownloads(Place place, RunningServer server, double seconds)
    {
        using var downloads = Downloads.Start(server.Port, Content.Huge, DownloadCount);
        Thread.Sleep(500);
        return MeasureAt(place, server, seconds, BesideDownloads);
    }

    private static Sample MeasureAt(Place place, RunningServer server, double seconds, double requestsPerSecond)
    {
        var before = server.CpuSeconds;
        var load = Paced.Run(place, server.UrlOf(Content.Page), seconds, requestsPerSecond);
        return Sample.From(load, server.CpuSeconds - before);
    }

    private static bool IsText(string path) => Path.GetExtension(path) is ".html" or ".css" or ".js" or ".svg";
}
