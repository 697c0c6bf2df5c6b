using System.Runtime.InteropServices;
using Vitrine.Server;

namespace Vitrine.Cli;

/// <summary>
/// What signals do to the command. SIGINT and SIGTERM stop it, and a second one ends it at once. SIGHUP stops it when
/// its terminal goes; elsewhere it asks servers to read their settings again, and SIGUSR1 and SIGUSR2 to open their
/// logs again: there is nothing to do for any of these, and that is no reason to end.
/// </summary>
internal sealed class Signals : IDisposable
{
    // What is under way is done by then, as a rule, and nothing has to be said.
    private const int SilentMs = 1_000;

    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly WebServer server;
    private readonly bool isQuiet;
    private readonly bool hasTerminal = StandardStreams.IsTerminal || !Console.IsInputRedirected;
    private int stops;

    /// <summary>Listens to them from now on.</summary>
    public Signals(WebServer server, bool isQuiet)
    {
        this.server = server;
        this.isQuiet = isQuiet;
        On(PosixSignal.SIGINT, _ => Stop(2));
        On(PosixSignal.SIGTERM, _ => Stop(15));
        if (OperatingSystem.IsWindows()) return;
        On(PosixSignal.SIGHUP, _ => HangUp());
        // They have no name in .NET: signal(7) and the headers of macOS have their numbers.
        var (first, second) = OperatingSystem.IsLinux() ? (10, 12) : (30, 31);
        On((PosixSignal)first, _ => PassOver("SIGUSR1", "logs go to the standard output, as ever"));
        On((PosixSignal)second, _ => PassOver("SIGUSR2", "there is nothing to do for it"));
    }

    /// <inheritdoc/>
    public void Dispose() => registrations.ForEach(registration => registration.Dispose());

    private void On(PosixSignal signal, Action<PosixSignal> handle) =>
        registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            handle(context.Signal);
        }));

    private void Stop(int signal)
    {
        if (Interlocked.Increment(ref stops) > 1) Environment.Exit(128 + signal);
        _ = StopAsync();
    }

    private async Task StopAsync()
    {
        var stopped = server.StopAsync();
        if (isQuiet || await Task.WhenAny(stopped, Task.Delay(SilentMs)).ConfigureAwait(false) == stopped) return;
        var count = server.ConnectionCount;
        if (count == 0) return; // it is the log that takes its time
        var clients = count == 1 ? "1 client that has" : $"{count} clients that have";
        var seconds = server.Options.Limits.DrainTimeoutMs / 1_000;
        Complaint.Say(
            $"waits for {clients} not got all of a reply yet, for {seconds} seconds at most; Ctrl-C or SIGTERM once "
            + "more ends it at once.");
    }

    private void HangUp()
    {
        if (hasTerminal) Stop(1);
        else PassOver("SIGHUP", "there is nothing to read again, and changes in the folder show by themselves");
    }

    private void PassOver(string signal, string why)
    {
        if (!isQuiet) Complaint.Say($"{signal} is passed over: {why}.");
    }
}
