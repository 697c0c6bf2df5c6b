using System.Net;
using System.Net.Sockets;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Server.Admin;
using Vitrine.Server.Certificates;
using Vitrine.Server.Logs;
using Vitrine.Server.Wire;
using Vitrine.Server.Workers;
using Vitrine.Site;
using Vitrine.Site.Memory;

namespace Vitrine.Server;

/// <summary>
/// A static web server. <see cref="StartAsync"/> starts one, disposing it stops it; a process may have
/// several, which share nothing.
/// </summary>
public sealed class WebServer : IAsyncDisposable
{
    // So long a worker may be busy with one thing before it counts as stuck.
    private const int StuckMs = 10_000;

    private readonly WorkerSet workers;
    private readonly ConnectionGate gate;
    private readonly FolderSite site;
    private readonly ServedSite served;
    private readonly CertificateStore? certificates;
    private readonly Journal? journal;
    private readonly RefusalLog? refusals;
    private readonly Limits workerLimits; // each has its share of what is for all
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AdminListener? admin;
    private int isStopping;

    private WebServer(
        WebServerOptions options, FolderSite site, CertificateStore? certificates, Limits workerLimits, int port)
    {
        Port = port;
        this.certificates = certificates;
        Options = options;
        this.site = site;
        this.workerLimits = workerLimits;
        served = new ServedSite(
            site, certificates is null ? null : new Doorman(port, token => certificates.Challenges.Answer(token)));
        journal = StartJournal(options);
        if (options.RefusalOutput is { } output)
            refusals = new RefusalLog(new Journal(output, new RefusalFormat(options.Log == LogFormat.Json)));
        gate = new ConnectionGate(Math.Min(options.Limits.Connections, Descriptors.RoomForConnections(options.Limits)));
        // Not cryptography's: that needs a device, which a bare container may not have.
        var boundary = $"{Random.Shared.NextInt64():x16}{Random.Shared.NextInt64():x16}";
        workers = new WorkerSet(
            new WorkerParts(() => ContextOf(served, boundary), gate)
            {
                Tls = certificates?.Server,
                Tap = options.Wire ? journal : null,
                Log = options.Log == LogFormat.None ? null : journal,
                Refusals = refusals,
                OnFault = options.OnFault,
            },
            End);
    }

    /// <summary>The memory that there is for this process.</summary>
    public AvailableMemory Memory { get; private init; } = null!;

    /// <summary>How much of it is for cached files, as long as there is enough.</summary>
    public long CacheBytes { get; private init; }

    /// <summary>The options that it was started with.</summary>
    public WebServerOptions Options { get; }

    /// <summary>The full path of the folder that is served.</summary>
    public string Root => site.Root;

    /// <summary>The port that it listens on.</summary>
    public int Port { get; }

