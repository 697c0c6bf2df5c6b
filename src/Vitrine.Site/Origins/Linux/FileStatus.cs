using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vitrine.Site.Origins.Linux;

/// <summary>
/// What the kernel says of a file: by <c>statx</c>, or where that is missing or forbidden by <c>newfstatat</c>. Old
/// container runtimes answer calls that they do not know with EPERM, which the C library does not take for a call that
/// is missing; and where it is, the library does not know all flags (EINVAL).
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class FileStatus
{
    private const long MostSeconds = 9_223_372_035;

    private static volatile bool hasNoStatx;

    /// <summary>
    /// The facts of an open descriptor, or of a <paramref name="name"/> below it, be that a link. 0, or the kernel's
    /// error. Without <paramref name="blocking"/>: what is known already, which a network's file system may have
    /// changed since.
    /// </summary>
    public static int Read(
        int fd, ReadOnlySpan<byte> name, Blocking blocking, out FileFacts facts, out bool isLink)
    {
        Span<byte> path = stackalloc byte[name.Length + 1];
        name.CopyTo(path);
        path[name.Length] = 0;
        var flags = name.IsEmpty ? Libc.AT_EMPTY_PATH : Libc.AT_SYMLINK_NOFOLLOW;
        fixed (byte* start = path)
        {
            if (hasNoStatx) return ReadOld(fd, start, flags, out facts, out isLink);
            var error = ReadNew(fd, start, flags, blocking, out facts, out isLink);
            if (error is not (Libc.EPERM or Libc.ENOSYS or Libc.EINVAL)) return error;
            error = ReadOld(fd, start, flags, out facts, out isLink);
            hasNoStatx = error == 0;
            return error;
        }
    }

    private static int ReadNew(
        int fd, byte* path, int flags, Blocking blocking, out FileFacts facts, out bool isLink)
    {
        (facts, isLink) = (default, false);
        if (blocking == Blocking.Refused) flags |= Libc.AT_STATX_DONT_SYNC;
        Libc.statx_buffer stat;
        while (Libc.statx(fd, path, flags, Libc.STATX_BASIC_STATS, &stat) < 0)
            if (Marshal.GetLastSystemError() is var error and not Libc.EINTR) return error;
        isLink = IsLink(stat.stx_mode);
        facts = new FileFacts(
            KindOf(stat.stx_mode),
            (ulong)stat.stx_dev_major << 32 | stat.stx_dev_minor,
            stat.stx_ino,
            (long)stat.stx_size,
            Nanoseconds(stat.stx_mtime.tv_sec, stat.stx_mtime.tv_nsec),
            Nanoseconds(stat.stx_ctime.tv_sec, stat.stx_ctime.tv_nsec),
            stat.stx_nlink);
        return 0;
    }

    private static int ReadOld(int fd, byte* path, int flags, out FileFacts facts, out bool isLink)
    {
        (facts, isLink) = (default, false);
        if (Libc.SYS_newfstatat < 0) return Libc.EPERM;
        Libc.stat_buffer stat;
        while (Libc.syscall(Libc.SYS_newfstatat, fd, path, &stat, flags) < 0)
            if (Marshal.GetLastSystemError() is var error and not Libc.EINTR) return error;
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64) stat = Widen((Libc.generic_stat_buffer*)&stat);
        isLink = IsLink(stat.st_mode);
        facts = new FileFacts(
            KindOf(stat.st_mode),
            stat.st_dev,
            stat.st_ino,
            stat.st_size,
            Nanoseconds(stat.st_mtim.tv_sec, stat.st_mtim.tv_nsec),
            Nanoseconds(stat.st_ctim.tv_sec, stat.st_ctim.tv_nsec),
            (uint)stat.st_nlink);
        return 0;
    }

    private static Libc.stat_buffer Widen(Libc.generic_stat_buffer* stat) => new()
    {
        st_dev = stat->st_dev,
        st_ino = stat->st_ino,
        st_nlink = stat->st_nlink,
        st_mode = stat->st_mode,
        st_size = stat->st_size,
        st_mtim = stat->st_mtim,
        st_ctim = stat->st_ctim,
    };

    private static bool IsLink(uint mode) => (mode & Libc.S_IFMT) == Libc.S_IFLNK;

    private static FileKind KindOf(uint mode) => (mode & Libc.S_IFMT) switch
    {
        Libc.S_IFREG => FileKind.File,
        Libc.S_IFDIR => FileKind.Folder,
        _ => FileKind.None,
    };

    // Held to what 64 bits can count: from 1677 to 2262.
    private static long Nanoseconds(long seconds, long nanoseconds) =>
        seconds > MostSeconds ? long.MaxValue
        : seconds < -MostSeconds ? long.MinValue
        : seconds * 1_000_000_000 + nanoseconds;
}
