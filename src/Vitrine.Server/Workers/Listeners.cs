using System.Net;
using System.Net.Sockets;
using Vitrine.Net;
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
    private readonly List<ListenerKind> kinds = [];

    /// <summary>Makes a set for so many workers, in which there is no listener yet.</summary>
    public Listeners(int workers, bool useEpoll)
    {
        AreEpoll = useEpoll;
        for (var i = 0; i < workers; i++) ofWorkers.Push([]);
    }

    /// <summary>Whether they are for epoll; else for System.Net.Sockets.</summary>
    public bool AreEpoll { get; }

    /// <summary>What each is for, in the order in which they were opened.</summary>
    public IReadOnlyList<ListenerKind> Kinds => kinds;

    /// <summary>Where they listen, in the same order.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => endPoints;

    /// <summary>The sockets that all workers share; empty with epoll.</summary>
    public List<Socket> Shared { get; } = [];

    /// <summary>Opens some more, all on one port; returns which that is.</summary>
    /// <exception cref="SocketException">An address is in use, not to be had, or not allowed.</exception>
    public int Open(IReadOnlyList<IPAddress> addresses, int port, ListenerKind kind)
    {
        // A port that is free on the first address may be taken on the second.
        for (var tries = port == 0 ? MostTries : 1; ; tries--)
        {
            try
            {
                return OpenOnce(addresses, port, kind);
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

    private int OpenOnce(IReadOnlyList<IPAddress> addresses, int port, ListenerKind kind)
    {
        var before = endPoints.Count;
        try
        {
            foreach (var address in addresses)
            {
                try
                {
                    port = Listen(new IPEndPoint(address, port), kind);
                }
                catch (SocketException error) when (endPoints.Count > before && IsMissing(address, error))
                {
                    // A machine without IPv6.
                }
            }
            return port;
        }
        catch
        {
            while (endPoints.Count > before) CloseLast();
            throw;
        }
    }

    private int Listen(IPEndPoint endPoint, ListenerKind kind)
    {
        int port;
        if (AreEpoll && OperatingSystem.IsLinux())
        {
            var opened = EpollTransport.Listen(endPoint, ofWorkers.Count, out port);
            foreach (var (set, listener) in ofWorkers.Zip(opened)) set.Add(listener);
        }
        else
        {
            var opened = SocketTransport.Listen(endPoint);
            Shared.Add(opened);
            port = ((IPEndPoint)opened.LocalEndPoint!).Port;
        }
        endPoints.Add(new IPEndPoint(endPoint.Address, port));
        kinds.Add(kind);
        return port;
    }

    private void CloseLast()
    {
        endPoints.RemoveAt(endPoints.Count - 1);
        kinds.RemoveAt(kinds.Count - 1);
        if (AreEpoll)
        {
            foreach (var set in ofWorkers)
            {
                CloseEpoll(set[^1]);
                set.RemoveAt(set.Count - 1);
            }
            return;
        }
        Shared[^1].Dispose();
        Shared.RemoveAt(Shared.Count - 1);
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
