using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Vitrine.Server;
using Vitrine.Server.Confinement;

namespace Vitrine.Cli;

/// <summary>
/// What is printed when the server is ready. The addresses are looked up at once: a sealed sandbox would not allow it.
/// </summary>
internal sealed class Banner(WebServer server, CommandOptions.Request request)
{
    private readonly string[] urls = [.. server.Urls.Concat(LanUrls(server))];

    /// <summary>Prints it; when quiet only what could not be known otherwise.</summary>
    public void Print(Sandbox? sandbox)
    {
        try
        {
            var moved = request.Server.Port != 0 && server.Port != request.Server.Port
                ? $"Port {request.Server.Port} is in use, so this is port {server.Port} (choose one with --port)."
                : null;
            if (moved is not null) (request.Quiet ? StandardStreams.Error : StandardStreams.Out).WriteLine(moved);
            if (!request.Quiet) PrintAll(sandbox);
            else if (request.Server.Port == 0) StandardStreams.Out.WriteLine(server.Urls[0]);
            StandardStreams.Out.Flush();
        }
        catch (IOException)
        {
            // Nobody can read it; that is no reason not to serve.
        }
    }

    private void PrintAll(Sandbox? sandbox)
    {
        StandardStreams.Out.WriteLine($"Server starting on port {server.Port}...");
        StandardStreams.Out.WriteLine("Ready to serve...");
        StandardStreams.Out.WriteLine();
        StandardStreams.Out.WriteLine($"  Folder  {Complaint.Visible(server.Root)}");
        var label = "Open  ";
        foreach (var url in urls)
        {
            StandardStreams.Out.WriteLine($"  {label}  {url}");
            label = "      ";
        }
        if (request.WantsOwnCertificate)
            StandardStreams.Out.WriteLine("  Trust   run 'vitrine trust' once, or browsers on this machine warn");
        if (request.Acme is { } acme)
            StandardStreams.Out.WriteLine($"  Acme    {acme.Directory.Authority}, kept in {acme.State.Path}");
        if (server.RedirectPort is { } redirect)
            StandardStreams.Out.WriteLine($"  Sends   http on port {redirect} to https");
        if (server.AdminPort is { } port)
            StandardStreams.Out.WriteLine($"  Admin   http://localhost:{port}/healthz and /readyz"
                + (server.Options.Tls is null ? "" : ", /certificates"));
        if (CacheNote() is { } cache) StandardStreams.Out.WriteLine($"  Cache   {cache}");
        if (request.User is { } user) StandardStreams.Out.WriteLine($"  User    {user}");
        StandardStreams.Out.WriteLine($"  Sandbox {Describe(sandbox)}");
        StandardStreams.Out.WriteLine("  Stop    Ctrl-C");
        StandardStreams.Out.WriteLine();
    }

    // Where it is not what it is elsewhere, or should not be.
    private string? CacheNote()
    {
        var memory = server.Memory;
        var whose = memory.IsOfGroup ? "its control group allows" : "there are";
        var note = $"{server.CacheBytes >> 20} MB, of the {memory.Bytes >> 20} MB that {whose}";
        return server.CacheBytes < server.Options.Limits.CacheBytes ? note
            : server.CacheBytes > memory.Bytes / 2 ? $"{note}: it may end for want of memory"
            : null;
    }

    private string Describe(Sandbox? sandbox)
    {
        if (!OperatingSystem.IsLinux()) return "none: only on Linux";
        if (sandbox is null) return request.Open ? "none: --open starts a browser" : "none: --no-sandbox";
        if (sandbox.Landlock == 0)
            return sandbox.IsSealed ? $"no programs, no sockets (seccomp); {Sandbox.NoLandlock}"
                : $"none: {Sandbox.NoLandlock}";
        var reads = Complaint.Visible(string.Join(" and ", sandbox.Readable));
        var connects = sandbox.IsSealed ? ", no new sockets"
            : sandbox.CoversPorts ? ", no connecting (TCP)"
            : "; may connect: that is Linux 6.7's to forbid";
        var filter = sandbox.IsSealed ? ", seccomp" : "";
        var outside = sandbox.ThreadsOutside == 0 ? "" : $", but for {sandbox.ThreadsOutside} threads of the runtime";
        return $"reads {reads}; writes nothing, no programs{connects} (Landlock {sandbox.Landlock}{filter}){outside}";
    }

    private static string[] LanUrls(WebServer server)
    {
        IPAddress[] everywhere = [IPAddress.Any, IPAddress.IPv6Any];
        var all = server.EndPoints.Select(endPoint => endPoint.Address).Where(everywhere.Contains).ToArray();
        if (all.Length == 0) return [];
        var scheme = server.Options.Tls is null ? "http" : "https";
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
                select $"{scheme}://{host}:{server.Port}/").ToArray();
        }
        catch (Exception fault)
            when (fault is NetworkInformationException or IOException or UnauthorizedAccessException)
        {
            return []; // as where there is no /etc/resolv.conf, which is read on the way
        }
    }
}
