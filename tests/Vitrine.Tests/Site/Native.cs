using System.Runtime.InteropServices;

namespace Vitrine.Tests.Site;

/// <summary>What .NET cannot ask of the C library, named as there.</summary>
internal static partial class Native
{
    private const int AT_FDCWD = -100;
    private const uint RENAME_EXCHANGE = 2;
    private const int F_SETSIG = 10;
    private const int F_SETLEASE = 1024;
    private const int F_WRLCK = 1;
    private const int SIGURG = 23;
    private const int O_WRONLY = 1;
    private const int O_CREAT = 0x40;

    public static void MakePipe(string path)
    {
        if (mkfifo(path, 0x1A4) != 0)
            throw new IOException($"mkfifo: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Swaps two names at once: at no time is one of them missing.</summary>
    public static void Exchange(string one, string other)
    {
        if (renameat2(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) != 0)
            throw new IOException($"renameat2: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Gives a file one more name.</summary>
    public static void HardLink(string path, string name)
    {
        if (link(path, name) != 0) throw new IOException($"link: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Makes an empty file with a name that need not be UTF-8.</summary>
    public static void Write(byte[] path)
    {
        byte[] name = [.. path, 0];
        var fd = open(name, O_CREAT | O_WRONLY, 0x1A4);
        if (fd < 0 || close(fd) != 0) throw new IOException($"open: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Deletes one, which .NET cannot name.</summary>
    public static void Delete(byte[] path)
    {
        byte[] name = [.. path, 0];
        if (unlink(name) != 0) throw new IOException($"unlink: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Opens a file and has the kernel tell whoever else opens it to wait; until it is closed.</summary>
    public static FileStream Lease(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var fd = (int)file.SafeFileHandle.DangerousGetHandle();
        // To be told by a signal that nobody minds, and not by the one that would end the process.
        if (fcntl(fd, F_SETSIG, SIGURG) == 0 && fcntl(fd, F_SETLEASE, F_WRLCK) == 0) return file;
        file.Dispose();
        throw new IOException($"fcntl: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string path, string name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int open(byte[] path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlink(byte[] path);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int fd, int command, nint argument);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(
        int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
}
