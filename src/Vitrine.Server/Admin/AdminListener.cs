using System.Net;
using System.Net.Sockets;
using Vitrine.Http.Protocols;
using Vitrine.Net;
using Vitrine.Server.Workers;

namespace Vitrine.Server.Admin;

/// <summary>
/// Answers <see cref="AdminSite"/>'s questions on a port of its own, on this machine alone, with a worker of its own:
/// it does so too when all others are busy or stuck, and while the server stops.
/// </summary>
internal sealed class AdminListener : IDisposable
{
    private const int MostConnections = 64;

    private readonly Listeners listeners;
    private readonly WorkerSet worker;
    private readonly ManualResetEventSlim ended = new();
    private bool isStarted;

    private AdminListener(Listeners listeners, WorkerParts parts)
    {
        this.listeners = listeners;
        worker = new WorkerSet(parts, ended.Set);
        worker.Add(listeners, 1);
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => listeners.EndPoints[0].Port;

    /// <summary>Opens a port on the loopback addresses.</summary>
    /// <exception cref="IOException">The port is in use or not allowed.</exception>
    public static AdminListener Open(
        int port, bool useEpoll, Func<ProtocolContext> makeContext, Action<Exception>? onFault)
    {
        var gate = new ConnectionGate(Descriptors.RoomForAdmin(MostConnections));
        return new AdminListener(Open(port, useEpoll), new WorkerParts(makeContext, gate)
        {
            Name = "vitrine admin",
            OnFault = onFault,
            MakesRoomAtOnce = true,
        });
    }

    /// <summary>Begins to answer.</summary>
    public void Start()
    {
        isStarted = true;
        worker.Start();
    }

    public void Dispose()
    {
        if (isStarted) worker.Abort();
        else worker.Fail();
        ended.Wait();
        listeners.Dispose();
        ended.Dispose();
    }

    private static Listeners Open(int port, bool useEpoll)
    {
        try
        {
            var listeners = new Listeners(1, useEpoll);
            listeners.Open([IPAddress.Loopback, IPAddress.IPv6Loopback], port, ListenerKind.Clear);
            return listeners;
        }
        catch (SocketException fault)
        {
            throw new IOException($"could not listen on the admin port {port}: {fault.Message}", fault);
        }
    }
}
