namespace Vitrine.Server.Confinement;

/// <summary>What a process may still do once it is in a <see cref="Sandbox"/>.</summary>
public sealed record SandboxPolicy
{
    /// <summary>Folders and files that may be read, with all that is below them. What does not exist is passed
    /// over.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Folders in which files and folders may be read, made, written and deleted; a server has none.</summary>
    public IReadOnlyList<string> Writable { get; init; } = [];

    /// <summary>TCP ports, of any machine, that may be connected to; a server has none.</summary>
    public IReadOnlyList<int> Connectable { get; init; } = [];

    /// <summary>
    /// TCP ports that may be listened on. With 0 among them, any: further listeners take the port that the first was
    /// given.
    /// </summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>
    /// What a server with these options needs. A sandbox knows folders and not names: to serve another folder that is
    /// put in the place of the first (as build tools and releases do), it has to let read what is around it too:
    /// <paramref name="followsRoot"/>. See <see cref="ReplaceableRoot"/> for what that comes to.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <param name="followsRoot">Whether the folder may be replaced by another.</param>
    /// <param name="morePorts">So many ports behind the one in the options may be tried too.</param>
    public static SandboxPolicy ToServe(WebServerOptions options, bool followsRoot, int morePorts = 0)
    {
        ArgumentNullException.ThrowIfNull(options);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Root));
        return new SandboxPolicy
        {
            Readable = [.. followsRoot ? ReplaceableRoot.Around(root) : [root], .. FoldersOf(options.Tls)],
            // 0 among them stands for any, since further listeners take the port that the first was given.
            Ports = options.Port == 0 || options.AdminPort == 0 || options.Tls?.RedirectPort == 0
                ? [0]
                : [.. Enumerable.Range(options.Port, morePorts + 1), .. OtherPortsOf(options)],
        };
    }

    /// <summary>
    /// What a process needs that gets certificates: a folder to write, who vouches for authorities and where they are,
    /// and the ports at which they and whoever knows their addresses are reached.
    /// </summary>
    public static SandboxPolicy ToRenew(string state, IReadOnlyList<int> ports, string? trustFile) => new()
    {
        Readable = [.. ToReach, .. trustFile is null ? [] : new[] { Path.GetFullPath(trustFile) }],
        Writable = [state],
        Connectable = ports,
    };

    // All of /etc: what is in it is replaced while a program runs, as resolv.conf on a laptop, and a sandbox knows
    // files and not their names. Who vouches for whom is a link from there into others.
    private static IReadOnlyList<string> ToReach =>
    [
        "/etc", "/usr/share/ca-certificates", "/usr/local/share/ca-certificates", "/usr/share/pki", "/run/systemd",
        "/run/resolvconf", "/run/NetworkManager", "/mnt/wsl",
        .. TrustVariables.Select(Environment.GetEnvironmentVariable).OfType<string>(),
    ];

    private static readonly string[] TrustVariables = ["SSL_CERT_FILE", "SSL_CERT_DIR"];

    /// <summary>
    /// What every program reads of its system: libraries that are loaded late, time zones, descriptions of terminals,
    /// what the kernel says of this process and of the machine's memory; and under the JIT the files that it runs.
    /// </summary>
    public static IReadOnlyList<string> System { get; } =
    [
        "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/etc/ssl/openssl.cnf", "/etc/localtime",
        "/usr/share/zoneinfo", "/usr/share/terminfo", "/etc/terminfo", "/dev/null", "/dev/urandom", "/proc/self",
        "/proc/meminfo",
        "/proc/pressure", "/proc/cpuinfo", "/proc/stat", "/proc/sys/net/ipv4", "/proc/net", "/sys/fs/cgroup",
        "/sys/devices/system", "/sys/class/net", .. RuntimeFiles.All,
    ];

    // Whatever takes a file's place lies in its folder; where a link leads (as certbot's do, into another folder), in
    // that one.
    private static IEnumerable<string> FoldersOf(TlsOptions? tls)
    {
        if (tls is null) return [];
        var folders = tls.ChallengeFolder is { } challenges ? [Path.GetFullPath(challenges)] : Array.Empty<string>();
        var files = tls.Certificates.SelectMany(files => files.All)
            .Concat(new[] { tls.TicketKeys, tls.ClientAuthorities }.OfType<string>()).Select(Path.GetFullPath);
        return files.SelectMany(FoldersOf).Concat(folders).Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<string> FoldersOf(string file)
    {
        yield return Path.GetDirectoryName(file)!;
        string? target = null;
        try
        {
            target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Whatever is wrong with it is said when it is read.
        }
        if (target is not null) yield return Path.GetDirectoryName(target)!;
    }

    private static IEnumerable<int> OtherPortsOf(WebServerOptions options) =>
        new[] { options.AdminPort, options.Tls?.RedirectPort }.OfType<int>();
}
