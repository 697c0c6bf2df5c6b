using System.Net;
using System.Net.Sockets;
using Vitrine.Http.Protocols;
using Vitrine.Net;
using Vitrine.Net.Linux;
using Vitrine.Net.Portable;

namespace Vitrine.Server.Admin;

/// <summary>
/// Answers <see cref="AdminSite"/>'s questions on a port of its own, on this machine alone, with a worker of its own:
/// it does so too when all others are busy or stuck, and while the server stops.
/// </summary>
internal sealed class AdminListener : IDisposable
{
    private const int MostConnections = 64;

    private readonly Listeners listeners;
    private readonly Action abort;
    private readonly Thread thread;

    private AdminListener(Listeners listeners, Action run, Action abort)
    {
        this.listeners = listeners;
        this.abort = abort;
        thread = new Thread(() => run()) { IsBackground = true, Name = "vitrine admin" };
    }

    /// <summary>The port that it listens on.</summary>
    public int Port => listeners.Port;

    /// <summary>Opens the port.</summary>
    /// <exception cref="IOException">The port is in use or not allowed.</exception>
    public static AdminListener Open(WebServerOptions options, int port, AdminSite site, bool useEpoll)
    {
        var place = options with { Port = port, Addresses = [IPAddress.Loopback, IPAddress.IPv6Loopback] };
        var listeners = Open(place, useEpoll);
        return useEpoll && OperatingSystem.IsLinux()
            ? Make(new EpollTransport(listeners.TakeForWorker()), listeners, site, options)
            : Make(new SocketTransport(listeners.Shared), listeners, site, options);
    }

    /// <summary>Begins to answer.</summary>
    public void Start() => thread.Start();

    public void Dispose()
    {
        abort();
        if (thread.IsAlive) thread.Join();
        listeners.Dispose();
    }

    private static Listeners Open(WebServerOptions place, bool useEpoll)
    {
        try
        {
            return Listeners.Open(place, 1, useEpoll);
        }
        catch (SocketException fault)
        {
            throw new IOException($"could not listen on the admin port {place.Port}: {fault.Message}", fault);
        }
    }

    private static AdminListener Make<TTransport>(
        TTransport transport, Listeners listeners, AdminSite site, WebServerOptions options)
        where TTransport : struct, ITransport
    {
        var context = new ProtocolContext(site, options.Limits, options.ServerHeader, "admin");
        var gate = new ConnectionGate(Descriptors.RoomForAdmin(MostConnections));
        var worker = new Worker<TTransport>(transport, context, gate, null, null, options.OnFault)
        {
            MakesRoomAtOnce = true,
        };
        void Run()
        {
            worker.Run();
            worker.Dispose();
        }
        return new AdminListener(listeners, Run, worker.Abort);
    }
}
