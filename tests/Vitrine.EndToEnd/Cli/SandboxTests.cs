using System.Net;
using System.Net.Sockets;
using Vitrine.EndToEnd.Support;
using Vitrine.Server.Confinement;

namespace Vitrine.EndToEnd.Cli;

/// <summary>What the process may not do any more once it serves.</summary>
public sealed class SandboxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder copy = new();

    public SandboxTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is a sandbox on Linux alone.");
        folder.Write("site/a.txt", "served");
        folder.Write("site/folder/a.txt", "further down");
    }

    public void Dispose()
    {
        folder.Dispose();
        copy.Dispose();
    }

    [Theory]
    [InlineData("strict")]
    [InlineData("follow")]
    [InlineData("sealed")]
    public async Task What_it_forbids_fails_inside_the_running_process(string kind)
    {
        var (exit, lines) = await CheckAsync("--sandbox", kind);
        Assert.Equal(0, exit);
        Assert.InRange(lines.Length, 6, 10);
        Assert.All(lines, line => Assert.StartsWith("refused  ", line, StringComparison.Ordinal));
        foreach (var act in new[] { "UDP", "attributes", "flags" })
            Assert.Equal(kind == "sealed", lines.Any(line => line.Contains(act, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_it_the_same_is_allowed()
    {
        var (exit, lines) = await CheckAsync("--no-sandbox");
        Assert.Equal(1, exit);
        string[] acts =
        [
            "read /etc/passwd", "list the files of /", "make a file in /tmp", "run a program", "connect with TCP",
        ];
        Assert.All(acts, act => Assert.Contains($"ALLOWED  {act}", lines));
    }

    [Theory]
    [InlineData("strict", "site; writes nothing, no programs")]
    [InlineData("sealed", "seccomp)")]
    [InlineData("follow", "; writes nothing")]
    [InlineData("none", "none: --no-sandbox")]
    public async Task The_start_says_what_was_applied(string kind, string expected)
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.PathOf("site"), "--sandbox", kind);
        var line = Assert.Single(vitrine.Lines, line => line.StartsWith("  Sandbox ", StringComparison.Ordinal));
        Assert.Contains(expected, line, StringComparison.Ordinal);
        using var client = new RawClient(vitrine.Port);
        Assert.Equal("served", client.Ask(RawClient.Get("/a.txt")).Text);
        Assert.Equal("further down", client.Ask(RawClient.Get("/folder/a.txt")).Text);
        Assert.Equal(200, client.Ask(RawClient.Get("/folder/")).Status);
    }

    [Fact]
    public async Task On_this_machine_alone_it_follows_and_for_others_it_is_strict()
    {
        using var local = await VitrineProcess.ServeAsync(folder.PathOf("site"));
        Assert.Contains(
            local.Lines, line => line.Contains($"reads {folder.Root};", StringComparison.Ordinal));
        using var everywhere = await VitrineProcess.ServeAsync(folder.PathOf("site"), "--public");
        Assert.Contains(
            everywhere.Lines, line => line.Contains($"reads {folder.PathOf("site")};", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("follow", 200)]
    [InlineData("strict", 403)]
    public async Task Another_folder_in_its_place_is_served_if_it_follows(string kind, int status)
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.PathOf("site"), "--sandbox", kind);
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        folder.Write("next/b.txt", "of the next one");
        Directory.Move(folder.PathOf("site"), folder.PathOf("last"));
        Directory.Move(folder.PathOf("next"), folder.PathOf("site"));
        await Eventually.IsTrue(
            () => Servers.Ask(vitrine.Port, RawClient.Get("/b.txt")).Status == status, $"that it is {status}");
        if (kind == "strict") await vitrine.ComplainsAsync("is a folder now that this process may not read");
    }

    // As a release that somebody else unpacked. It is not the old one that is served on, without a word.
    [Theory]
    [InlineData("follow")]
    [InlineData("none")]
    public async Task Another_folder_in_its_place_that_may_not_be_read_is_told_of_until_it_may(string kind)
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "Only root can become somebody else.");
        VitrineProcess.CopyTo(copy.Root);
        folder.Write("next/b.txt", "of the next one");
        var setting = new VitrineProcess.Setting { Copy = copy.Root };
        using var vitrine = await VitrineProcess.ServeAsync(
            setting, folder.PathOf("site"), "--user", "nobody", "--sandbox", kind, "--admin", "0");
        var admin = vitrine.AdminPort;
        Assert.Equal(200, Servers.Ask(admin, RawClient.Get("/readyz")).Status);
        folder.SetMode("next", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.Move(folder.PathOf("site"), folder.PathOf("last"));
        Directory.Move(folder.PathOf("next"), folder.PathOf("site"));
        await Eventually.IsTrue(
            () => Servers.Ask(vitrine.Port, RawClient.Get("/b.txt")).Status == 403, "that it is forbidden");
        await vitrine.ComplainsAsync("is a folder now that this process may not read");
        Assert.Equal(403, Servers.Ask(vitrine.Port, RawClient.Get("/c.txt")).Status);
        Assert.Equal("the folder may not be read\n", Servers.Ask(admin, RawClient.Get("/readyz")).Text);
        folder.SetMode("site", TemporaryFolder.ForEverybody);
        Assert.Equal(200, Servers.Ask(admin, RawClient.Get("/readyz")).Status);
        await Eventually.IsTrue(
            () => Servers.Ask(vitrine.Port, RawClient.Get("/b.txt")).Text == "of the next one", "that it is served");
    }

    [Fact]
    public async Task A_kernel_without_it_is_told_of_and_serves()
    {
        using var vitrine = await VitrineProcess.ServeAsync(Without("landlock_create_ruleset"), folder.PathOf("site"));
        Assert.Contains($"  Sandbox none: {Sandbox.NoLandlock}", vitrine.Lines);
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
    }

    [Fact]
    public async Task A_kernel_without_it_is_told_of_where_nothing_else_is()
    {
        using var vitrine = VitrineProcess.Start(
            Without("landlock_create_ruleset"), folder.PathOf("site"), "--port", "0", "--quiet");
        await vitrine.ComplainsAsync($"there is no sandbox: {Sandbox.NoLandlock}");
        // But for its address, which could not be known otherwise.
        Assert.DoesNotContain(vitrine.Lines, line => !line.StartsWith("http://", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("landlock_create_ruleset", "strict", "there is no sandbox: there is no Landlock here")]
    [InlineData("seccomp", "sealed", "the sandbox cannot be sealed: this system has no seccomp filter")]
    public async Task What_was_asked_for_and_is_not_to_be_had_is_an_error(string call, string kind, string expected)
    {
        using var vitrine = VitrineProcess.Start(
            Without(call), folder.PathOf("site"), "--port", "0", "--sandbox", kind);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    // One release makes room for the next while the server starts: that is an error, or one that is in its sandbox.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_folder_that_is_away_for_a_moment_does_not_cost_the_sandbox(int look)
    {
        var site = folder.PathOf("site");
        string[] away = ["-P", site, "-e", $"inject=?stat,?newfstatat,?statx:error=ENOENT:when={look}"];
        using var vitrine = VitrineProcess.Start(
            VitrineProcess.Setting.Traced(away), site, "--port", "0", "--sandbox", "strict", "--check-sandbox");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.DoesNotContain(vitrine.Lines, line => line.StartsWith("ALLOWED", StringComparison.Ordinal));
        Assert.Equal(exit == 0, errors.Length == 0);
    }

    // The version is what the first call gives; the others are those of this kernel.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task An_older_kernel_does_what_it_can_and_the_start_says_what_not(int version)
    {
        var setting = VitrineProcess.Setting.Traced("-e", $"inject=landlock_create_ruleset:retval={version}:when=1");
        using (var vitrine = await VitrineProcess.ServeAsync(setting, folder.PathOf("site"), "--sandbox", "strict"))
        {
            var line = Assert.Single(vitrine.Lines, line => line.StartsWith("  Sandbox ", StringComparison.Ordinal));
            Assert.Contains(
                $"writes nothing, no programs; may connect: that is Linux 6.7's to forbid (Landlock {version})",
                line,
                StringComparison.Ordinal);
            Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        }
        using var check = VitrineProcess.Start(
            setting, folder.PathOf("site"), "--port", "0", "--sandbox", "strict", "--check-sandbox");
        Assert.Equal((1, ""), await check.EndsAsync());
        Assert.Equal(["ALLOWED  connect with TCP"], check.Lines.Where(line => line[0] == 'A'));
        Assert.Contains("refused  read /etc/passwd: Permission denied", check.Lines);
    }

    [Fact]
    public async Task A_native_build_has_no_thread_outside()
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.PathOf("site"));
        var line = Assert.Single(vitrine.Lines, line => line.StartsWith("  Sandbox ", StringComparison.Ordinal));
        Assert.Equal(!VitrineProcess.IsNative, line.EndsWith(" threads of the runtime", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Root_becomes_somebody_else_for_good_once_the_port_is_open()
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "Only root can become somebody else.");
        VitrineProcess.CopyTo(copy.Root);
        folder.Write("site/secret.txt", "secret");
        folder.SetMode("site/secret.txt", UnixFileMode.UserRead);
        var setting = new VitrineProcess.Setting { Copy = copy.Root };
        var port = $"{FreeLowPort()}";
        using var vitrine = VitrineProcess.Start(
            setting, folder.PathOf("site"), "--port", port, "--user", "nobody");
        await vitrine.IsReadyAsync();
        Assert.Contains($"Server starting on port {port}...", vitrine.Lines);
        Assert.Contains("  User    nobody", vitrine.Lines);
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        Assert.Equal(403, Servers.Ask(vitrine.Port, RawClient.Get("/secret.txt")).Status);
        // Each thread's own identities: real, effective, saved, of the file system; and its capabilities.
        foreach (var task in Directory.GetDirectories($"/proc/{vitrine.Id}/task"))
        {
            var status = await File.ReadAllLinesAsync($"{task}/status", TestContext.Current.CancellationToken);
            Assert.Contains("Uid:\t65534\t65534\t65534\t65534", status);
            Assert.Contains("CapEff:\t0000000000000000", status);
        }

        using var check = VitrineProcess.Start(
            setting, folder.PathOf("site"), "--port", "0", "--user", "nobody", "--check-sandbox");
        Assert.Equal((0, ""), await check.EndsAsync());
        Assert.Contains("refused  become root: Operation not permitted", check.Lines);
    }

    [Fact]
    public async Task A_folder_that_the_user_may_not_read_is_an_error_at_the_start()
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "Only root can become somebody else.");
        VitrineProcess.CopyTo(copy.Root);
        const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        folder.SetMode("site", Mine);
        var setting = new VitrineProcess.Setting { Copy = copy.Root };
        using var vitrine = VitrineProcess.Start(setting, folder.PathOf("site"), "--port", "0", "--user", "nobody");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Contains("no permission to read", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nobody-of-that-name", "there is no user 'nobody-of-that-name'")]
    [InlineData("root", "'root' is root")]
    [InlineData("0", "'0' is root")]
    public async Task A_user_that_is_none_is_an_error(string name, string expected)
    {
        using var vitrine = VitrineProcess.Start(folder.PathOf("site"), "--port", "0", "--user", name);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }

    // As on a kernel that does not have a call.
    private static VitrineProcess.Setting Without(string call) =>
        VitrineProcess.Setting.Traced("-e", $"inject={call}:error=ENOSYS");

    // One that only root may open.
    private static int FreeLowPort()
    {
        for (var port = 1023; ; port--)
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.DualMode = true;
                socket.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                return port;
            }
            catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse && port > 900)
            {
                // The next one.
            }
        }
    }

    private async Task<(int ExitCode, string[] Lines)> CheckAsync(params string[] options)
    {
        using var vitrine = VitrineProcess.Start([folder.PathOf("site"), "--port", "0", "--check-sandbox", .. options]);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal("", errors);
        return (exit, vitrine.Lines);
    }
}
