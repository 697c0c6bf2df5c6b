using System.Runtime.InteropServices;

namespace Vitrine.Attacks.Linux;

/// <summary>What .NET has no name for, named as in the C library.</summary>
internal static partial class Libc
{
    public const int PRIO_PROCESS = 0;
    public const int AT_FDCWD = -100;
    public const uint RENAME_EXCHANGE = 2;
    public const int IPPROTO_TCP = 6;
    public const int TCP_MAXSEG = 2;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpriority(int which, int who, int priority);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat2(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int link(string path, string name);
}
