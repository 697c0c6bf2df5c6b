using System.Runtime.Versioning;

namespace Vitrine.Site.Origins.Linux;

/// <summary>The names in an open folder, one after the other, as the kernel gives them (<c>getdents64</c>).</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class DirectoryStream(int fd)
{
    // struct linux_dirent64: inode (8), offset (8), record length (2), type (1), name, NUL.
    private const int LengthAt = 16;
    private const int TypeAt = 18;
    private const int NameAt = 19;
    private const int BufferBytes = 32 * 1024;
    private const byte DT_UNKNOWN = 0;
    private const byte DT_DIR = 4;
    private const byte DT_REG = 8;

    private readonly byte[] buffer = new byte[BufferBytes];
    private int at;
    private int end;

    /// <summary>True when the end came too soon.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether the last name is that of a file, and no link to one; false where the file system does not
    /// say.</summary>
    public bool IsFile { get; private set; }

    /// <summary>The next name, good until the next call; false at the end, or on an error.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name) => TryNext(out name, out _);

    /// <summary>The same, and whether it is a folder (not a link to one); null where the file system does not
    /// say.</summary>
    public bool TryNext(out ReadOnlySpan<byte> name, out bool? isFolder)
    {
        name = default;
        isFolder = null;
        if (at == end && !Fill()) return false;
        var type = buffer[at + TypeAt];
        if (type != DT_UNKNOWN) isFolder = type == DT_DIR;
        IsFile = type == DT_REG;
        var length = BitConverter.ToUInt16(buffer.AsSpan(at + LengthAt));
        name = buffer.AsSpan(at + NameAt, length - NameAt);
        name = name[..name.IndexOf((byte)0)];
        at += length;
        return true;
    }

    private bool Fill()
    {
        fixed (byte* start = buffer)
        {
            end = (int)Libc.syscall(Libc.SYS_getdents64, fd, start, (void*)buffer.Length, 0);
            at = 0;
            if (end > 0) return true;
            HasFailed = end < 0;
            end = 0;
            return false;
        }
    }
}
