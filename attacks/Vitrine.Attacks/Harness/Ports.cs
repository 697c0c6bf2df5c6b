using System.Net;
using System.Net.Sockets;

namespace Vitrine.Attacks.Harness;

/// <summary>Ports to listen on.</summary>
internal static class Ports
{
    // Below those that clients are given.
    private const int First = 18_200;
    private const int Last = 18_999;

    private static int next = First;

    /// <summary>One that nobody listens on.</summary>
    public static int Free()
    {
        for (; next <= Last; next++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, next));
                return next++;
            }
            catch (SocketException)
            {
                // somebody has it
            }
        }
        throw new InvalidOperationException("No port is free.");
    }
}
