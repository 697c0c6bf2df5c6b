using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Net;
using Vitrine.Net.Linux;
using Vitrine.Net.Portable;
using Vitrine.Server.Admin;
using Vitrine.Server.Logs;
using Vitrine.Server.Wire;
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

    private readonly ManualResetEventSlim started = new();
    private readonly List<(Action Stop, Action Abort, Action Dispose, Func<long> Ping)> workers = [];
    private readonly ConnectionGate gate;
    private readonly FolderSite site;
    private readonly Journal? journal;
    private readonly RefusalLog? refusals;
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AdminListener? admin;
    private Limits workerLimits = new(); // each has its share of what is for all
    private int running;
    private volatile bool hasFailed;
    private int isStopping;

    private WebServer(WebServerOptions options, FolderSite site, Journal? journal)
    {
        Options = options;
        this.site = site;
        this.journal = journal;
        if (options.RefusalOutput is { } output)
            refusals = new RefusalLog(new Journal(output, new RefusalFormat(options.Log == LogFormat.Json)));
        gate = new ConnectionGate(Math.Min(options.Limits.Connections, Descriptors.RoomForConnections(options.Limits)));
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
    public int Port { get; private set; }

    /// <summary>Where it listens.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; private set; } = [];

    /// <summary>
    /// The addresses to open in a client on this machine, the plainest first; each ends with a slash.
    /// </summary>
    public IReadOnlyList<string> Urls { get; private set; } = [];

    /// <summary>The port of <see cref="WebServerOptions.AdminPort"/>, or null.</summary>
    public int? AdminPort => admin?.Port;

    /// <summary>Whether every worker comes round.</summary>
    public bool IsHealthy => workers.TrueForAll(worker => worker.Ping() < StuckMs);

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
        if (Interlocked.Exchange(ref isStopping, 1) == 0)
            foreach (var worker in workers) worker.Stop();
        return Stopped;
    }

    /// <summary>Ends every connection at once.</summary>
    public Task AbortAsync()
    {
        isStopping = 1;
        foreach (var worker in workers) worker.Abort();
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
        var site = new FolderSite(new SiteOptions(options.Root, options.Listing, limits, options.OnFault)
        {
            Watch = options.Watch,
            Memory = memory,
            Spool = limits.SpoolBytes == 0 ? null : options.Spool ?? SpoolFile.TryOpen(limits.SpoolBytes),
        });
        Listeners? listeners = null;
        WebServer? server = null;
        try
        {
            listeners = Listeners.Open(options, workerCount, useEpoll);
            server = new WebServer(options, site, StartJournal(options))
            {
                Port = listeners.Port,
                EndPoints = listeners.EndPoints,
                Urls = UrlsOf(options, listeners.EndPoints),
                Memory = memory,
                CacheBytes = limits.CacheBytes,
                workerLimits = options.Limits with { OutputBytes = limits.OutputBytes / workerCount },
                running = workerCount,
            };
            server.AddWorkers(workerCount, listeners, useEpoll);
            if (options.AdminPort is { } port)
            {
                var adminSite = new AdminSite(() => server.IsHealthy, () => server.Readiness);
                server.admin = AdminListener.Open(options, port, adminSite, useEpoll);
            }
            options.OnListening?.Invoke();
            site.CheckAccess(); // it may have given rights up
            Descriptors.CheckRoom();
            server.admin?.Start();
        }
        catch
        {
            listeners?.Dispose();
            if (server is null) site.Dispose();
            else server.Fail();
            throw;
        }
        server.started.Set();
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
        var urls = new List<string>();
        foreach (var endPoint in endPoints)
        {
            var address = endPoint.Address;
            var isLocal = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
                || (hasBoth && (address.Equals(IPAddress.Loopback) || address.Equals(IPAddress.IPv6Loopback)));
            var host = isLocal ? "localhost" : address.ToString();
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !isLocal) host = $"[{host}]";
            var url = $"http://{host}:{endPoint.Port}/";
            if (!urls.Contains(url)) urls.Add(url);
        }
        return urls;
    }

    private void AddWorkers(int count, Listeners listeners, bool useEpoll)
    {
        // Not cryptography's: that needs a device, which a bare container may not have.
        var boundary = $"{Random.Shared.NextInt64():x16}{Random.Shared.NextInt64():x16}";
        for (var i = 0; i < count; i++)
        {
            if (useEpoll && OperatingSystem.IsLinux()) AddEpoll(listeners, boundary);
            else Add(() => new SocketTransport(listeners.Shared), boundary);
        }
    }

    [SupportedOSPlatform("linux")]
    private void AddEpoll(Listeners listeners, string boundary) =>
        Add(() => new EpollTransport(listeners.TakeForWorker()), boundary);

    // A worker is made on its own thread: so what it writes to all the time does not lie side by side with what another
    // writes to, and no two processors take a line of memory from each other.
    private void Add<TTransport>(Func<TTransport> open, string boundary)
        where TTransport : struct, ITransport
    {
        var made = new TaskCompletionSource<Worker<TTransport>>();
        var thread = new Thread(() =>
        {
            try
            {
                made.SetResult(Make(open(), boundary));
            }
#pragma warning disable CA1031 // whatever it is: it is thrown where the server is started
            catch (Exception fault)
            {
                made.SetException(fault);
                return;
            }
#pragma warning restore CA1031
            Run(made.Task.Result);
        })
        {
            IsBackground = true,
            Name = $"vitrine worker {workers.Count}",
        };
        thread.Start();
        var worker = made.Task.GetAwaiter().GetResult();
        workers.Add((worker.Stop, worker.Abort, worker.Dispose, worker.Ping));
    }

    private Worker<TTransport> Make<TTransport>(TTransport transport, string boundary)
        where TTransport : struct, ITransport
    {
        var context = new ProtocolContext(site, workerLimits, Options.ServerHeader, boundary)
        {
            KeepsMarks = Options.Log != LogFormat.None,
        };
        var tap = Options.Wire ? journal : null;
        var log = Options.Log == LogFormat.None ? null : journal;
        return new Worker<TTransport>(transport, context, gate, tap, log, Options.OnFault, refusals);
    }

    private void Run<TTransport>(Worker<TTransport> worker)
        where TTransport : struct, ITransport
    {
        started.Wait();
        if (hasFailed) return;
        try
        {
            worker.Run();
        }
        catch (OutOfMemoryException fault)
        {
            // Before the runtime takes it for unhandled, which takes memory too.
            Options.OnFault?.Invoke(fault);
            throw;
        }
        finally
        {
            if (Interlocked.Decrement(ref running) == 0) End();
        }
    }

    // Not all workers could be made: those that were do not run.
    private void Fail()
    {
        hasFailed = true;
        started.Set();
        End();
    }

    private void End()
    {
        foreach (var worker in workers) worker.Dispose();
        admin?.Dispose();
        journal?.Dispose();
        refusals?.Dispose();
        site.Dispose();
        stopped.TrySetResult();
    }
}
