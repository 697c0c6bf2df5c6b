using System.Diagnostics;

namespace Vitrine.Compare;

/// <summary>Runs a program to its end.</summary>
internal static class Tool
{
    /// <summary>What it printed, on both streams.</summary>
    /// <exception cref="InvalidOperationException">It failed, or took too long.</exception>
    public static string Run(int timeoutSeconds, string name, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromSeconds(timeoutSeconds)))
        {
            process.Kill();
            throw new InvalidOperationException($"{name} did not end within {timeoutSeconds} s.");
        }
        var text = output.Result + errors.Result;
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{name} {string.Join(' ', arguments)} failed: {text.Trim()}");
    }
}
