using Vitrine.Compare.Load;
using Vitrine.Compare.Servers;

namespace Vitrine.Compare.Regimes;

/// <summary>The regimes over TLS: 1.3, AES with 128 bits, a certificate for ECDSA with P-256, everywhere.</summary>
internal static class SecureRegimes
{
    private const int Handshakes = 2_000;
    private const int FewHandshakes = 100;
    private const double MiB = 1024 * 1024;
    private const string Gzip = "Accept-Encoding: gzip";

    private static readonly string[] Fast = [.. Peers.Fast.Select(peer => peer.Name)];
    private static readonly Peer[] Full = [Peers.VitrineSecure, Peers.Nginx, Peers.Lighttpd, Peers.H2o, Peers.Caddy];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Regime> Make(bool isSmoke) =>
    [
        Driven(
            19, "783-byte page, 64 kept connections", [.. Full, Peers.FloorSecure], new Wrk(64),
            Goal.CostAgainst("best peer", 0.85, Fast), Goal.CostAgainst("nginx", 0.70, "nginx"),
            Goal.CostAgainst("C floor", 1.10, Peers.FloorSecure.Name)),
        Driven(
            20, "20 files of a page with .gz beside them, 256 connections", Full,
            new Wrk(256) { Mode = ["each", .. Content.Site], Fields = [Gzip] },
            Goal.CostAgainst("nginx", 0.80, "nginx"), Goal.CostAgainst("best peer", 0.80, Fast)),
        Multiplexed(
            21, "HTTP/2: the same 20 files, 64 connections, 32 requests at a time on each",
            new H2Load(64, 32) { Paths = Content.Site, Fields = ["accept-encoding: gzip"] },
            Goal.CostAgainst("nginx", 0.70, "nginx"), Goal.CostAgainst("best peer", 0.70, Fast)),
        Multiplexed(
            22, "full handshakes, with one request each", HandshakesOf(isSmoke ? FewHandshakes : Handshakes),
            Goal.CostAgainst("nginx", 0.95, "nginx")),
        Driven(
            22, "resumed handshakes, with one request each", Full, new Wrk(64) { Fields = ["Connection: close"] },
            Goal.CostAgainst("nginx", 0.95, "nginx")),
        new Regime(
            23, "TLS: 1 GB file, 4 connections", Full, MeasureBytes, Goal.CostAgainst("best peer", 1.00, Fast))
        {
            Probes = [new Probe(Content.Large) { IsSecure = true }],
            ShowsBytes = true,
            ShowsLatency = false,
        },
    ];

    private static H2Load HandshakesOf(int count) => new(count, 1) { Count = count };

    private static Regime Driven(
        int number, string title, IReadOnlyList<Peer> servers, Wrk load, params Goal[] goals) => new(
        number, "TLS: " + title, servers,
        (place, server, seconds) =>
        {
            var before = server.CpuSeconds;
            var result = load.Run(place, server.SecureUrlOf(load.Path), seconds);
            return Sample.From(result, server.CpuSeconds - before);
        },
        goals)
        {
            Probes = [new Probe(Content.Page) { IsSecure = true }],
        };

    private static Regime Multiplexed(int number, string title, H2Load load, params Goal[] goals) => new(
        number, "TLS: " + title, Full,
        (_, server, seconds) =>
        {
            var before = server.CpuSeconds;
            var result = load.Run(server.SecureUrlOf, seconds);
            return Sample.From(result, server.CpuSeconds - before);
        },
        goals)
    {
        Probes = [new Probe(Content.Page) { IsSecure = true }],
        ShowsLatency = false,
    };

    private static Sample MeasureBytes(Place place, RunningServer server, double seconds)
    {
        var before = server.CpuSeconds;
        var load = new Wrk(4) { Path = Content.Huge }.Run(place, server.SecureUrlOf(Content.Huge), seconds);
        var cost = (server.CpuSeconds - before) * 1e6 / (load.Bytes / MiB);
        return new Sample(load.Bytes / MiB / load.Seconds, cost, 0, 0, load.Bytes / load.Seconds);
    }
}
