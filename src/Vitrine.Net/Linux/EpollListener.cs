using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Vitrine.Net.Linux;

/// <summary>Opens listening sockets, and reads and writes the kernel's addresses.</summary>
internal static unsafe class EpollListener
{
    public const int AddressBytes = 28;

    private const int Backlog = 4096;

    /// <summary>
    /// As many non-blocking listeners on <paramref name="endPoint"/>, among which the kernel deals new
    /// connections out (SO_REUSEPORT). The first takes the port for itself alone, which fails if anybody has
    /// it, and shares it only then: the port is never free in between, and no second server gets onto it
    /// unnoticed.
    /// </summary>
    /// <exception cref="SocketException">The address is in use, not to be had, or not allowed.</exception>
    public static int[] Open(IPEndPoint endPoint, int count)
    {
        var listeners = new int[count];
        var opened = 0;
        try
        {
            for (; opened < count; opened++)
            {
                listeners[opened] = OpenOne(endPoint, isFirst: opened == 0, isShared: count > 1);
                if (endPoint.Port == 0) endPoint = new IPEndPoint(endPoint.Address, PortOf(listeners[0]));
            }
            return listeners;
        }
        catch
        {
            for (var i = 0; i < opened; i++) _ = Libc.close(listeners[i]);
            throw;
        }
    }

    /// <summary>The port that a listener has.</summary>
    public static int PortOf(int fd)
    {
        var address = stackalloc byte[AddressBytes];
        uint length = AddressBytes;
        if (Libc.getsockname(fd, address, &length) < 0) throw SystemError.Last();
        return BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(address + 2, 2));
    }

    /// <summary>Reads a <c>sockaddr_in</c> or <c>sockaddr_in6</c>.</summary>
    public static PeerAddress Read(ReadOnlySpan<byte> address)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return MemoryMarshal.Read<ushort>(address) == Libc.AF_INET6
            ? PeerAddress.From(address.Slice(8, 16), port)
            : PeerAddress.From(address.Slice(4, 4), port);
    }

    private static int Write(IPEndPoint endPoint, Span<byte> address)
    {
        address.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)endPoint.Port);
        if (endPoint.AddressFamily == AddressFamily.InterNetwork)
        {
            MemoryMarshal.Write(address, (ushort)Libc.AF_INET);
            endPoint.Address.TryWriteBytes(address[4..], out _);
            return 16;
        }
        MemoryMarshal.Write(address, (ushort)Libc.AF_INET6);
        endPoint.Address.TryWriteBytes(address[8..], out _);
        MemoryMarshal.Write(address[24..], (uint)endPoint.Address.ScopeId);
        return 28;
    }

    private static int OpenOne(IPEndPoint endPoint, bool isFirst, bool isShared)
    {
        var isV6 = endPoint.AddressFamily == AddressFamily.InterNetworkV6;
        var fd = Libc.socket(
            isV6 ? Libc.AF_INET6 : Libc.AF_INET,
            Libc.SOCK_STREAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC,
            0);
        if (fd < 0) throw SystemError.Last();
        try
        {
            Set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEADDR);
            if (isShared && !isFirst) Set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT);
            if (isV6) Set(fd, Libc.IPPROTO_IPV6, Libc.IPV6_V6ONLY);
            Set(fd, Libc.IPPROTO_TCP, Libc.TCP_NODELAY); // accepted sockets inherit it
            // Nobody is woken up for a connection that says nothing yet; after a second or so it is told of all
            // the same.
            Set(fd, Libc.IPPROTO_TCP, Libc.TCP_DEFER_ACCEPT);
            var address = stackalloc byte[AddressBytes];
            var length = Write(endPoint, new Span<byte>(address, AddressBytes));
            if (Libc.bind(fd, address, (uint)length) < 0) throw SystemError.Last();
            if (isShared && isFirst) Set(fd, Libc.SOL_SOCKET, Libc.SO_REUSEPORT);
            if (Libc.listen(fd, Backlog) < 0) throw SystemError.Last();
            return fd;
        }
        catch
        {
            _ = Libc.close(fd);
            throw;
        }
    }

    private static void Set(int fd, int level, int name)
    {
        var on = 1;
        if (Libc.setsockopt(fd, level, name, &on, sizeof(int)) < 0) throw SystemError.Last();
    }
}
