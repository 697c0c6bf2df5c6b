using System.Runtime.InteropServices;

namespace Vitrine.Tests.Site;

/// <summary>What .NET cannot ask of the C library, named as there.</summary>
internal static partial class Native
{
    private const int AT_FDCWD = -100;
    private const uint RENAME_EXCHANGE = 2;

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

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int renameat2(
        int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
}
