using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Vitrine.Attacks.Harness;

namespace Vitrine.Attacks.Faults;

/// <summary>
/// Finds out when a listener closes, by connecting to it without a pause: the last attempt that was taken, and the
/// first that was refused.
/// </summary>
internal sealed class DrainClock
{
    private readonly Thread thread;

    public DrainClock(int port) => thread = Threads.Start("clock", () => Run(port));

    /// <summary>Until then at least the listener was open.</summary>
    public long OpenUntil { get; private set; }

    /// <summary>Since then at most it is closed.</summary>
    public long ClosedSince { get; private set; }

    /// <summary>Waits until it is closed.</summary>
    public void Wait() => thread.Join();

    private void Run(int port)
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var began = Stopwatch.GetTimestamp();
            try
            {
                socket.Connect(IPAddress.Loopback, port);
                OpenUntil = began;
            }
            catch (SocketException)
            {
                ClosedSince = Stopwatch.GetTimestamp();
                return;
            }
        }
    }
}
