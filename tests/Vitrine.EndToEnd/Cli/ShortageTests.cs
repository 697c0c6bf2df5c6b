using System.Net.Sockets;
using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

public sealed class ShortageTests : IDisposable
{
    private const int Descriptors = 200;

    private readonly TemporaryFolder folder = new();

    public ShortageTests() => folder.Write("a.txt", "served");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("epoll")]
    [InlineData("portable")]
    public async Task Being_out_of_descriptors_is_survived(string transport)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is said in a shell's words, and of epoll.");
        // Enough for the program itself, under the JIT too; not enough for all who come.
        var setting = new VitrineProcess.Setting
        {
            Before = [Tool.Require("sh"), "-c", $"ulimit -n {Descriptors}; exec \"$@\"", "sh"],
        };
        using var vitrine = await VitrineProcess.ServeAsync(
            setting, folder.Root, "--transport", transport, "--workers", "1");
        var port = vitrine.Port;
        Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < Descriptors * 2; i++)
            {
                try
                {
                    clients.Add(new RawClient(port));
                    clients[^1].Send(RawClient.Get("/a.txt"));
                }
                catch (SocketException)
                {
                    // Whoever comes when even those are too many who are told so, is turned away without a
                    // word.
                }
            }
            // Who is in is answered; but to look at the file again may need a descriptor that is not there. Once it is
            // idle for a while, whoever comes has its place.
            Assert.Contains(clients[0].ReadReply().Status, new[] { 200, 503 });
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
        await Eventually.IsTrue(() => !vitrine.IsRunning || IsServed(port), "that it serves again");
        Assert.True(vitrine.IsRunning, "It did not survive.");
        vitrine.Send(VitrineProcess.Signal.Terminate);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(0, exit);
        // It says what it was short of, and nothing else.
        Assert.All(
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Matches(@"Z refused (\d+ more$|.* (too many|no descriptor|others needed) )", line));
    }

    // A body in memory of a certain size is a file to the kernel, and a process that makes one too large is ended.
    [Fact]
    public async Task A_process_that_may_write_no_files_serves_them_all_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is said in a shell's words, and of memfd.");
        var content = folder.WriteRandom("large.bin", 300_000);
        // Under the JIT the runtime would make such files itself.
        const string Limited = "ulimit -f 10; DOTNET_EnableWriteXorExecute=0 exec \"$@\"";
        var setting = new VitrineProcess.Setting { Before = [Tool.Require("sh"), "-c", Limited, "sh"] };
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root);
        for (var i = 0; i < 2; i++)
            Assert.Equal(content, Servers.Ask(vitrine.Port, RawClient.Get("/large.bin")).Body);
        Assert.True(vitrine.IsRunning);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal((0, ""), await vitrine.EndsAsync());
    }

    [Fact]
    public async Task The_end_for_want_of_memory_is_a_clear_message()
    {
        // Larger bodies are not on the heap.
        const int Files = 14_000;
        const int Length = 4_000;
        for (var i = 0; i < Files; i++) folder.WriteRandom($"{i}.bin", Length);
        // A heap of 48 MB, and a cache that takes itself to have more than all files need. The native binary does not
        // look for such a setting; the JIT does not start with so little of all kinds of memory.
        var setting = VitrineProcess.IsNative
            ? new VitrineProcess.Setting
            {
                Before = [Tool.Require("sh"), "-c", "ulimit -d 150000; exec \"$@\"", "sh"],
            }
            : new VitrineProcess.Setting { Environment = { ["DOTNET_GCHeapHardLimit"] = "0x3000000" } };
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root, "--cache-mb", "1000");
        try
        {
            for (var i = 0; i < Files; i++)
            {
                var reply = Servers.Ask(vitrine.Port, RawClient.Get($"/{i}.bin"));
                if (reply.Status == 200) Assert.Equal(Length, reply.Body.Length);
            }
        }
        catch (Exception fault) when (fault is SocketException or IOException)
        {
            // It has ended in the middle of a reply.
        }
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.EndsWith("give it more, or let it keep fewer files (--cache-mb).\n", errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_output_whose_reader_is_gone_does_not_stop_serving()
    {
        using var vitrine = await VitrineProcess.ServeAsync(
            new VitrineProcess.Setting { ReadsOn = false }, folder.Root, "--wire");
        var port = vitrine.Port;
        await vitrine.CloseOutputAsync();
        for (var i = 0; i < 100; i++) Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
        Assert.True(vitrine.IsRunning);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal(
            (0, "vitrine: the log cannot be written, and lines are lost: Broken pipe\n"), await vitrine.EndsAsync());
    }

    [Fact]
    public async Task A_banner_that_nobody_reads_does_not_stop_serving_nor_the_stop()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is said in a shell's words.");
        int port;
        using (var free = new TcpListener(System.Net.IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((System.Net.IPEndPoint)free.LocalEndpoint).Port;
        }
        // After this line nothing is read any more, and then the pipe is full.
        const string Full = "echo '  Stop    Ctrl-C'; head -c 1000000 /dev/zero 2>&- & sleep 1; exec \"$@\"";
        var setting = new VitrineProcess.Setting { Before = [Tool.Require("sh"), "-c", Full, "sh"], ReadsOn = false };
        using var vitrine = VitrineProcess.Start(setting, folder.Root, "--port", $"{port}");
        await Eventually.IsTrue(() => IsServed(port), "that it serves");
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal(0, (await vitrine.EndsAsync()).ExitCode);
    }

    [Fact]
    public async Task An_output_that_nobody_reads_does_not_stop_serving()
    {
        using var vitrine = await VitrineProcess.ServeAsync(
            new VitrineProcess.Setting { ReadsOn = false }, folder.Root, "--wire");
        using var client = new RawClient(vitrine.Port);
        // Far more lines than a pipe holds.
        for (var i = 0; i < 2_000; i++) Assert.Equal("served", client.Ask(RawClient.Get("/a.txt")).Text);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal((0, ""), await vitrine.EndsAsync());
    }

    private static bool IsServed(int port)
    {
        try
        {
            return Servers.Ask(port, RawClient.Get("/a.txt")).Text == "served";
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
