using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vitrine.Site.Origins.Linux;

/// <summary>
/// All names in an open folder, if they say what is not in it. They do not on a file system that takes
/// several spellings for one name (vfat, NTFS, a folder of ext4 that ignores case), or that may have more
/// than it lists or changes without its times telling (network, FUSE, autofs): only what is known is believed.
/// </summary>
[SupportedOSPlatform("linux")]
internal static unsafe class DirectoryNames
{
    // From the kernel's include/uapi/linux/magic.h.
    private static readonly ulong[] Believed =
    [
        0xEF53, // ext2, ext3, ext4
        0x58465342, // XFS
        0x9123683E, // btrfs
        0xF2F52010, // F2FS
        0x01021994, // tmpfs
        0x794C7630, // overlayfs, the root of most containers
        0x858458F6, // ramfs
        0x73717368, // squashfs
        0xE0F5E1E2, // EROFS
    ];

    /// <summary>The names, or null when there are more than <paramref name="most"/>, or they are not to be
    /// believed.</summary>
    public static NameSet? Read(int fd, int most)
    {
        Libc.statfs_buffer system;
        if (Libc.fstatfs(fd, &system) < 0 || !Believed.AsSpan().Contains((uint)system.f_type)) return null;
        if (IsEncrypted(fd)) return null;
        var (hashes, notFiles) = (new List<ulong>(), new List<ulong>());
        byte[]? other = null; // a name in another case, if one has a letter
        var isEmpty = true;
        var stream = new DirectoryStream(fd);
        while (stream.TryNext(out var name))
        {
            if (hashes.Count == most) return null;
            hashes.Add(NameSet.HashOf(name));
            if (!stream.IsFile) notFiles.Add(hashes[^1]);
            if (name.SequenceEqual("."u8) || name.SequenceEqual(".."u8)) continue;
            isEmpty = false;
            other ??= InOtherCase(name);
        }
        if (stream.HasFailed) return null;
        var names = new NameSet(hashes, notFiles);
        if (isEmpty) return names;
        if (other is null) return null; // nobody can tell
        return names.MayContain(other) || IsAbsent(fd, other) ? names : null;
    }

    // The names of an encrypted folder (fscrypt) become others when it is unlocked, and its times stay.
    private static bool IsEncrypted(int fd)
    {
        Libc.statx_buffer stat;
        byte nothing = 0;
        return Libc.statx(fd, &nothing, Libc.AT_EMPTY_PATH, Libc.STATX_BASIC_STATS, &stat) < 0
            || (stat.stx_attributes & Libc.STATX_ATTR_ENCRYPTED) != 0;
    }

    // Not there, and not merely out of reach.
    private static bool IsAbsent(int fd, ReadOnlySpan<byte> name)
    {
        Libc.statx_buffer stat;
        Span<byte> path = stackalloc byte[name.Length + 1];
        name.CopyTo(path);
        path[name.Length] = 0;
        fixed (byte* start = path)
            return Libc.statx(fd, start, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_BASIC_STATS, &stat) < 0
                && Marshal.GetLastSystemError() == Libc.ENOENT;
    }

    private static byte[]? InOtherCase(ReadOnlySpan<byte> name)
    {
        var other = name.ToArray();
        foreach (ref var b in other.AsSpan())
            if (char.IsAsciiLetter((char)b)) b ^= 0x20;
        return name.SequenceEqual(other) ? null : other;
    }
}
