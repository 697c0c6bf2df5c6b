using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Vitrine.EndToEnd.Support;

/// <summary>
/// The <c>vitrine</c> command as a process: the app host of the build next to these tests, as <c>dotnet run</c> starts
/// it, or the native binary that <c>VITRINE_NATIVE</c> names. Ended at the end, whatever happens.
/// </summary>
internal sealed partial class VitrineProcess : IDisposable
{
    private const string LastLineOfBanner = "  Stop    Ctrl-C";

    private readonly Process process;
    private readonly List<string> lines = [];
    private readonly StringBuilder complaints = new();
    private readonly Task<string> errors;
    private readonly Task reading;

    private VitrineProcess(ProcessStartInfo start, bool readsOn)
    {
        process = Process.Start(start)!;
        process.StandardInput.Close();
        errors = Task.Run(ReadErrors);
        reading = Task.Run(() => ReadLines(readsOn));
    }

    /// <summary>The signals that a test sends.</summary>
    public enum Signal
    {
        HangUp = 1,
        Interrupt = 2,
        Kill = 9,
        User1 = 10,
        User2 = 12,
        Terminate = 15,
    }

    private static string? Native =>
        Environment.GetEnvironmentVariable("VITRINE_NATIVE") is { Length: > 0 } native ? native : null;

    /// <summary>What has come on the standard output so far.</summary>
    public string[] Lines
    {
        get
        {
            lock (lines) return [.. lines];
        }
    }

    public bool IsRunning => !process.HasExited;

    public int Id => process.Id;

    /// <summary>The port that the banner told.</summary>
    public int Port => Lines.Select(line => StartingLine().Match(line)).Where(match => match.Success)
        .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Single();

    /// <summary>Whether it is the native binary.</summary>
    public static bool IsNative => Native is not null;

    /// <summary>The folder of the runtime that these tests run in, with all its parts.</summary>
    public static string RuntimeRoot { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>How the command is started.</summary>
    public static string[] CommandLine(string? folder = null) => Native is { } native
        ? [folder is null ? native : Path.Combine(folder, Path.GetFileName(native))]
        : [Path.Combine(folder ?? AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "vitrine.exe" : "vitrine")];

    /// <summary>Copies what the command needs to where everybody can read it.</summary>
    public static void CopyTo(string folder)
    {
        string[] patterns = ["vitrine", "vitrine.*", "Vitrine.*.dll", "System.*.dll"];
        var files = Native is { } native ? [native]
            : patterns.SelectMany(each => Directory.GetFiles(AppContext.BaseDirectory, each)).Distinct();
        foreach (var file in files)
        {
            var copy = Path.Combine(folder, Path.GetFileName(file));
            File.Copy(file, copy, overwrite: true);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy, TemporaryFolder.ForEverybody);
        }
    }

    /// <summary>Starts the command, without waiting for anything.</summary>
    public static VitrineProcess Start(params string[] args) => Start(new Setting(), args);

    /// <inheritdoc cref="Start(string[])"/>
    public static VitrineProcess Start(Setting setting, params string[] args)
    {
        string[] line = [.. setting.Before, .. setting.Way ?? CommandLine(setting.Copy), .. args];
        var start = new ProcessStartInfo(line[0], line[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = setting.WorkingDirectory ?? AppContext.BaseDirectory,
        };
        start.Environment.Remove("PORT");
        start.Environment["DOTNET_ROOT"] = RuntimeRoot;
        string[] ours = [.. start.Environment.Keys.Where(
            name => name.StartsWith("VITRINE_", StringComparison.Ordinal))];
        foreach (var name in ours) start.Environment.Remove(name);
        foreach (var (name, value) in setting.Environment) start.Environment[name] = value;
        return new VitrineProcess(start, setting.ReadsOn);
    }

    /// <summary>Starts the command on a folder and a free port, and waits until it serves.</summary>
    public static Task<VitrineProcess> ServeAsync(string folder, params string[] args) =>
        ServeAsync(new Setting(), folder, args);

    /// <inheritdoc cref="ServeAsync(string, string[])"/>
    public static async Task<VitrineProcess> ServeAsync(Setting setting, string folder, params string[] args)
    {
        var vitrine = Start(setting, [folder, "--port", "0", .. args]);
        try
        {
            await vitrine.IsReadyAsync();
            return vitrine;
        }
        catch
        {
            vitrine.Dispose();
            throw;
        }
    }

    /// <summary>The admin port, as the banner tells it.</summary>
    public int AdminPort
    {
        get
        {
            var line = Lines.Single(line => line.StartsWith("  Admin   ", StringComparison.Ordinal));
            return new Uri(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]).Port;
        }
    }

