using System.ComponentModel;
using System.Diagnostics;

namespace Vitrine.Cli;

/// <summary>Opens an address in the person's browser.</summary>
internal static class Browser
{
    /// <summary>Opens it; says so when that cannot be done, which is no reason to stop serving.</summary>
    public static void Open(string url)
    {
        var start = OperatingSystem.IsWindows()
            ? new ProcessStartInfo(url) { UseShellExecute = true }
            // Its words are kept from the log, and the terminal from a browser that runs in one.
            : new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [url])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
        try
        {
            var process = Process.Start(start);
            if (process is null) return;
            process.EnableRaisingEvents = true;
            process.Exited += (_, _) =>
            {
                if (process.ExitCode != 0) Complain(url);
                process.Dispose();
            };
            if (!start.RedirectStandardOutput) return;
            process.StandardInput.Close();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }
        catch (Exception fault) when (fault is Win32Exception or InvalidOperationException)
        {
            Complain(url);
        }
    }

    private static void Complain(string url) =>
        Complaint.Say($"could not open a browser; open {url} yourself.");
}
