using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Vitrine.Server;

namespace Vitrine.Cli;

/// <summary>What is printed when the server is ready.</summary>
internal static class Banner
{
    /// <summary>Prints it.</summary>
    public static void Print(WebServer server, CommandOptions.Request request)
    {
        if (server.Port != request.Server.Port && request.Server.Port != 0)
            Console.WriteLine(
                $"Port {request.Server.Port} is in use, so this is port {server.Port} (choose one with --port).");
        Console.WriteLine($"Server starting on port {server.Port}...");
        Console.WriteLine("Ready to serve...");
        Console.WriteLine();
        Console.WriteLine($"  Folder  {server.Root}");
        var label = "Open  ";
        foreach (var url in server.Urls.Concat(request.Everywhere ? LanUrls(server) : []))
        {
            Console.WriteLine($"  {label}  {url}");
            label = "      ";
        }
        Console.WriteLine("  Stop    Ctrl-C");
        Console.WriteLine();
        Console.Out.Flush();
    }

    private static IEnumerable<string> LanUrls(WebServer server) =>
        from network in NetworkInterface.GetAllNetworkInterfaces()
        where network.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
        from address in network.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address)
        where address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)
        select $"http://{address}:{server.Port}/";
}
