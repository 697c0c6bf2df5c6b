using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Vitrine.Attacks.Faults;

/// <summary>
/// Finds out when a listener closes, by connecting to it each millisecond: the last attempt that was taken, and the
/// first that was refused.
/// </summary>
internal sealed class DrainClock
{
    private readonly Thread thread;

    public DrainClock(int port)
    {
        // With everybody's priority, so that it is never late for long; resting, so that others get on.
        thread = new Thread(() => Run(port)) { IsBackground = true };
        thread.Start();
    }

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
                Thread.Sleep(1);
            }
            catch (SocketException)
            {
                ClosedSince = Stopwatch.GetTimestamp();
                return;
            }
        }
    }
}
