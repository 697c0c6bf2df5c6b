using System.Collections;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Vitrine.Cli;

/// <summary>
/// The process that gets certificates for a server (<see cref="AcmeCommand"/>). It is started before the server gives
/// its rights up, and ends when the server does, which it sees by the end of its standard input.
/// </summary>
internal sealed unsafe class RenewalProcess : IDisposable
{
    private readonly Process? process; // elsewhere than on Linux
    private readonly int id;
    private readonly int line = -1; // its standard input is the other end
    private volatile bool isStopping;

    private RenewalProcess(Process process) => this.process = process;

    private RenewalProcess(int id, int line)
    {
        this.id = id;
        this.line = line;
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">It could not be started.</exception>
    public static RenewalProcess Start(CommandOptions.Request request)
    {
        List<string> words = [Environment.ProcessPath!];
        // Under "dotnet vitrine.dll" the program is another's.
        if (Path.GetFileNameWithoutExtension(words[0]) == "dotnet") words.Add(Environment.GetCommandLineArgs()[0]);
        words.Add(AcmeCommand.Name);
        words.AddRange(request.AcmeArguments);
        words.Add(AcmeCommand.Beside);
        if (request.Quiet) words.Add("--quiet");
        if (request.User is { } user) words.AddRange(["--user", user]);
        if (OperatingSystem.IsLinux()) return Spawn(words);
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardInput = true };
        return new RenewalProcess(Process.Start(start)!);
    }

    /// <summary>From now on says so when it ends. On a thread, which a sandbox should hold already.</summary>
    public void Watch() => new Thread(WaitForEnd) { IsBackground = true, Name = "vitrine renewal" }.Start();

    /// <summary>Tells it to end.</summary>
    public void Dispose()
    {
        isStopping = true;
        process?.StandardInput.Close();
        process?.Dispose();
        if (line >= 0) _ = Libc.shutdown(line, Libc.SHUT_RDWR);
    }

    // Not by .NET's Process, which starts a thread that would be outside of a sandbox.
    [SupportedOSPlatform("linux")]
    private static RenewalProcess Spawn(IReadOnlyList<string> words)
    {
        var ends = stackalloc int[2];
        var actions = stackalloc byte[Libc.FileActionsBytes];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_STREAM_CLOEXEC, 0, ends) != 0)
            throw new IOException("there are too few descriptors");
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Select(variable => $"{variable.Key}={variable.Value}").ToArray();
        byte*[] arguments = [.. Native(words)], environment = [.. Native(variables)];
        int id;
        int error;
        fixed (byte** argumentList = arguments, environmentList = environment)
        {
            _ = Libc.posix_spawn_file_actions_init(actions);
            _ = Libc.posix_spawn_file_actions_adddup2(actions, ends[1], 0);
            error = Libc.posix_spawn(&id, argumentList[0], actions, null, argumentList, environmentList);
            _ = Libc.posix_spawn_file_actions_destroy(actions);
        }
        foreach (var text in arguments) Marshal.FreeCoTaskMem((nint)text);
        foreach (var text in environment) Marshal.FreeCoTaskMem((nint)text);
        _ = Libc.close(ends[1]);
        if (error == 0) return new RenewalProcess(id, ends[0]);
        _ = Libc.close(ends[0]);
        throw new IOException(
            $"the process that gets certificates could not be started: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    // Each ends with a zero, and so does the list.
    private static byte*[] Native(IReadOnlyList<string> texts)
    {
        var list = new byte*[texts.Count + 1];
        for (var i = 0; i < texts.Count; i++) list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return list;
    }

    private void WaitForEnd()
    {
        if (process is not null) process.WaitForExit();
        else
        {
            byte nothing;
            while (Libc.read(line, &nothing, 1) > 0)
            {
                // It says nothing there.
            }
            if (!isStopping) _ = Libc.waitpid(id, null, 0);
        }
        if (!isStopping)
            Complaint.Say(
                "the process that renews certificates has ended: they are not renewed until this one is started anew.");
    }
}
