using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Site.Origins.Linux;

/// <summary>
/// The file calls of the C library, named as there. This is the only file of this room that imports it; after
/// a result below 0 the reason is in <see cref="Marshal.GetLastSystemError"/>.
/// </summary>
internal static unsafe partial class Libc
{
    public const int PRIO_PROCESS = 0;
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EXDEV = 18;
    public const int ENOTDIR = 20;
    public const int ENFILE = 23;
    public const int EINVAL = 22;
    public const int EMFILE = 24;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ELOOP = 40;
    public const int ENXIO = 6;
    public const int ENODEV = 19;

    public const ulong O_RDONLY = 0;
    public const ulong O_NOCTTY = 0x100;
    public const ulong O_NONBLOCK = 0x800;
    public const ulong O_CLOEXEC = 0x80000;
    public const ulong O_PATH = 0x200000;
    public const int AT_FDCWD = -100;
    public const int AT_SYMLINK_NOFOLLOW = 0x100;
    public const int AT_EMPTY_PATH = 0x1000;
    public const int AT_STATX_DONT_SYNC = 0x4000;

    public const ulong RESOLVE_NO_MAGICLINKS = 0x02;
    public const ulong RESOLVE_NO_SYMLINKS = 0x04;
    public const ulong RESOLVE_BENEATH = 0x08;
    public const ulong RESOLVE_CACHED = 0x20;

    public const int RWF_NOWAIT = 0x08;

    public const int POSIX_FADV_DONTNEED = 4;
    public const uint MFD_CLOEXEC = 1;
    public const uint MFD_NOEXEC_SEAL = 8;
    public const int PROT_READ = 1;
    public const int PROT_WRITE = 2;
    public const int MAP_SHARED = 1;
    public const nint MAP_FAILED = -1;

    public const uint STATX_BASIC_STATS = 0x7ff;
    public const ulong STATX_ATTR_ENCRYPTED = 0x800;
    public const int S_IFMT = 0xF000;
    public const int S_IFDIR = 0x4000;
    public const int S_IFREG = 0x8000;
    public const int S_IFLNK = 0xA000;

    /// <summary>The same number on every architecture.</summary>
    public const long SYS_openat2 = 437;

    /// <summary>O_DIRECTORY, which is one of the few flags that differ between architectures.</summary>
    public static ulong O_DIRECTORY => IsArm ? 0x4000UL : 0x10000UL;

    /// <summary>O_NOFOLLOW, which is another.</summary>
    public static ulong O_NOFOLLOW => IsArm ? 0x8000UL : 0x20000UL;

    /// <summary>The number of getdents64, or -1 where it is not known.</summary>
    public static long SYS_getdents64 => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 217,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 61,
        Architecture.Arm => 217,
        _ => -1,
    };

    /// <summary>The number of newfstatat where <see cref="stat_buffer"/> is known, or -1.</summary>
    public static long SYS_newfstatat => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 262,
        Architecture.Arm64 or Architecture.RiscV64 => 79,
        _ => -1,
    };

    /// <summary>The number of preadv2 on 64-bit systems, or -1 where it is not known.</summary>
    public static long SYS_preadv2 => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 327,
        Architecture.Arm64 or Architecture.RiscV64 or Architecture.LoongArch64 => 286,
        _ => -1,
    };

    private static bool IsArm =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64;

    [StructLayout(LayoutKind.Sequential)]
    public struct iovec
    {
        public void* iov_base;
        public nuint iov_len;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct open_how
    {
        public ulong flags;
        public ulong mode;
        public ulong resolve;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct statx_timestamp
    {
        public long tv_sec;
        public uint tv_nsec;
        public int reserved;
    }

    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct statx_buffer
    {
        public uint stx_mask;
        public uint stx_blksize;
        public ulong stx_attributes;
        public uint stx_nlink;
        public uint stx_uid;
        public uint stx_gid;
        public ushort stx_mode;
        public ushort padding;
        public ulong stx_ino;
        public ulong stx_size;
        public ulong stx_blocks;
        public ulong stx_attributes_mask;
        public statx_timestamp stx_atime;
        public statx_timestamp stx_btime;
        public statx_timestamp stx_ctime;
        public statx_timestamp stx_mtime;
        public uint stx_rdev_major;
        public uint stx_rdev_minor;
        public uint stx_dev_major;
        public uint stx_dev_minor;
    }

    // struct stat of x86-64, where the number of names stands before the mode.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    public struct stat_buffer
    {
        public ulong st_dev;
        public ulong st_ino;
        public ulong st_nlink;
        public uint st_mode;
        public uint st_uid;
        public uint st_gid;
        public uint padding;
        public ulong st_rdev;
        public long st_size;
        public long st_blksize;
        public long st_blocks;
        public timespec st_atim;
        public timespec st_mtim;
        public timespec st_ctim;
    }

    // The same of the kernel's newer architectures.
    [StructLayout(LayoutKind.Sequential, Size = 128)]
    public struct generic_stat_buffer
    {
        public ulong st_dev;
        public ulong st_ino;
        public uint st_mode;
        public uint st_nlink;
        public uint st_uid;
        public uint st_gid;
        public ulong st_rdev;
        public ulong padding;
        public long st_size;
        public int st_blksize;
        public int padding2;
        public long st_blocks;
        public timespec st_atim;
        public timespec st_mtim;
        public timespec st_ctim;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct timespec
    {
        public long tv_sec;
        public long tv_nsec;
    }

    // The rest is not looked at; its size is 120 bytes on 64-bit systems.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    public struct statfs_buffer
    {
        public long f_type;
    }

    [LibraryImport("libc")]
    public static partial int fstatfs(int fd, statfs_buffer* result);

    [LibraryImport("libc")]
    public static partial long syscall(long number, long first, void* second, void* third, long fourth);

    [LibraryImport("libc", EntryPoint = "syscall")]
    public static partial long syscall_at(long number, SafeFileHandle first, void* second, void* third, long fourth);

    /// <summary>preadv2: the offset goes in two halves, of which the second is empty on 64-bit systems.</summary>
    [LibraryImport("libc", EntryPoint = "syscall")]
    public static partial long syscall_preadv2(
        long number, long fd, iovec* vectors, long count, long offset, long offsetHigh, long flags);

    [LibraryImport("libc")]
    public static partial int statx(int dirfd, byte* path, int flags, uint mask, statx_buffer* result);

    [LibraryImport("libc")]
    public static partial int open(byte* path, int flags);

    [LibraryImport("libc")]
    public static partial nint readlink(byte* path, byte* buffer, nuint size);

    [LibraryImport("libc")]
    public static partial int memfd_create(byte* name, uint flags);

    [LibraryImport("libc")]
    public static partial int fallocate(int fd, int mode, nint offset, nint length);

    // Of glibc alone; by its full name it is looked for when it is called, and not when the command is linked.
    [LibraryImport("libc.so.6")]
    public static partial int malloc_trim(nuint pad);

    [LibraryImport("libc")]
    public static partial int posix_fadvise(int fd, nint offset, nint length, int advice);

    [LibraryImport("libc")]
    public static partial nint mmap(nint address, nuint length, int protection, int flags, int fd, nint offset);

    [LibraryImport("libc")]
    public static partial int munmap(nint address, nuint length);

    [LibraryImport("libc")]
    public static partial nint readahead(int fd, long offset, nuint count);

    [LibraryImport("libc")]
    public static partial int setpriority(int which, uint who, int priority);

    [LibraryImport("libc")]
    public static partial int close(int fd);
}
