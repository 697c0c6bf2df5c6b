using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Vitrine.Server;

namespace Vitrine.Cli;

/// <summary>What is printed when the server is ready.</summary>
internal static class Banner
{
    /// <summary>Prints it; when quiet only what could not be known otherwise.</summary>
    public static void Print(WebServer server, CommandOptions.Request request)
    {
        try
        {
            var moved = request.Server.Port != 0 && server.Port != request.Server.Port
                ? $"Port {request.Server.Port} is in use, so this is port {server.Port} (choose one with --port)."
                : null;
            if (moved is not null) (request.Quiet ? Console.Error : StandardStreams.Out).WriteLine(moved);
            if (!request.Quiet) PrintAll(server);
            else if (request.Server.Port == 0) StandardStreams.Out.WriteLine(server.Urls[0]);
            StandardStreams.Out.Flush();
        }
        catch (IOException)
        {
            // Nobody can read it; that is no reason not to serve.
        }
    }

    private static void PrintAll(WebServer server)
    {
        StandardStreams.Out.WriteLine($"Server starting on port {server.Port}...");
        StandardStreams.Out.WriteLine("Ready to serve...");
        StandardStreams.Out.WriteLine();
        StandardStreams.Out.WriteLine($"  Folder  {server.Root}");
        var label = "Open  ";
        foreach (var url in server.Urls.Concat(LanUrls(server)))
        {
            StandardStreams.Out.WriteLine($"  {label}  {url}");
            label = "      ";
        }
        StandardStreams.Out.WriteLine("  Stop    Ctrl-C");
        StandardStreams.Out.WriteLine();
    }

    private static string[] LanUrls(WebServer server)
    {
        var all = server.EndPoints.Select(endPoint => endPoint.Address).ToArray();
        try
        {
            return (
                from network in NetworkInterface.GetAllNetworkInterfaces()
                where network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
                from address in network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address)
                where !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal
                let isV4 = address.AddressFamily == AddressFamily.InterNetwork
                where all.Contains(isV4 ? IPAddress.Any : IPAddress.IPv6Any)
                let host = isV4 ? $"{address}" : $"[{address}]"
                select $"http://{host}:{server.Port}/").ToArray();
        }
        catch (NetworkInformationException)
        {
            return [];
        }
    }
}
