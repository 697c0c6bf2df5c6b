using System.Diagnostics;
using Vitrine.Compare;

namespace Vitrine.Attacks.Harness;

/// <summary>A <see cref="GoodClient"/> that was started.</summary>
internal sealed class GoodClientProcess : IDisposable
{
    private const int WarmUpMs = 1_500;

    private readonly Process process;

    private GoodClientProcess(Process process) => this.process = process;

    /// <summary>Starts one, and lets it get warm.</summary>
    public static GoodClientProcess Start(int port, bool opensNew = true, bool isSecure = false)
    {
        var program = typeof(GoodClientProcess).Assembly.Location;
        var start = new ProcessStartInfo(
            "taskset",
            [
                "-c", $"{Machine.LoadProcessor}", Environment.ProcessPath!, program,
                GoodClient.Command, $"{port}", opensNew ? "new" : "kept", isSecure ? "tls" : "plain",
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var client = new GoodClientProcess(Process.Start(start)!);
        client.Look();
        Thread.Sleep(WarmUpMs);
        client.Look();
        return client;
    }

    /// <summary>What it saw since it was last asked.</summary>
    public GoodWindow Look()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        return GoodWindow.Parse(
            process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The good client has ended."));
    }

    /// <summary>What it sees in so long.</summary>
    public GoodWindow Watch(TimeSpan length)
    {
        Look();
        Thread.Sleep(length);
        return Look();
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
