using System.Net;
using System.Net.Sockets;
using Vitrine.Net.Linux;
using Vitrine.Net.Portable;

namespace Vitrine.Server;

/// <summary>
/// The listening sockets of a server: on Linux one set for each worker, among which the kernel deals
/// connections out; one set for all elsewhere.
/// </summary>
internal sealed class Listeners : IDisposable
{
    private readonly List<List<int>> ofWorkers = [];

    private Listeners(int port, List<IPEndPoint> endPoints, List<Socket> shared)
    {
        Port = port;
        EndPoints = endPoints;
        Shared = shared;
    }

    /// <summary>The port that all of them have.</summary>
    public int Port { get; }

    /// <summary>Where they listen.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    /// <summary>The sockets that all workers share; empty with epoll.</summary>
    public List<Socket> Shared { get; }

    /// <summary>Takes the listeners of one worker, which is theirs from then on.</summary>
    public IReadOnlyList<int> TakeForWorker()
    {
        var taken = ofWorkers[^1];
        ofWorkers.RemoveAt(ofWorkers.Count - 1);
        return taken;
    }

    /// <summary>Opens them.</summary>
    /// <exception cref="SocketException">An address is in use, not to be had, or not allowed.</exception>
    public static Listeners Open(WebServerOptions options, int workers, bool useEpoll)
    {
        // A port that is free on the first address may be taken on the second.
        for (var tries = options.Port == 0 ? 10 : 1; ; tries--)
        {
            try
            {
                return OpenOnce(options, workers, useEpoll);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && tries > 1)
            {
                // Another free port is chosen.
            }
        }
    }

    private static Listeners OpenOnce(WebServerOptions options, int workers, bool useEpoll)
    {
        // With SO_REUSEPORT a second server would be let onto the same port and take half of the first one's
        // connections. So the port is first taken without it, which fails if anybody has it.
        var port = options.Port;
        var probes = new List<Socket>();
        var endPoints = new List<IPEndPoint>();
        var listeners = default(Listeners);
        try
        {
            foreach (var address in options.Addresses)
            {
                try
                {
                    var probe = SocketTransport.Listen(new IPEndPoint(address, port));
                    probes.Add(probe);
                    port = ((IPEndPoint)probe.LocalEndPoint!).Port;
                    endPoints.Add(new IPEndPoint(address, port));
                }
                catch (SocketException error) when (probes.Count > 0 && IsMissing(address, error))
                {
                    // A machine without IPv6.
                }
            }
            listeners = new Listeners(port, endPoints, useEpoll ? [] : probes);
            if (!useEpoll) return listeners;
            foreach (var probe in probes) probe.Dispose();
            for (var i = 0; i < workers; i++) listeners.OpenForWorker(workers > 1);
            return listeners;
        }
        catch
        {
            foreach (var probe in probes) probe.Dispose();
            listeners?.Dispose();
            throw;
        }
    }

    /// <summary>Closes those that no worker took.</summary>
    public void Dispose()
    {
        foreach (var listener in ofWorkers.SelectMany(set => set)) CloseEpoll(listener);
        ofWorkers.Clear();
        foreach (var socket in Shared) socket.Dispose();
    }

    private static bool IsMissing(IPAddress address, SocketException error) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
        && error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable
            or SocketError.ProtocolNotSupported;

    private static void CloseEpoll(int listener)
    {
        if (OperatingSystem.IsLinux()) EpollTransport.CloseListener(listener);
    }

    private void OpenForWorker(bool shared)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("epoll is Linux's.");
        var set = new List<int>();
        ofWorkers.Add(set);
        foreach (var endPoint in EndPoints) set.Add(EpollTransport.Listen(endPoint, shared, out _));
    }
}
