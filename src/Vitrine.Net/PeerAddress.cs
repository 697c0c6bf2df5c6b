using System.Net;
using System.Net.Sockets;

namespace Vitrine.Net;

/// <summary>Where a connection comes from; small, and made into text only when somebody asks.</summary>
/// <param name="High">The first half of an IPv6 address.</param>
/// <param name="Low">The second half of it, or an IPv4 address.</param>
/// <param name="Port">The port.</param>
/// <param name="IsV6">Which of the two.</param>
public readonly record struct PeerAddress(ulong High, ulong Low, ushort Port, bool IsV6)
{
    /// <summary>The address of an endpoint.</summary>
    public static PeerAddress From(IPEndPoint endPoint)
    {
        Span<byte> bytes = stackalloc byte[16];
        endPoint.Address.TryWriteBytes(bytes, out var length);
        return From(bytes[..length], (ushort)endPoint.Port);
    }

    /// <summary>An address of 4 or 16 bytes in network order.</summary>
    public static PeerAddress From(ReadOnlySpan<byte> bytes, ushort port) => bytes.Length == 4
        ? new PeerAddress(0, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes), port, false)
        : new PeerAddress(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            port,
            true);

    /// <summary>The address without the port.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return IsV6 ? new IPAddress(bytes) : new IPAddress(bytes[12..]);
    }

    /// <summary>The address family.</summary>
    public AddressFamily Family => IsV6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
}
