namespace Vitrine.Compare.Servers;

/// <summary>All servers that are compared.</summary>
internal static class Peers
{
    public static Peer Vitrine { get; } = VitrineWith("vitrine");

    public static Peer VitrinePortable { get; } = VitrineWith("vitrine, portable", 1, "--transport", "portable");

    public static Peer VitrineTwoWorkers { get; } =
        VitrineWith("vitrine, 2 workers", workers: 2) with { Processors = "0,1" };

    public static Peer VitrineOneWorker { get; } =
        VitrineWith("vitrine, 1 worker") with { Processors = "0,1" };

    public static Peer Nginx { get; } = new(
        "nginx", (place, port) => ["nginx", "-c", Fill(place, port, "nginx.conf")], ["nginx", "-v"])
    {
        HasOwnPortForHttp2 = true,
    };

    public static Peer Lighttpd { get; } = new(
        "lighttpd", (place, port) => ["lighttpd", "-D", "-f", Fill(place, port, "lighttpd.conf")], ["lighttpd", "-v"]);

    public static Peer H2o { get; } = new(
        "h2o", (place, port) => ["h2o", "-c", Fill(place, port, "h2o.yaml")], ["h2o", "-v"]);

    public static Peer Caddy { get; } = new(
        "caddy",
        (place, port) => ["caddy", "run", "--adapter", "caddyfile", "--config", Fill(place, port, "Caddyfile")],
        ["caddy", "version"])
    {
        Variables = new Dictionary<string, string> { ["GOMAXPROCS"] = "1" },
    };

    public static Peer Kestrel { get; } = new(
        "kestrel", (place, port) => [Built(place, "kestrel", "kestrel"), $"{port}", place.Content]);

    public static Peer Floor { get; } = new(
        "C floor", (place, port) => [Built(place, "floor"), $"{port}", place.FileOf(Content.Page)])
    {
        IsFloor = true,
    };

    /// <summary>On its usual port it only says where TLS is spoken.</summary>
    public static Peer VitrineSecure { get; } = new(
        "vitrine",
        (place, port) =>
        [
            Path.Combine(place.Repository, "dist", "vitrine"), place.Content, "--quiet", "--host", "127.0.0.1",
            "--port", $"{port + Peer.SecurePortOffset}", "--redirect-http", $"{port}", "--workers", "1",
            "--tls-cert", place.Certificate, "--tls-key", place.CertificateKey,
        ])
    {
        IsOurs = true,
    };

    public static Peer FloorSecure { get; } = new(
        "C floor on libssl",
        (place, port) =>
        [
            Built(place, "floor-tls"), $"{port + Peer.SecurePortOffset}", place.FileOf(Content.Page),
            place.Certificate, place.CertificateKey,
        ])
    {
        IsFloor = true,
        IsSecureAlone = true,
    };

    public static Peer FloorTwoProcesses { get; } = FloorOnBoth("C floor, 2 processes", 2);

    public static Peer FloorOneProcess { get; } = FloorOnBoth("C floor, 1 process", 1);

    /// <summary>Those that goals are set against.</summary>
    public static IReadOnlyList<Peer> Fast { get; } = [Nginx, Lighttpd, H2o];

    /// <summary>Those that serve any file.</summary>
    public static IReadOnlyList<Peer> Full { get; } = [Vitrine, Nginx, Lighttpd, H2o, Caddy, Kestrel];

    /// <summary>Vitrine with further options.</summary>
    public static Peer VitrineWith(string name, int workers = 1, params string[] options) =>
        VitrineTelling(name, workers, ["--quiet", .. options]);

    /// <summary>The same, which says on its error output what it refuses.</summary>
    public static Peer VitrineTelling(string name, int workers = 1, params string[] options) => new(
        name,
        (place, port) =>
        [
            Path.Combine(place.Repository, "dist", "vitrine"), place.Content,
            "--port", $"{port}", "--host", "127.0.0.1", "--workers", $"{workers}", .. options,
        ])
    {
        IsOurs = true,
    };

    private static Peer FloorOnBoth(string name, int processes) => new(
        name, (place, port) => [Built(place, "floor"), $"{port}", place.FileOf(Content.Page), $"{processes}"])
    {
        Processors = "0,1",
        IsFloor = true,
    };

    private static string Built(Place place, params string[] names) =>
        Path.Combine([place.Repository, "artifacts", "bench", .. names]);

    // A configuration with its blanks filled in.
    private static string Fill(Place place, int port, string name)
    {
        var text = File.ReadAllText(place.Bench("peers", name))
            .Replace("{root}", place.Content, StringComparison.Ordinal)
            .Replace("{port}", $"{port}", StringComparison.Ordinal)
            .Replace("{http2}", $"{port + Peer.Http2PortOffset}", StringComparison.Ordinal)
            .Replace("{tls}", $"{port + Peer.SecurePortOffset}", StringComparison.Ordinal)
            .Replace("{work}", place.Scratch, StringComparison.Ordinal);
        var path = Path.Combine(place.Scratch, name);
        File.WriteAllText(path, text);
        return path;
    }
}
