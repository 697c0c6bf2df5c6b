using System.Net;
using System.Net.Sockets;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Support;

/// <summary>Servers for tests, on every transport that this system has.</summary>
internal static class Servers
{
    /// <summary>The transports.</summary>
    public static TheoryData<TransportKind> Transports => OperatingSystem.IsLinux()
        ? [TransportKind.Epoll, TransportKind.Portable]
        : [TransportKind.Portable];

    /// <summary>The transports, with one worker and with two.</summary>
    public static TheoryData<TransportKind, int> TransportsAndWorkers
    {
        get
        {
            var data = new TheoryData<TransportKind, int>();
            foreach (var row in Transports)
            {
                data.Add(row.Data, 1);
                data.Add(row.Data, 2);
            }
            return data;
        }
    }

    /// <summary>Options for a folder on a free port of this machine alone.</summary>
    public static WebServerOptions Options(string root, TransportKind transport, int workers = 1) => new()
    {
        Root = root,
        Port = 0,
        Addresses = [IPAddress.Loopback],
        Transport = transport,
        Workers = workers,
    };

    /// <summary>Starts a server on a folder.</summary>
    public static Task<WebServer> StartAsync(
        TemporaryFolder folder, TransportKind transport, int workers = 1) =>
        WebServer.StartAsync(Options(folder.Root, transport, workers));

    /// <summary>An HTTP client for one server, which follows no redirects.</summary>
    public static HttpClient ClientOf(WebServer server) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/"),
            Timeout = TimeSpan.FromSeconds(30),
        };

    /// <summary>Asks once on a connection of its own.</summary>
    public static RawReply Ask(int port, string request)
    {
        using var client = new RawClient(port);
        return client.Ask(request);
    }

    /// <summary>Whether nobody listens on a port.</summary>
    public static bool IsRefused(int port)
    {
        try
        {
            new RawClient(port).Dispose();
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
