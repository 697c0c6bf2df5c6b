using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Net.Linux;

/// <summary>
/// The socket calls of the C library, named as there. This is the only file of this room that imports it;
/// after a result below 0 the reason is in <see cref="Marshal.GetLastSystemError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EPERM = 1;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EINVAL = 22;
    public const int ENFILE = 23;
    public const int EMFILE = 24;
    public const int ENOSYS = 38;
    public const int ESTALE = 116;
    public const int EOPNOTSUPP = 95;
    public const int EAFNOSUPPORT = 97;
    public const int EADDRINUSE = 98;
    public const int EADDRNOTAVAIL = 99;
    public const int ENOBUFS = 105;

    public const int AF_INET = 2;
    public const int AF_INET6 = 10;
    public const int SOCK_STREAM = 1;
    public const int SOCK_NONBLOCK = 0x800;
    public const int SOCK_CLOEXEC = 0x80000;
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEADDR = 2;
    public const int SO_LINGER = 13;
    public const int SO_REUSEPORT = 15;
    public const int IPPROTO_TCP = 6;
    public const int TCP_NODELAY = 1;
    public const int TCP_DEFER_ACCEPT = 9;
    public const int IPPROTO_IPV6 = 41;
    public const int IPV6_V6ONLY = 26;
    public const int MSG_NOSIGNAL = 0x4000;
    public const int MSG_MORE = 0x8000;
    public const int SHUT_WR = 1;

    public const int EPOLL_CLOEXEC = 0x80000;
    public const int EPOLL_CTL_ADD = 1;
    public const int EPOLL_CTL_MOD = 3;
    public const uint EPOLLIN = 0x1;
    public const uint EPOLLOUT = 0x4;
    public const uint EPOLLERR = 0x8;
    public const uint EPOLLHUP = 0x10;
    public const uint EPOLLRDHUP = 0x2000;
    public const uint EPOLLET = 1u << 31;
    public const int EFD_NONBLOCK = 0x800;
    public const int EFD_CLOEXEC = 0x80000;

    [StructLayout(LayoutKind.Sequential)]
    public struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct msghdr
    {
        public void* msg_name;
        public uint msg_namelen;
        public iovec* msg_iov;
        public nuint msg_iovlen;
        public void* msg_control;
        public nuint msg_controllen;
        public int msg_flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct linger
    {
        public int l_onoff;
        public int l_linger;
    }

    [LibraryImport("libc")]
    public static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc")]
    public static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport("libc")]
    public static partial int bind(int fd, byte* address, uint length);

    [LibraryImport("libc")]
    public static partial int listen(int fd, int backlog);

    [LibraryImport("libc")]
    public static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport("libc")]
    public static partial int accept4(int fd, byte* address, uint* length, int flags);

    // recv and send of the C library are points at which a thread can be cancelled, which none of ours ever is: it
    // pays for that with locked instructions each time. So the kernel is called where its numbers are known.
    private static int SYS_sendto => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 44,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 206,
        _ => -1,
    };

    private static int SYS_recvfrom => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 45,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 207,
        _ => -1,
    };

    public static nint recv(int fd, byte* buffer, nuint length, int flags) => SYS_recvfrom < 0
        ? libc_recv(fd, buffer, length, flags)
        : syscall(SYS_recvfrom, fd, buffer, length, flags, 0, 0);

    public static nint send(int fd, byte* buffer, nuint length, int flags) => SYS_sendto < 0
        ? libc_send(fd, buffer, length, flags)
        : syscall(SYS_sendto, fd, buffer, length, flags, 0, 0);

    [LibraryImport("libc", EntryPoint = "recv")]
    private static partial nint libc_recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "send")]
    private static partial nint libc_send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint syscall(
        nint number, nint fd, byte* buffer, nuint length, nint flags, nint address, nint addressLength);

    [LibraryImport("libc")]
    public static partial nint sendmsg(int fd, msghdr* message, int flags);

    [LibraryImport("libc")]
    public static partial nint sendfile(int outFd, int inFd, long* offset, nuint count);

    [LibraryImport("libc")]
    public static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc")]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    public static partial int epoll_ctl(int epfd, int operation, int fd, void* @event);

    [LibraryImport("libc")]
    public static partial int epoll_wait(int epfd, void* events, int maxEvents, int timeoutMs);

    [LibraryImport("libc")]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc")]
    public static partial nint read(SafeFileHandle fd, void* buffer, nuint length);

    [LibraryImport("libc")]
    public static partial nint write(SafeFileHandle fd, void* buffer, nuint length);
}
