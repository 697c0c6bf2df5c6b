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
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root);
        var port = vitrine.Port;
        using var idle = new RawClient(port);
        Assert.Equal(404, idle.Ask(RawClient.Get("/missing")).Status);
        using var client = StartDownload(port);

        vitrine.Send((VitrineProcess.Signal)signal);
        Assert.True(idle.ReadEnd());
        await Eventually.IsTrue(() => Servers.IsRefused(port), "that no more are let in");
        Assert.True(vitrine.IsRunning);

        Assert.True(content.AsSpan().SequenceEqual(client.ReadAsFarAsItGoes(LargeBytes)));
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        await vitrine.SaysAsync(
            line => line.EndsWith($"\"GET /large.bin HTTP/1.1\" 200 {LargeBytes}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(15)]
    public async Task A_second_signal_ends_it_at_once(int signal)
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root);
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

    private static RawClient StartDownload(int port)
    {
        var client = new RawClient(port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        Assert.Equal(200, new RawReply(client.ReadHead(), []).Status);
        return client;
    }
}
