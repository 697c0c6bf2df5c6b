using System.Diagnostics;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Harness;

/// <summary>An attack under way.</summary>
/// <param name="Server">Whom it is on.</param>
/// <param name="Folder">What it serves.</param>
/// <param name="Length">For how long it is to go on.</param>
/// <param name="Row">Where it notes its figures.</param>
/// <param name="Gauge">What looks at the server.</param>
internal sealed record Assault(
    RunningServer Server, TemporaryFolder Folder, TimeSpan Length, Row Row, Gauge Gauge)
{
    private readonly long began = Stopwatch.GetTimestamp();

    public int Port => Server.Port;

    /// <summary>Where it speaks TLS, if it does.</summary>
    public int SecurePort => Server.Port + Peer.SecurePortOffset;

    /// <summary>Whether it is time to stop.</summary>
    public bool IsOver => Stopwatch.GetElapsedTime(began) >= Length;
}
