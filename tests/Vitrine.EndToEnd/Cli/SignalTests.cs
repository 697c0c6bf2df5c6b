using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

public sealed class SignalTests : IDisposable
{
    private const int LargeBytes = 20_000_000;

    private readonly TemporaryFolder folder = new();
    private readonly byte[] content;

    public SignalTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such signals on Windows.");
        content = folder.WriteRandom("large.bin", LargeBytes);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_signal_finishes_what_is_in_flight_and_exits_with_0(int signal)
    {
        using var vitrine = await VitrineProcess.ServeAsync(Heeding, folder.Root);
        var port = vitrine.Port;
        using var idle = new RawClient(port);
        Assert.Equal(404, idle.Ask(RawClient.Get("/missing")).Status);
        using var client = StartDownload(port);

        vitrine.Send((VitrineProcess.Signal)signal);
        Assert.True(idle.ReadEnd());
        await Eventually.IsTrue(() => Servers.IsRefused(port), "that no more are let in");
        Assert.True(vitrine.IsRunning);

        Assert.True(content.AsSpan().SequenceEqual(client.ReadAsFarAsItGoes(LargeBytes)));
        Assert.Equal(0, (await vitrine.EndsAsync()).ExitCode);
        await vitrine.SaysAsync(
            line => line.EndsWith($"\"GET /large.bin HTTP/1.1\" 200 {LargeBytes}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_second_signal_ends_it_at_once(int signal)
    {
        using var vitrine = await VitrineProcess.ServeAsync(Heeding, folder.Root);
        var port = vitrine.Port;
        using var client = StartDownload(port);
        vitrine.Send((VitrineProcess.Signal)signal);
        await Eventually.IsTrue(() => Servers.IsRefused(port), "that no more are let in");
        Assert.True(vitrine.IsRunning);

        // Had it ended because the time for finishing was over, it would exit with 0.
        vitrine.Send((VitrineProcess.Signal)signal);
        Assert.Equal(128 + signal, (await vitrine.EndsAsync()).ExitCode);
        Assert.InRange(client.ReadAsFarAsItGoes(LargeBytes).Length, 0, LargeBytes - 1);
    }

    [Fact]
    public async Task A_stop_that_takes_its_time_says_what_it_waits_for()
    {
        using var vitrine = await VitrineProcess.ServeAsync(Heeding, folder.Root);
        using var client = StartDownload(vitrine.Port);
        vitrine.Send(VitrineProcess.Signal.Interrupt);
        await vitrine.ComplainsAsync("vitrine: waits for 1 client that has not got all of a reply yet, for 10 seconds");
        vitrine.Send(VitrineProcess.Signal.Interrupt);
        Assert.Equal(130, (await vitrine.EndsAsync()).ExitCode);
    }

    // What asks other servers to read their settings or open their logs again.
    [Theory]
    [InlineData(1, "SIGHUP")]
    [InlineData(10, "SIGUSR1")]
    [InlineData(12, "SIGUSR2")]
    public async Task A_signal_that_there_is_nothing_to_do_for_does_not_end_it(int signal, string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The numbers are Linux's.");
        using var vitrine = await VitrineProcess.ServeAsync(Heeding, folder.Root);
        using var client = StartDownload(vitrine.Port);
        vitrine.Send((VitrineProcess.Signal)signal);
        await vitrine.ComplainsAsync($"vitrine: {name} is passed over");
        Assert.Equal(404, Servers.Ask(vitrine.Port, RawClient.Get("/missing")).Status);
        Assert.True(content.AsSpan().SequenceEqual(client.ReadAsFarAsItGoes(LargeBytes)));
    }

    [Fact]
    public async Task A_terminal_that_goes_stops_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "script(1) is another program elsewhere.");
        // It makes a terminal, and when it is ended that terminal goes.
        string[] line = [.. VitrineProcess.CommandLine(), folder.Root, "--port", "0", "--log", "none"];
        var setting = new VitrineProcess.Setting
        {
            Way = [Tool.Require("script"), "-qfec", "exec " + string.Join(' ', line), "/dev/null"],
        };
        using var terminal = VitrineProcess.Start(setting);
        await terminal.SaysAsync(text => text.TrimEnd('\r') == "  Stop    Ctrl-C");
        var starting = terminal.Lines.First(text => text.StartsWith("Server starting", StringComparison.Ordinal));
        var port = int.Parse(
            starting.TrimEnd('\r').Split(' ')[^1].TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(404, Servers.Ask(port, RawClient.Get("/missing")).Status);
        terminal.Send(VitrineProcess.Signal.Terminate);
        await Eventually.IsTrue(() => Servers.IsRefused(port), "that it has stopped");
    }

    // Whoever runs the tests may have been told to ignore signals, which is passed on to what they start.
    private static VitrineProcess.Setting Heeding => OperatingSystem.IsLinux()
        ? new() { Before = [Tool.Require("env"), "--default-signal"] }
        : new();

    private static RawClient StartDownload(int port)
    {
        var client = new RawClient(port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        Assert.Equal(200, new RawReply(client.ReadHead(), []).Status);
        return client;
    }
}
