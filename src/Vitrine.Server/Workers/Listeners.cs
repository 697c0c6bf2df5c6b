using System.Net;
using System.Net.Sockets;
using Vitrine.Net.Linux;
using Vitrine.Net.Portable;

namespace Vitrine.Server.Workers;

/// <summary>
/// The listening sockets of a server: on Linux one set for each worker, among which the kernel deals
/// connections out; one set for all elsewhere.
/// </summary>
internal sealed class Listeners : IDisposable
{
    private const int MostTries = 10;

    private readonly Stack<List<int>> ofWorkers = new();
    private readonly List<IPEndPoint> endPoints = [];

    private Listeners(int port, int workers, bool areEpoll)
    {
        AreEpoll = areEpoll;
        Port = port;
        for (var i = 0; i < workers; i++) ofWorkers.Push([]);
    }

    /// <summary>Whether they are for epoll; else for System.Net.Sockets.</summary>
    public bool AreEpoll { get; }

    /// <summary>The port that all of them have.</summary>
    public int Port { get; private set; }

    /// <summary>Where they listen.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => endPoints;

    /// <summary>The sockets that all workers share; empty with epoll.</summary>
    public List<Socket> Shared { get; } = [];

    /// <summary>Opens them.</summary>
    /// <exception cref="SocketException">An address is in use, not to be had, or not allowed.</exception>
    public static Listeners Open(IReadOnlyList<IPAddress> addresses, int port, int workers, bool useEpoll)
    {
        // A port that is free on the first address may be taken on the second.
        for (var tries = port == 0 ? MostTries : 1; ; tries--)
        {
            try
            {
                return OpenOnce(addresses, port, workers, useEpoll);
            }
            catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse && tries > 1)
            {
                // Another free port is chosen.
            }
        }
    }

    /// <summary>Takes the listeners of one worker, which is theirs from then on.</summary>
    public IReadOnlyList<int> TakeForWorker() => ofWorkers.Pop();

    /// <summary>Closes those that no worker took.</summary>
    public void Dispose()
    {
        foreach (var listener in ofWorkers.SelectMany(set => set)) CloseEpoll(listener);
        ofWorkers.Clear();
        foreach (var socket in Shared) socket.Dispose();
    }

    private static Listeners OpenOnce(IReadOnlyList<IPAddress> addresses, int port, int workers, bool useEpoll)
    {
        var listeners = new Listeners(port, workers, useEpoll);
        try
        {
            foreach (var address in addresses)
            {
                try
                {
                    listeners.Listen(new IPEndPoint(address, listeners.Port));
                }
                catch (SocketException error) when (listeners.EndPoints.Count > 0 && IsMissing(address, error))
                {
                    // A machine without IPv6.
                }
            }
            return listeners;
        }
        catch
        {
            listeners.Dispose();
            throw;
        }
    }

    private void Listen(IPEndPoint endPoint)
    {
        if (AreEpoll && OperatingSystem.IsLinux())
        {
            var opened = EpollTransport.Listen(endPoint, ofWorkers.Count, out var port);
            foreach (var (set, listener) in ofWorkers.Zip(opened)) set.Add(listener);
            Port = port;
        }
        else
        {
            var opened = SocketTransport.Listen(endPoint);
            Shared.Add(opened);
            Port = ((IPEndPoint)opened.LocalEndPoint!).Port;
        }
        endPoints.Add(new IPEndPoint(endPoint.Address, Port));
    }

    private static bool IsMissing(IPAddress address, SocketException error) =>
        address.AddressFamily == AddressFamily.InterNetworkV6
        && error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable
            or SocketError.ProtocolNotSupported;

    private static void CloseEpoll(int listener)
    {
        if (OperatingSystem.IsLinux()) EpollTransport.CloseListener(listener);
    }
}
