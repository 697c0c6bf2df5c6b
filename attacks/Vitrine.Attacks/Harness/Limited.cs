using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Harness;

/// <summary>Servers that may have less of the machine than others.</summary>
internal static class Limited
{
    /// <summary>The same server, started by a shell that has run a command first, as in <c>ulimit -n 100</c>.</summary>
    public static Peer By(string command, Peer peer) => peer with
    {
        Command = (place, port) => ["sh", "-c", $"{command}; exec \"$@\"", "sh", .. peer.Command(place, port)],
    };
}