    /// <summary>The port of <see cref="TlsOptions.RedirectPort"/>, or null.</summary>
    public int? RedirectPort { get; private init; }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; private set; } = [];

    /// <summary>
    /// The addresses to open in a client on this machine, the plainest first; each ends with a slash.
    /// </summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>The port of <see cref="WebServerOptions.AdminPort"/>, or null.</summary>
    public int? AdminPort => admin?.Port;

    /// <summary>Whether every worker comes round.</summary>
    public bool IsHealthy => workers.SlowestMs < StuckMs;

    /// <summary>How many connections there are.</summary>
    public int ConnectionCount => gate.Count;

    /// <summary>Is done when the server has stopped.</summary>
    public Task Stopped => stopped.Task;

    /// <summary>Starts a server; when this is done, it accepts connections.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist or is a file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    /// <exception cref="SocketException">The port is in use or not allowed, or an address is not to be
    /// had.</exception>
    /// <exception cref="IOException">The admin port is in use or not allowed.</exception>
    /// <exception cref="CertificateException">A certificate or a key cannot be used.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number in the options makes no sense.</exception>
    public static Task<WebServer> StartAsync(WebServerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Workers);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Port, 65535);
        ArgumentOutOfRangeException.ThrowIfZero(options.Addresses.Count);
        if (options.AdminPort is { } admin) ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)admin, 65535u);
        options.Limits.Validate();
        return Task.FromResult(Start(options));
    }

    /// <summary>
    /// Stops: no new connections; requests in flight are finished, for as long as
    /// <see cref="Limits.DrainTimeoutMs"/> allows.
    /// </summary>
    public Task StopAsync()
    {
        if (Interlocked.Exchange(ref isStopping, 1) == 0) workers.Stop();
        return Stopped;
    }

    /// <summary>Ends every connection at once.</summary>
    public Task AbortAsync()
    {
        isStopping = 1;
        workers.Abort();
        return Stopped;
    }

    /// <summary>Stops the server and lets go of all that it holds.</summary>
    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private string Readiness => isStopping != 0 ? "stopping"
        : gate.IsFull ? "full"
        : site.IsReadable ? "ready"
        : "the folder may not be read";

    private static WebServer Start(WebServerOptions options)
    {
        var useEpoll = UsesEpoll(options.Transport);
        var workerCount = options.Workers > 0 ? options.Workers : Environment.ProcessorCount;
        var memory = AvailableMemory.Find();
        var limits = Descriptors.WithRoom(memory.WithRoom(options.Limits, options.CacheFitsMemory));
        var withheld = new WithheldFiles();
        var site = new FolderSite(new SiteOptions(options.Root, options.Listing, limits, options.OnFault)
        {
            Watch = options.Watch,
            Memory = memory,
            Withheld = withheld,
            Spool = limits.SpoolBytes == 0 ? null : options.Spool ?? SpoolFile.TryOpen(limits.SpoolBytes),
        });
        CertificateStore? certificates = null;
        Listeners? listeners = null;
        WebServer? server = null;
        try
        {
            if (options.Tls is { } tls)
                certificates = new CertificateStore(tls, site.Root, withheld, !useEpoll, options.OnFault);
            listeners = new Listeners(workerCount, useEpoll);
            var opened = listeners.Open(
                options.Addresses, options.Port, certificates is null ? ListenerKind.Clear : ListenerKind.Secure);
            var endPoints = listeners.EndPoints.ToArray();
            int? redirect = options.Tls?.RedirectPort is { } other
                ? listeners.Open(options.Addresses, other, ListenerKind.Redirect)
                : null;
            var workerLimits = options.Limits with { OutputBytes = limits.OutputBytes / workerCount };
            server = new WebServer(options, site, certificates, workerLimits, opened)
            {
                RedirectPort = redirect,
                EndPoints = endPoints,
                Urls = UrlsOf(options, endPoints),
                Memory = memory,
                CacheBytes = limits.CacheBytes,
            };
            server.workers.Add(listeners, workerCount);
            if (options.AdminPort is { } port) server.OpenAdmin(port, useEpoll);
            options.OnListening?.Invoke();
            site.CheckAccess(); // it may have given rights up
            Descriptors.CheckRoom();
            server.admin?.Start();
            certificates?.Warn();
        }
        catch
        {
            listeners?.Dispose();
            if (server is null)
            {
                site.Dispose();
                certificates?.Dispose();
            }
            else server.workers.Fail();
            throw;
        }
        server.workers.Start();
        return server;
    }

    private static bool UsesEpoll(TransportKind kind) => kind switch
    {
        TransportKind.Portable => false,
        TransportKind.Epoll when !OperatingSystem.IsLinux() =>
            throw new PlatformNotSupportedException("epoll is Linux's."),
        _ => OperatingSystem.IsLinux(),
    };

    private static Journal? StartJournal(WebServerOptions options)
    {
        if (options.Log == LogFormat.None && !options.Wire) return null;
        IRecordFormatter? format = options.Log switch
        {
            LogFormat.None => null,
            LogFormat.Common => new CommonFormat(combined: false),
            LogFormat.Combined => new CommonFormat(combined: true),
            LogFormat.Json => new JsonFormat(),
            _ => new PrettyFormat(options.Colour),
        };
        if (options.Wire) format = new WireFormat(options.Colour, format);
        return new Journal(options.LogOutput ?? Console.OpenStandardOutput(), format!, options.OnFault);
    }

    private static List<string> UrlsOf(WebServerOptions options, IReadOnlyList<IPEndPoint> endPoints)
    {
        // "localhost" may be either loopback, so it names this server only if it has both.
        var hasBoth = options.Addresses.Contains(IPAddress.Loopback)
            && options.Addresses.Contains(IPAddress.IPv6Loopback);
        var scheme = options.Tls is null ? "http" : "https";
        var urls = new List<string>();
        foreach (var endPoint in endPoints)
        {
            var address = endPoint.Address;
            var isLocal = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
                || (hasBoth && (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback)));
            var host = isLocal ? "localhost" : address.ToString();
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !isLocal) host = $"[{host}]";
            var url = $"{scheme}://{host}:{endPoint.Port}/";
            if (!urls.Contains(url)) urls.Add(url);
        }
        return urls;
    }

    private void OpenAdmin(int port, bool useEpoll)
    {
        var adminSite = new AdminSite(
            () => IsHealthy, () => Readiness, certificates is null ? null : certificates.Describe);
        admin = AdminListener.Open(
            port,
            useEpoll,
            () => new ProtocolContext(adminSite, Options.Limits, Options.ServerHeader, "admin"),
            Options.OnFault);
    }

    private ProtocolContext ContextOf(IResponder responder, string boundary) =>
        new(responder, workerLimits, Options.ServerHeader, boundary)
        {
            KeepsMarks = Options.Log != LogFormat.None,
            StrictSeconds = Options.Tls?.StrictSeconds,
        };

    private void End()
    {
        admin?.Dispose();
        certificates?.Dispose();
        journal?.Dispose();
        refusals?.Dispose();
        site.Dispose();
        stopped.TrySetResult();
    }
}
