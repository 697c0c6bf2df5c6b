using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Vitrine.Net.Linux;

/// <summary>Tells a failed call's reason as .NET tells it.</summary>
internal static class SystemError
{
    /// <summary>
    /// The reason of the last call that failed. (<see cref="SocketException(int)"/> takes a
    /// <see cref="SocketError"/>, and not the system's number, on every system.)
    /// </summary>
    public static SocketException Last() => Of(Marshal.GetLastSystemError());

    /// <summary>The same for the number of an error.</summary>
    public static SocketException Of(int number) => ErrorOf(number) is { } error
        ? new SocketException((int)error)
        : new SocketException((int)SocketError.SocketError, Marshal.GetPInvokeErrorMessage(number));

    private static SocketError? ErrorOf(int number) => number switch
    {
        Libc.EADDRINUSE => SocketError.AddressAlreadyInUse,
        Libc.EADDRNOTAVAIL => SocketError.AddressNotAvailable,
        Libc.EAFNOSUPPORT => SocketError.AddressFamilyNotSupported,
        Libc.EACCES or Libc.EPERM => SocketError.AccessDenied,
        Libc.EMFILE or Libc.ENFILE => SocketError.TooManyOpenSockets,
        Libc.ENOBUFS or Libc.ENOMEM => SocketError.NoBufferSpaceAvailable,
        _ => null,
    };
}
