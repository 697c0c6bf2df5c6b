using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Cli;

/// <summary>
/// A parent may start us with standard streams closed. Their numbers would go to the next files that are
/// opened, and what is printed would end up in somebody's connection.
/// </summary>
internal static class StandardStreams
{
    private const int StandardOutput = 1;
    private const int LastStandard = 2;

    // Closed by nobody: that is the point.
    private static readonly List<SafeFileHandle> Kept = [];

    /// <summary>The standard output, as text.</summary>
    public static TextWriter Out { get; } =
        new StreamWriter(OpenOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));

    /// <summary>
    /// The standard output as it is. At a terminal <see cref="Console"/> would first switch the keypad to
    /// another mode, and not back.
    /// </summary>
    public static Stream OpenOutput() => OperatingSystem.IsWindows() || Console.IsOutputRedirected
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);

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
}
