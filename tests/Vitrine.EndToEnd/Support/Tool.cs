using System.Diagnostics;

namespace Vitrine.EndToEnd.Support;

/// <summary>A program of the system that a test needs.</summary>
internal static class Tool
{
    /// <summary>Where it is. Without it the test fails in CI and is skipped elsewhere.</summary>
    public static string Require(params string[] names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var name in names)
            foreach (var folder in folders)
                if (File.Exists(Path.Combine(folder, name))) return Path.Combine(folder, name);
        Unavailable($"'{names[0]}' is not installed on this machine");
        return "";
    }

    /// <summary>Ends the test because of something that this machine lacks.</summary>
    public static void Unavailable(string why)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", why + ".");
        Assert.Fail(why + ", which CI has to have.");
    }

    /// <summary>Runs it to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(string tool, params string[] args) =>
        RunAsync(Eventually.Patience, tool, args);

    /// <summary>The same, for one that takes its time.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        TimeSpan patience, string tool, params string[] args)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        var cancel = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        try
        {
            await process.WaitForExitAsync(cancel).WaitAsync(patience, cancel);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }
        return (process.ExitCode, await output, await errors);
    }
}
