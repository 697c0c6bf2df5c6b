using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Cli;

public sealed class PortTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PortTests() => folder.Write("a.txt", "served");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_port_that_was_asked_for_and_is_in_use_is_an_error()
    {
        await using var first = await Servers.StartAsync(folder, TransportKind.Auto);
        using var vitrine = VitrineProcess.Start(folder.Root, "--port", $"{first.Port}");
        var (exit, errors) = await vitrine.EndsAsync();

        Assert.Equal(1, exit);
        Assert.Empty(vitrine.Lines);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith($"vitrine: port {first.Port} is in use", line, StringComparison.Ordinal);
        Assert.Contains("--port", line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PORT")]
    [InlineData("VITRINE_PORT")]
    public async Task A_port_in_the_environment_is_asked_for_too(string variable)
    {
        await using var first = await Servers.StartAsync(folder, TransportKind.Auto);
        var setting = new VitrineProcess.Setting
        {
            Environment = new() { [variable] = first.Port.ToString(CultureInfo.InvariantCulture) },
        };
        using var vitrine = VitrineProcess.Start(setting, folder.Root);
        var (exit, errors) = await vitrine.EndsAsync();

        Assert.Equal(1, exit);
        Assert.Contains($"port {first.Port} is in use", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PORT")]
    [InlineData("VITRINE_PORT")]
    public async Task A_port_in_the_environment_is_taken(string variable)
    {
        var port = await StartTests.FreePort();
        var setting = new VitrineProcess.Setting
        {
            Environment = new() { [variable] = port.ToString(CultureInfo.InvariantCulture) },
        };
        using var vitrine = VitrineProcess.Start(setting, folder.Root);
        await vitrine.IsReadyAsync();
        Assert.Equal(port, vitrine.Port);
        Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
    }

    [Fact]
    public async Task VITRINE_PORT_wins_over_PORT_and_the_command_line_over_both()
    {
        var setting = new VitrineProcess.Setting
        {
            Environment = new() { ["PORT"] = "1", ["VITRINE_PORT"] = "0" },
        };
        using (var vitrine = VitrineProcess.Start(setting, folder.Root))
        {
            await vitrine.IsReadyAsync();
            Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        }
        var both = new VitrineProcess.Setting
        {
            Environment = new() { ["PORT"] = "1", ["VITRINE_PORT"] = "1" },
        };
        using (var vitrine = await VitrineProcess.ServeAsync(both, folder.Root))
            Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
    }

    [Fact]
    public async Task The_usual_port_when_taken_gives_way_to_the_next_free_one_and_that_is_said()
    {
        using var blocker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            blocker.Bind(new IPEndPoint(IPAddress.Loopback, 8000));
            blocker.Listen();
        }
        catch (SocketException)
        {
            // Somebody else has it, which is as well.
        }
        using var vitrine = VitrineProcess.Start(folder.Root);
        await vitrine.IsReadyAsync();

        Assert.InRange(vitrine.Port, 8001, 8020);
        Assert.StartsWith(
            $"Port 8000 is in use, so this is port {vitrine.Port}",
            vitrine.Lines[0],
            StringComparison.Ordinal);
        Assert.Equal($"Server starting on port {vitrine.Port}...", vitrine.Lines[1]);
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
    }
}
