using Microsoft.Win32.SafeHandles;

namespace Vitrine.Cli;

/// <summary>
/// A parent may start us with standard streams closed. Their numbers would go to the next files that are
/// opened, and what is printed would end up in somebody's connection.
/// </summary>
internal static class StandardStreams
{
    private const int LastStandard = 2;

    /// <summary>Opens nothing in place of each that is closed.</summary>
    public static void Fill()
    {
        if (OperatingSystem.IsWindows()) return;
        while (true)
        {
            var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            if (handle.DangerousGetHandle() > LastStandard)
            {
                handle.Dispose();
                return;
            }
            Kept.Add(handle);
        }
    }

    // Closed by nobody: that is the point.
    private static readonly List<SafeFileHandle> Kept = [];
}
