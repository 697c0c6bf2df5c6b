using System.Net;
using Vitrine.Http;
using Vitrine.Site.Memory;

namespace Vitrine.Server;

/// <summary>
/// How a <see cref="WebServer"/> serves. All have defaults that suit a folder on one's own machine.
/// </summary>
public sealed record WebServerOptions
{
    /// <summary>The folder to serve.</summary>
    public string Root { get; init; } = ".";

    /// <summary>The port; 0 takes any free one, which <see cref="WebServer.Port"/> then tells.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>
    /// The addresses to listen on. An IPv6 address that the system does not have, other than the first, is
    /// passed over; anything else that cannot be had is an error.
    /// </summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>How TLS is spoken on the port; null is HTTP in the clear.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>How many workers, each a thread with connections of its own; 0 is one a processor.</summary>
    public int Workers { get; init; }

    /// <summary>Whether a folder without an <c>index.html</c> is shown as a list of what is in it.</summary>
    public bool Listing { get; init; } = true;

    /// <summary>
    /// Whether the system is asked to tell of changes in the folder (inotify and the like), so that they show at once
    /// and not within a second. That it cannot is told to <see cref="OnFault"/> as a
    /// <see cref="Site.Looking.WatchException"/>; then they show within a second.
    /// </summary>
    public bool Watch { get; init; }

    /// <summary>Whether replies carry <c>Server: vitrine</c>.</summary>
    public bool ServerHeader { get; init; } = true;

    /// <summary>Sizes, counts and times.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>
    /// Whether <see cref="Limits.CacheBytes"/> is held to an eighth of the memory that there is for this process: what
    /// its control group allows, or what the machine has.
    /// </summary>
    public bool CacheFitsMemory { get; init; } = true;

    /// <summary>
    /// Where copies of files are put that memory has no room for; the server takes it over. Null: one is made as <see
    /// cref="SpoolFile.TryOpen"/> does, unless <see cref="Limits.SpoolBytes"/> is 0.
    /// </summary>
    public SpoolFile? Spool { get; init; }

    /// <summary>How bytes come and go.</summary>
    public TransportKind Transport { get; init; }

    /// <summary>
    /// A port on which this machine alone can ask <c>/healthz</c> (whether the server works) and <c>/readyz</c>
    /// (whether it takes requests); 0 takes any free one, null is none.
    /// </summary>
    public int? AdminPort { get; init; }

    /// <summary>What is logged of each reply.</summary>
    public LogFormat Log { get; init; }

    /// <summary>Whether the raw exchange is shown as it happens.</summary>
    public bool Wire { get; init; }

    /// <summary>Where log and wire are written to; null is the standard output. It is not closed.</summary>
    public Stream? LogOutput { get; init; }

    /// <summary>
    /// Where a line is written to for each refusal, with its reason: ten in a second at most, and one that counts the
    /// others. Null writes none. It is not closed.
    /// </summary>
    public Stream? RefusalOutput { get; init; }

    /// <summary>
    /// Is told of bugs that were met while serving: the connection was closed or answered 500, and serving
    /// goes on. On any thread.
    /// </summary>
    public Action<Exception>? OnFault { get; init; }

    /// <summary>
    /// Is called when the ports are open and before the first request is taken: the time to give up rights, as
    /// <see cref="Confinement.UserIdentity.Become"/> does. What it throws ends the start.
    /// </summary>
    public Action? OnListening { get; init; }

    /// <summary>Whether log and wire are coloured, for a terminal.</summary>
    public bool Colour { get; init; }
}
