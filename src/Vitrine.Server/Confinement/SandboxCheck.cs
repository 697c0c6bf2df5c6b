using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Vitrine.Server.Confinement;

/// <summary>
/// Tries, inside the running process, what a <see cref="Sandbox"/> forbids: an operator sees that it holds here, on
/// this kernel, and not only in a document.
/// </summary>
public static class SandboxCheck
{
    private const string NotPermitted = "Operation not permitted";
    private const string Denied = "Permission denied";

    /// <summary>Tries everything once, on a thread of its own. What only a filter forbids is tried if there is
    /// one.</summary>
    public static IReadOnlyList<Attempt> Run(WebServer server, Sandbox? sandbox)
    {
        ArgumentNullException.ThrowIfNull(server);
        var attempts = new List<Attempt>();
        var thread = new Thread(() =>
        {
            attempts.Add(Try("read /etc/passwd", () => File.OpenRead("/etc/passwd").Dispose()));
            attempts.Add(Try("list the files of /", () => Directory.GetFileSystemEntries("/")));
            attempts.Add(Try("make a file in the folder served", () => Make(Path.Combine(server.Root, Name))));
            attempts.Add(Try("make a file in /tmp", () => Make(Path.Combine("/tmp", Name))));
            attempts.Add(Try("run a program", RunItself));
            attempts.Add(Try("connect with TCP", () => Connect(server.EndPoints[0])));
            var isSealed = sandbox is { IsSealed: true };
            if (isSealed) attempts.Add(Try("make a socket for UDP", MakeDatagramSocket));
            if (isSealed) attempts.Add(Try("change a file's attributes", () => ChangeAttributes(server.Root)));
            if (isSealed) attempts.Add(Try("change a file's flags", ChangeFlags));
            if (OperatingSystem.IsLinux() && (isSealed || !UserIdentity.IsRoot))
                attempts.Add(Try("become root", BecomeRoot));
        });
        thread.Start();
        thread.Join();
        return attempts;
    }

    private static string Name => $".vitrine-{Environment.ProcessId}";

    private static Attempt Try(string act, Action run)
    {
        try
        {
            run();
            return new Attempt(act, null);
        }
        catch (UnauthorizedAccessException)
        {
            return new Attempt(act, Denied);
        }
        catch (Win32Exception fault) when (fault is { NativeErrorCode: Libc.EPERM or Libc.EACCES }
            or SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            return new Attempt(act, fault.NativeErrorCode == Libc.EPERM ? NotPermitted : Denied);
        }
        catch (Exception fault) when (fault is IOException or Win32Exception)
        {
            return new Attempt(act, null) { IsUntried = true };
        }
    }

    private static void Make(string path)
    {
        new FileStream(path, FileMode.CreateNew).Dispose();
        File.Delete(path);
    }

    private static void RunItself()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["--version"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        process.WaitForExit();
    }

    private static void Connect(IPEndPoint endPoint)
    {
        var address = endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : endPoint.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : endPoint.Address;
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(address, endPoint.Port);
    }

    private static void MakeDatagramSocket() =>
        new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp).Dispose();

    private static void ChangeAttributes(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        // Of one that is not there: where that may be tried, nothing is lost.
        if (Libc.removexattr(path, "user.vitrine") != 0 && Marshal.GetLastPInvokeError() == Libc.EPERM)
            throw new Win32Exception(Libc.EPERM);
    }

    private static void ChangeFlags()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Of no file: where that may be tried, nothing is lost.
        if (Libc.ioctl(-1, Libc.FS_IOC_SETFLAGS, 0) != 0 && Marshal.GetLastPInvokeError() == Libc.EPERM)
            throw new Win32Exception(Libc.EPERM);
    }

    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    private static void BecomeRoot()
    {
        if (Libc.setuid(0) != 0) throw new Win32Exception(Libc.EPERM);
    }

    /// <summary>What was tried.</summary>
    /// <param name="Act">In words.</param>
    /// <param name="Refusal">What the system said; null when it let it happen.</param>
    public sealed record Attempt(string Act, string? Refusal)
    {
        /// <summary>Whether it failed for another reason, so that nothing is known.</summary>
        public bool IsUntried { get; init; }
    }
}
