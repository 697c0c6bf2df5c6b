using System.Runtime.InteropServices;

namespace Vitrine.EndToEnd.Support;

/// <summary>What tests need of the system and .NET does not offer.</summary>
internal static partial class Libc
{
    private const int DontNeed = 4; // POSIX_FADV_DONTNEED

    /// <summary>Has the kernel forget what it has of a file in memory, as if it had never been read.</summary>
    public static void Forget(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
        Assert.Equal(0, Advise((int)file.SafeFileHandle.DangerousGetHandle(), 0, 0, DontNeed));
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(int fd, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "rename", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial int Link(string path, string other);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static partial uint EffectiveUser();
}
