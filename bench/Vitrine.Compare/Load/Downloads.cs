using System.Diagnostics;

namespace Vitrine.Compare.Load;

/// <summary>
/// Clients that download a large file again and again, as fast as they get it: wrk. They have their processor only when
/// nobody else wants it, so that what is measured beside them is the server's latency and not that of the load
/// generator's own queue.
/// </summary>
internal sealed class Downloads : IDisposable
{
    private const int MostSeconds = 600;

    private readonly Process process;

    private Downloads(Process process) => this.process = process;

    /// <summary>Starts them.</summary>
    public static Downloads Start(int port, string path, int count)
    {
        var start = new ProcessStartInfo(
            "nice",
            [
                "-n", "19", "taskset", "-c", $"{Machine.LoadProcessor}",
                "wrk", "-t1", $"-c{count}", $"-d{MostSeconds}s",
                $"http://127.0.0.1:{port}{path}",
            ])
        {
            RedirectStandardOutput = true,
        };
        return new Downloads(Process.Start(start)!);
    }

    /// <summary>Ends them.</summary>
    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
