using System.Runtime.InteropServices;

namespace Vitrine.Cli;

/// <summary>
/// What the command asks of the C library about the descriptors it was started with, named as there. This is the only
/// file of this room that imports it; after a result below 0 the reason is in <see
/// cref="Marshal.GetLastSystemError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    // The same numbers on Linux, macOS and the BSDs; EAGAIN is not.
    public const int F_GETFD = 1;
    public const int FD_CLOEXEC = 1;
    public const int O_RDWR = 2;
    public const int EINTR = 4;
    public const short POLLOUT = 4;

    /// <summary>EAGAIN, another number on macOS and the BSDs.</summary>
    public static int EAGAIN => OperatingSystem.IsLinux() ? 11 : 35;

    // struct pollfd. (The compiler wants a capital.)
    [StructLayout(LayoutKind.Sequential)]
    public struct Pollfd
    {
        public int fd;
        public short events;
        public short revents;
    }

    [LibraryImport("libc")]
    public static partial int fcntl(int fd, int command);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc")]
    public static partial int pipe(int* ends);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc")]
    public static partial nint write(int fd, byte* bytes, nuint count);

    [LibraryImport("libc")]
    public static partial int poll(Pollfd* descriptors, nuint count, int timeout);
}
