namespace Vitrine.Compare.Servers;

/// <summary>A server that can be started.</summary>
/// <param name="Name">Its name in the tables.</param>
/// <param name="Command">The program and its arguments, to serve the place's content on a port.</param>
/// <param name="Version">Asks for its version; null for what is built here.</param>
internal sealed record Peer(string Name, Func<Place, int, string[]> Command, string[]? Version = null)
{
    /// <summary>The processors that it may run on.</summary>
    public string Processors { get; init; } = $"{Machine.ServerProcessor}";

    /// <summary>True for Vitrine itself, however it is set up.</summary>
    public bool IsOurs { get; init; }

    /// <summary>True for what answers everything with the same bytes.</summary>
    public bool IsFloor { get; init; }

    /// <summary>The same with another program.</summary>
    public Peer BuiltAs(string name, string program) => this with
    {
        Name = name,
        Command = (place, port) => [program, .. Command(place, port)[1..]],
    };

    /// <summary>How far above its port the one is on which it speaks HTTP/2 in the clear, where that is another: beyond
    /// those of all servers.</summary>
    public const int Http2PortOffset = 1_000;

    /// <summary>The same for the one on which it speaks TLS.</summary>
    public const int SecurePortOffset = 2_000;

    /// <summary>Whether it speaks nothing else.</summary>
    public bool IsSecureAlone { get; init; }

    /// <summary>Whether it is another.</summary>
    public bool HasOwnPortForHttp2 { get; init; }

    /// <summary>Environment variables for it.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}
