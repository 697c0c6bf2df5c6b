using System.Runtime.InteropServices;

namespace Vitrine.Server.Confinement;

/// <summary>
/// The calls of the C library by which a process gives up rights, named as there. This is the only file of this room
/// that imports it; after a result below 0 the reason is in <see cref="Marshal.GetLastSystemError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    public const int EPERM = 1;
    public const int EACCES = 13;
    public const int ENOSYS = 38;

    public const int O_PATH_CLOEXEC = 0x200000 | 0x80000;
    public const int PR_SET_NO_NEW_PRIVS = 38;

    // The same numbers on every architecture.
    public const nint SYS_landlock_create_ruleset = 444;
    public const nint SYS_landlock_add_rule = 445;
    public const nint SYS_landlock_restrict_self = 446;

    public const nuint FS_IOC_SETFLAGS = 0x40086602;

    public const int SECCOMP_SET_MODE_FILTER = 1;
    public const int SECCOMP_FILTER_FLAG_TSYNC = 1;

    [StructLayout(LayoutKind.Sequential)]
    public struct landlock_ruleset_attr
    {
        public ulong handled_access_fs;
        public ulong handled_access_net;
        public ulong scoped;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    public struct landlock_path_beneath_attr
    {
        public ulong allowed_access;
        public int parent_fd;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct landlock_net_port_attr
    {
        public ulong allowed_access;
        public ulong port;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct sock_filter
    {
        public ushort code;
        public byte jt;
        public byte jf;
        public uint k;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct sock_fprog
    {
        public ushort len;
        public sock_filter* filter;
    }

    // The beginning of a struct passwd, the same in glibc and musl. (The compiler wants a capital.)
    [StructLayout(LayoutKind.Sequential)]
    public struct Passwd
    {
        public byte* pw_name;
        public byte* pw_passwd;
        public uint pw_uid;
        public uint pw_gid;
    }

    [LibraryImport("libc")]
    public static partial nint syscall(nint number, nint first, void* second, nint third, nint fourth);

    [LibraryImport("libc")]
    public static partial nint syscall(nint number, nint first, nint second, void* third, nint fourth);

    [LibraryImport("libc")]
    public static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc")]
    public static partial int close(int fd);

    [LibraryImport("libc")]
    public static partial int gettid();

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    public static partial Passwd* getpwnam(string name);

    [LibraryImport("libc")]
    public static partial Passwd* getpwuid(uint id);

    [LibraryImport("libc")]
    public static partial int getgrouplist(byte* name, uint group, uint* groups, int* count);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int lchown(string path, uint user, uint group);

    [LibraryImport("libc")]
    public static partial int setgroups(nuint count, uint* groups);

    [LibraryImport("libc")]
    public static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport("libc")]
    public static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport("libc")]
    public static partial int setuid(uint id);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int removexattr(string path, string name);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ioctl(int fd, nuint request, nint argument);

    [LibraryImport("libc")]
    public static partial int socket(int domain, int type, int protocol);
}
