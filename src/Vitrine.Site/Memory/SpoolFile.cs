using Microsoft.Win32.SafeHandles;

namespace Vitrine.Site.Memory;

/// <summary>
/// A file without a name on a disk, for copies of what is served and memory has no room for: nobody else can open or
/// change it, and with the process it is gone.
/// </summary>
public sealed class SpoolFile : IDisposable
{
    private const int ShareOfFree = 10;

    private SpoolFile(SafeFileHandle handle, long mostBytes)
    {
        Handle = handle;
        MostBytes = mostBytes;
    }

    /// <summary>How large it may become: so much as was asked for, or a tenth of what is free.</summary>
    public long MostBytes { get; }

    internal SafeFileHandle Handle { get; }

    /// <summary>
    /// Makes one where there is a disk for it: in the folder that <c>TMPDIR</c> names, else in <c>/var/tmp</c>. Null
    /// when nothing may be written there, when that is memory or a network, and on other systems than Linux.
    /// </summary>
    /// <param name="mostBytes">How large it may become; with 0 none is made.</param>
    public static SpoolFile? TryOpen(long mostBytes) => TryOpen(
        mostBytes, Environment.GetEnvironmentVariable("TMPDIR") is { Length: > 0 } chosen ? chosen : "/var/tmp");

    /// <summary>The same in another folder.</summary>
    internal static SpoolFile? TryOpen(long mostBytes, string folder)
    {
        if (mostBytes <= 0 || !OperatingSystem.IsLinux()) return null;
        try
        {
            var drive = new DriveInfo(folder);
            if (drive.DriveType != DriveType.Fixed) return null;
            var most = Math.Min(mostBytes, drive.AvailableFreeSpace / ShareOfFree);
            // Not from cryptography, which needs a device that a bare container may not have.
            var path = Path.Join(folder, $"vitrine-{Random.Shared.NextInt64():x16}");
            var handle = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                BufferSize = 0,
            }).SafeFileHandle;
            File.Delete(path);
            return new SpoolFile(handle, most);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Closes it, and with that it is gone.</summary>
    public void Dispose() => Handle.Dispose();
}
