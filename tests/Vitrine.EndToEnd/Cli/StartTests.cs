using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

public sealed class StartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public StartTests() => folder.Write("a.txt", "twelve bytes");

    public void Dispose() => folder.Dispose();

    // Who loads files must not keep those waiting whose files are in memory.
    [Fact]
    public async Task Workers_come_before_those_who_load_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Threads have priorities of their own on Linux alone.");
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root);
        const int Loaders = 4; // under the JIT they have no names that the kernel would know
        await Eventually.IsTrue(
            () => NicenessOfAll() is var all && all.Count(each => each == "10") == Loaders
                && all.Count(each => each != "0") == Loaders,
            "that loaders give way, and nobody else");

        // The 19th field, which is the 17th behind the name.
        List<string> NicenessOfAll()
        {
            var all = new List<string>();
            foreach (var task in Directory.GetDirectories($"/proc/{vitrine.Id}/task"))
            {
                try
                {
                    all.Add(File.ReadAllText($"{task}/stat").Split(") ")[1].Split(' ')[16]);
                }
                catch (IOException)
                {
                    // It has ended.
                }
            }
            return all;
        }
    }

    [Fact]
    public async Task It_says_that_it_starts_and_is_ready_and_what_to_open()
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root);
        var port = vitrine.Port;
        Assert.Equal(
            [
                $"Server starting on port {port}...",
                "Ready to serve...",
                "",
                $"  Folder  {folder.Root}",
                $"  Open    http://localhost:{port}/",
            ],
            vitrine.Lines[..5]);
        Assert.StartsWith("  Sandbox ", vitrine.Lines[5], StringComparison.Ordinal);
        Assert.Equal("  Stop    Ctrl-C", vitrine.Lines[6]);
        Assert.Equal("twelve bytes", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
    }

    [Fact]
    public async Task It_prints_a_line_for_each_request()
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root);
        Servers.Ask(vitrine.Port, RawClient.Get("/a.txt"));
        Servers.Ask(vitrine.Port, RawClient.Get("/missing"));

        await vitrine.SaysAsync(
            line => line.EndsWith("\"GET /a.txt HTTP/1.1\" 200 12", StringComparison.Ordinal));
        await vitrine.SaysAsync(
            line => line.Contains("\"GET /missing HTTP/1.1\" 404 ", StringComparison.Ordinal));
        Assert.Equal(2, vitrine.Lines.Count(line => line.Contains("HTTP/1.1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_current_folder_is_served_when_none_is_named()
    {
        var setting = new VitrineProcess.Setting { WorkingDirectory = folder.Root };
        using var vitrine = VitrineProcess.Start(setting, "--port", "0");
        await vitrine.IsReadyAsync();
        Assert.Equal("twelve bytes", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
    }

    [Theory]
    [InlineData("common", "\"GET /a.txt HTTP/1.1\" 200 12")]
    [InlineData("combined", "\"GET /a.txt HTTP/1.1\" 200 12 \"-\" \"-\"")]
    [InlineData("json", "\"referer\":\"\",\"user_agent\":\"\"}")]
    [InlineData("pretty", " ms")]
    public async Task The_log_format_can_be_chosen(string format, string end)
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root, "--log", format);
        Servers.Ask(vitrine.Port, RawClient.Get("/a.txt"));
        await vitrine.SaysAsync(line =>
            line.Contains("GET /a.txt", StringComparison.Ordinal) && line.EndsWith(
                end, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Quiet_prints_nothing_at_all()
    {
        // Nothing tells its port, so that is taken from another that has just let go of it.
        var port = await FreePort();
        using var vitrine = VitrineProcess.Start(folder.Root, "-q", "-p", $"{port}");
        await Eventually.IsTrue(() => Answers(port), "that it serves");
        Assert.Equal("twelve bytes", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
        vitrine.Send(VitrineProcess.Signal.Terminate);

        Assert.Equal((0, ""), await vitrine.EndsAsync());
        Assert.Empty(vitrine.Lines);
    }

    [Fact]
    public async Task The_wire_is_shown_when_asked_for()
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root, "--wire");
        Servers.Ask(vitrine.Port, RawClient.Get("/a.txt"));
        string[] ends =
        [
            @" -> GET /a.txt HTTP/1.1\r\n", @" -> \r\n", @" <- HTTP/1.1 200 OK\r\n",
            " <- … 12 bytes of body", " -- closed",
        ];
        foreach (var end in ends) await vitrine.SaysAsync(
            line => line.EndsWith(end, StringComparison.Ordinal));
        Assert.All(vitrine.Lines, line => Assert.DoesNotContain('\e', line));
    }

    [Fact]
    public async Task Options_can_be_set_in_the_environment_and_the_command_line_wins()
    {
        var setting = new VitrineProcess.Setting
        {
            Environment = new() { ["VITRINE_LOG"] = "json", ["VITRINE_NO_LISTING"] = "1" },
        };
        using (var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root))
        {
            Assert.Equal(404, Servers.Ask(vitrine.Port, RawClient.Get("/")).Status);
            await vitrine.SaysAsync(line => line.StartsWith("{\"time\":", StringComparison.Ordinal));
        }
        using (var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root, "--log", "common"))
        {
            Servers.Ask(vitrine.Port, RawClient.Get("/a.txt"));
            await vitrine.SaysAsync(line => line.EndsWith("HTTP/1.1\" 200 12", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Public_is_on_all_addresses_and_the_default_is_not()
    {
        using var local = await VitrineProcess.ServeAsync(folder.Root);
        using var open = await VitrineProcess.ServeAsync(folder.Root, "--public");
        Assert.False(ListensEverywhere(local.Port));
        Assert.True(ListensEverywhere(open.Port));
    }

    [Fact]
    public async Task A_host_on_the_command_line_wins_over_public_in_the_environment()
    {
        var setting = new VitrineProcess.Setting { Environment = new() { ["VITRINE_PUBLIC"] = "1" } };
        using var open = await VitrineProcess.ServeAsync(setting, folder.Root);
        using var local = await VitrineProcess.ServeAsync(setting, folder.Root, "--host", "127.0.0.1");
        Assert.True(ListensEverywhere(open.Port));
        Assert.False(ListensEverywhere(local.Port));
    }

    [Theory]
    [InlineData("--transport", "portable")]
    [InlineData("--workers", "1")]
    [InlineData("--host", "127.0.0.1")]
    public async Task It_serves_with_other_options_too(string option, string value)
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root, option, value);
        Assert.Equal("twelve bytes", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
    }

    /// <summary>A port that was free a moment ago.</summary>
    internal static async Task<int> FreePort()
    {
        using var folder = new TemporaryFolder();
        await using var server = await Servers.StartAsync(folder, Vitrine.Server.TransportKind.Auto);
        return server.Port;
    }

    private static bool ListensEverywhere(int port) =>
        System.Net.NetworkInformation.IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Any(endPoint => endPoint.Port == port && endPoint.Address.Equals(System.Net.IPAddress.Any));

    /// <summary>Whether somebody serves a folder on a port.</summary>
    internal static bool Answers(int port)
    {
        try
        {
            return Servers.Ask(port, RawClient.Get("/")).Status == 200;
        }
        catch (Exception fault) when (fault is System.Net.Sockets.SocketException or IOException)
        {
            return false;
        }
    }
}