    /// <summary>Waits for the end of the banner.</summary>
    public Task IsReadyAsync() => SaysAsync(line => line == LastLineOfBanner);

    /// <summary>Waits for a line on the standard output.</summary>
    public Task SaysAsync(Predicate<string> isWanted) => Eventually.IsTrue(
        () => Array.Exists(Lines, isWanted) || HasEndedWithout(isWanted),
        $"a line of the output of process {Id}");

    /// <summary>Waits for words on the standard error.</summary>
    public Task ComplainsAsync(string words) => Eventually.IsTrue(
        () =>
        {
            lock (complaints) return complaints.ToString().Contains(words, StringComparison.Ordinal);
        },
        $"a complaint of process {Id} with '{words}'");

    /// <summary>Sends a signal.</summary>
    public void Send(Signal signal) => Assert.Equal(0, Libc.Kill(process.Id, (int)signal));

    /// <summary>Closes our end of its standard output.</summary>
    public async Task CloseOutputAsync()
    {
        await Eventually.IsDone(reading);
        process.StandardOutput.Close();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Errors)> EndsAsync()
    {
        await Eventually.IsDone(process.WaitForExitAsync(TestContext.Current.CancellationToken));
        return (process.ExitCode, await errors);
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.WaitForExit(5_000);
        process.Dispose();
    }

    [GeneratedRegex(@"^Server starting on port (\d+)\.\.\.$")]
    private static partial Regex StartingLine();

    private bool HasEndedWithout(Predicate<string> isWanted)
    {
        if (!process.HasExited || !reading.IsCompleted || Array.Exists(Lines, isWanted)) return false;
        Assert.Fail($"It ended with {process.ExitCode}: {errors.Result}");
        return true;
    }

    private string ReadErrors()
    {
        while (process.StandardError.ReadLine() is { } line)
            lock (complaints) complaints.Append(line).Append('\n');
        lock (complaints) return complaints.ToString();
    }

    private void ReadLines(bool readsOn)
    {
        while (process.StandardOutput.ReadLine() is { } line)
        {
            lock (lines) lines.Add(line);
            if (!readsOn && line == LastLineOfBanner) return;
        }
    }

    /// <summary>How a process is started.</summary>
    public sealed record Setting
    {
        /// <summary>Other variables than our own.</summary>
        public Dictionary<string, string> Environment { get; init; } = [];

        /// <summary>A program, and its arguments, that becomes the command.</summary>
        public string[] Before { get; init; } = [];

        /// <summary>Another way to start the command than the usual one.</summary>
        public string[]? Way { get; init; }

        /// <summary>Where a copy of the command is.</summary>
        public string? Copy { get; init; }

        public string? WorkingDirectory { get; init; }

        /// <summary>Whether the output is read after the banner.</summary>
        public bool ReadsOn { get; init; } = true;

        /// <summary>Below strace, which is told <paramref name="how"/> to answer calls in the kernel's place.</summary>
        public static Setting Traced(params string[] how) => new()
        {
            Before = [Tool.Require("strace"), "-D", "-f", "-qq", "-o", "/dev/null", .. how],
        };
    }
}
