using System.Runtime.InteropServices;

namespace Vitrine.Cli;

/// <summary>
/// What the command asks of the C library about the descriptors it was started with, and to start another, named as
/// there. This is the only
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

    public const int AF_UNIX = 1;
    public const int SOCK_STREAM_CLOEXEC = 0x80001; // on Linux
    public const int SHUT_RDWR = 2;

    /// <summary>More than a posix_spawn_file_actions_t has anywhere.</summary>
    public const int FileActionsBytes = 512;

    [LibraryImport("libc")]
    public static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc")]
    public static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    public static partial nint read(int fd, byte* bytes, nuint count);

    [LibraryImport("libc")]
    public static partial int waitpid(int id, int* status, int options);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int fd, int newFd);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn(
        int* id, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

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
