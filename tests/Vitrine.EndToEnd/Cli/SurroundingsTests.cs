using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>
/// What a parent, a container or a cluster gives the command to live with: descriptors, devices, system calls,
/// variables. It serves, or it says in a sentence why not and exits with 1.
/// </summary>
public sealed class SurroundingsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public SurroundingsTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It is said in a shell's words, and of Linux.");
        folder.Write("a.txt", "served");
    }

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> ClosedDescriptors =>
        ["0<&-", "1>&-", "2>&-", "0<&- 1>&-", "0<&- 2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"];

    // Under the JIT the runtime itself needs some, and does not come to start the command with fewer.
    public static TheoryData<int> FewDescriptors =>
        VitrineProcess.IsNative ? [8, 10, 12, 14, 15, 16, 17, 18, 19, 20, 24, 32, 48, 64, 80] : [80, 100, 120];

    [Theory]
    [MemberData(nameof(ClosedDescriptors))]
    public async Task Standard_descriptors_that_are_closed_are_no_matter(string closed)
    {
        var port = await StartTests.FreePort();
        using var vitrine = VitrineProcess.Start(
            InShell($"exec \"$@\" {closed}"), folder.Root, "--port", $"{port}", "--log", "combined");
        await Eventually.IsTrue(() => StartTests.Answers(port) || !vitrine.IsRunning, "that it serves");
        // Nothing that is printed ends up in a file of its own: neither in what is served nor in the runtime.
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
            Assert.Equal(400, Servers.Ask(port, RawClient.Get("/%00")).Status);
        }
        vitrine.Send(VitrineProcess.Signal.Terminate);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(0, exit);
        Assert.DoesNotContain("GET /a.txt", errors, StringComparison.Ordinal);
        Assert.Equal(
            !closed.Contains('1', StringComparison.Ordinal),
            vitrine.Lines.Any(line => line.Contains("GET /a.txt", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0<&- 1>&- 2>&-")]
    public async Task A_system_without_dev_null_is_no_matter(string closed)
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "Only root can take /dev away.");
        var port = await StartTests.FreePort();
        var setting = new VitrineProcess.Setting
        {
            Before =
            [
                Tool.Require("unshare"), "-m", Tool.Require("sh"), "-c",
                $"mount -t tmpfs none /dev && exec \"$@\" {closed}", "sh",
            ],
        };
        using var vitrine = VitrineProcess.Start(setting, folder.Root, "--port", $"{port}");
        await Eventually.IsTrue(() => StartTests.Answers(port) || !vitrine.IsRunning, "that it serves");
        Assert.True(vitrine.IsRunning, "It ended.");
        Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(FewDescriptors))]
    public async Task With_few_descriptors_it_serves_or_says_that_there_are_too_few(int descriptors)
    {
        var port = await StartTests.FreePort();
        using var vitrine = VitrineProcess.Start(
            InShell($"ulimit -n {descriptors}; exec \"$@\""), folder.Root, "--port", $"{port}", "--host", "127.0.0.1");
        // It may listen for a moment before it finds out.
        await Eventually.IsTrue(() => StartTests.Answers(port) || !vitrine.IsRunning, "that it serves");
        if (vitrine.IsRunning)
        {
            Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
            vitrine.Send(VitrineProcess.Signal.Terminate);
            Assert.Equal(0, (await vitrine.EndsAsync()).ExitCode);
            return;
        }
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Equal("vitrine: could not start: there are too few descriptors; raise 'ulimit -n'.\n", errors);
    }

    // As an old container runtime answers calls that it does not know; and a kernel that does not know them.
    [Theory]
    [InlineData("statx", "EPERM")]
    [InlineData("statx", "ENOSYS")]
    [InlineData("openat2", "EPERM")]
    [InlineData("openat2", "ENOSYS")]
    [InlineData("statx,openat2", "EPERM")]
    [InlineData("preadv2", "EPERM")]
    [InlineData("memfd_create", "EPERM")]
    [InlineData("sendfile", "EPERM")]
    [InlineData("sendfile", "EINVAL")]
    [InlineData("readahead", "EPERM")]
    [InlineData("fallocate", "EPERM")]
    [InlineData("landlock_create_ruleset", "EPERM")]
    public async Task System_calls_that_are_forbidden_are_done_without(string calls, string error)
    {
        var setting = VitrineProcess.Setting.Traced("-e", $"inject={calls}:error={error}");
        folder.Write("folder/b.txt", "further down");
        var medium = folder.WriteRandom("medium.bin", 300_000);
        var large = folder.WriteRandom("large.bin", 30_000_000);
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root, "--workers", "1");
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        Assert.Equal("further down", Servers.Ask(vitrine.Port, RawClient.Get("/folder/b.txt")).Text);
        Assert.Equal(medium, Servers.Ask(vitrine.Port, RawClient.Get("/medium.bin")).Body);
        Assert.True(large.AsSpan().SequenceEqual(Servers.Ask(vitrine.Port, RawClient.Get("/large.bin")).Body));
        Assert.Contains("b.txt", Servers.Ask(vitrine.Port, RawClient.Get("/folder/")).Text, StringComparison.Ordinal);
        Assert.Equal(301, Servers.Ask(vitrine.Port, RawClient.Get("/folder")).Status);
        Assert.Equal(404, Servers.Ask(vitrine.Port, RawClient.Get("/missing")).Status);
    }

    // What fails for another reason than that it is not there would fail in any other way too.
    [Theory]
    [InlineData("statx", "EIO")]
    [InlineData("statx", "ENOMEM")]
    [InlineData("openat2", "EIO")]
    public async Task A_disk_that_fails_at_the_start_is_an_error_and_not_an_empty_site(string call, string error)
    {
        var setting = VitrineProcess.Setting.Traced("-e", $"inject={call}:error={error}");
        using var vitrine = VitrineProcess.Start(setting, folder.Root, "--port", "0");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.StartsWith("vitrine: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    // As a service's or a container's settings do.
    [Theory]
    [InlineData("bind", "EPERM", "the system does not let this process listen on port")]
    [InlineData("setresuid,setresgid,setgroups", "EPERM", "only root can, with CAP_SETUID and CAP_SETGID")]
    public async Task What_is_forbidden_is_told_as_such(string calls, string error, string expected)
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "Only root can become somebody else.");
        var setting = VitrineProcess.Setting.Traced("-e", $"inject={calls}:error={error}");
        using var vitrine = VitrineProcess.Start(
            setting, folder.Root, "--port", $"{await StartTests.FreePort()}", "--user", "nobody");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_told_of_and_no_matter()
    {
        var port = await StartTests.FreePort();
        using var vitrine = VitrineProcess.Start(
            InShell("exec \"$@\" >/dev/full"), folder.Root, "--port", $"{port}", "--host", "127.0.0.1");
        await Eventually.IsTrue(() => StartTests.Answers(port) || !vitrine.IsRunning, "that it serves");
        Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
        await vitrine.ComplainsAsync("the log cannot be written, and lines are lost: No space left on device");
        Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
    }

    // An image FROM scratch: the program, what it is linked with, the site.
    [Fact]
    public async Task A_root_with_nothing_else_in_it_is_no_matter()
    {
        Assert.SkipUnless(VitrineProcess.IsNative, "Under the JIT there is a runtime to be found.");
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "Only root can change its root.");
        using var root = new TemporaryFolder();
        root.Write("www/a.txt", "served");
        const string Copies = "cp \"$1\" \"$0/vitrine\"; "
            + "ldd \"$1\" | grep -o '/[^ ]*' | xargs -I{} cp --parents -L {} \"$0\"";
        var port = await StartTests.FreePort();
        var setting = new VitrineProcess.Setting
        {
            Before =
            [
                Tool.Require("sh"), "-c",
                $"({Copies}) && shift && exec chroot \"$0\" /vitrine /www --port {port} --host 127.0.0.1 \"$@\"",
                root.Root,
            ],
        };
        using (var vitrine = VitrineProcess.Start(setting))
        {
            await Eventually.IsTrue(() => StartTests.Answers(port) || !vitrine.IsRunning, "that it serves");
            Assert.Equal("served", Servers.Ask(port, RawClient.Get("/a.txt")).Text);
            vitrine.Send(VitrineProcess.Signal.Terminate);
            Assert.Equal((0, ""), await vitrine.EndsAsync());
        }
        using var check = VitrineProcess.Start(setting, "--check-sandbox");
        Assert.Equal((0, ""), await check.EndsAsync());
        Assert.Contains(check.Lines, line => line.StartsWith("UNKNOWN  read /etc/passwd", StringComparison.Ordinal));
        Assert.Contains(check.Lines, line => line.StartsWith("refused  list the files of /", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_whose_names_cannot_be_read_is_an_error_and_not_empty()
    {
        var setting = VitrineProcess.Setting.Traced("-P", folder.Root, "-e", "inject=getdents64:error=EIO");
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root);
        Assert.Equal(500, Servers.Ask(vitrine.Port, RawClient.Get("/")).Status);
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        Assert.Equal(404, Servers.Ask(vitrine.Port, RawClient.Get("/missing")).Status);
    }

    [Fact]
    public async Task What_a_cluster_says_of_a_service_called_vitrine_is_no_port()
    {
        var setting = new VitrineProcess.Setting
        {
            Environment = new()
            {
                ["VITRINE_PORT"] = "tcp://10.43.0.1:8000",
                ["VITRINE_SERVICE_HOST"] = "10.43.0.1",
                ["VITRINE_SERVICE_PORT"] = "8000",
                ["VITRINE_SERVICE_PORT_HTTP"] = "8000",
                ["VITRINE_PORT_8000_TCP"] = "tcp://10.43.0.1:8000",
                ["VITRINE_PORT_8000_TCP_PROTO"] = "tcp",
                ["VITRINE_ADMIN_PORT"] = "tcp://10.43.0.2:9000",
            },
        };
        using var vitrine = VitrineProcess.Start(setting, folder.Root);
        await vitrine.IsReadyAsync();
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(0, exit);
        Assert.StartsWith("vitrine: VITRINE_PORT is 'tcp://10.43.0.1:8000'", errors);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_current_folder_that_is_gone_is_said_in_a_sentence()
    {
        using (var vitrine = VitrineProcess.Start(InFolderThatIsGone(), "--port", "0"))
        {
            Assert.Equal(
                (2, "vitrine: the current folder is gone; start it in another, or write all of the folder's path.\n"),
                await vitrine.EndsAsync());
        }
        using var named = await VitrineProcess.ServeAsync(InFolderThatIsGone(), folder.Root);
        Assert.Equal("served", Servers.Ask(named.Port, RawClient.Get("/a.txt")).Text);
    }

    [Fact]
    public async Task Slow_clients_of_the_admin_port_leave_descriptors_to_the_others()
    {
        using var vitrine = await VitrineProcess.ServeAsync(
            InShell($"ulimit -n {(VitrineProcess.IsNative ? 60 : 150)}; exec \"$@\""), folder.Root, "--admin", "0");
        var admin = vitrine.AdminPort;
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                clients.Add(new RawClient(admin));
                clients[^1].Send("G");
                if (i % 10 == 0) Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
            }
            Assert.Equal(200, Servers.Ask(admin, RawClient.Get("/healthz")).Status);
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    [Fact]
    public async Task A_port_of_its_own_counts_beside_what_a_cluster_says()
    {
        var port = await StartTests.FreePort();
        var setting = new VitrineProcess.Setting
        {
            Environment = new() { ["VITRINE_PORT"] = "tcp://10.43.0.1:8000", ["PORT"] = $"{port}" },
        };
        using var vitrine = VitrineProcess.Start(setting, folder.Root);
        await vitrine.IsReadyAsync();
        Assert.Equal(port, vitrine.Port);
    }

    [Theory]
    [InlineData("VITRINE_PROT", "VITRINE_PROT sets nothing. Did you mean 'VITRINE_PORT'?")]
    [InlineData("VITRINE_NOLISTING", "VITRINE_NOLISTING sets nothing. Did you mean 'VITRINE_NO_LISTING'?")]
    [InlineData("VITRINE_ADMIN_PORT", "VITRINE_ADMIN_PORT sets nothing.")]
    [InlineData("VITRINE_COLOUR_OF_THE_SKY", "VITRINE_COLOUR_OF_THE_SKY sets nothing.")]
    public async Task A_variable_that_sets_nothing_is_told_of(string name, string expected)
    {
        var setting = new VitrineProcess.Setting { Environment = new() { [name] = "1" } };
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal((0, $"vitrine: {expected}\n"), await vitrine.EndsAsync());
    }

    private VitrineProcess.Setting InFolderThatIsGone() => new()
    {
        Before =
        [
            Tool.Require("sh"), "-c", "mkdir \"$0\"; cd \"$0\"; rmdir \"$0\"; exec \"$@\"", folder.PathOf("gone"),
        ],
    };

    private static VitrineProcess.Setting InShell(string script) => new()
    {
        Before = [Tool.Require("sh"), "-c", script, "sh"],
    };
}
