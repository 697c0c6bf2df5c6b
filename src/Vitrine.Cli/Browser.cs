using System.ComponentModel;
using System.Diagnostics;

namespace Vitrine.Cli;

/// <summary>Opens an address in the person's browser.</summary>
internal static class Browser
{
    /// <summary>Opens it; says so when that cannot be done, which is no reason to stop serving.</summary>
    public static void Open(string url)
    {
        try
        {
            using var process = OperatingSystem.IsWindows()
                ? Process.Start(new ProcessStartInfo(url) { UseShellExecute = true })
                : Process.Start(OperatingSystem.IsMacOS() ? "open" : "xdg-open", url);
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException)
        {
            Console.Error.WriteLine($"vitrine: could not open a browser; open {url} yourself.");
        }
    }
}
