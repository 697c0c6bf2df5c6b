using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

public sealed class PermissionTests : IDisposable
{
    private const UnixFileMode Nobody = UnixFileMode.None;

    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder copy = new();

    public PermissionTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such modes on Windows.");
        folder.Write("site/readable.txt", "readable");
        folder.Write("site/secret.txt", "secret");
        folder.Write("site/closed/a.txt", "inside");
        folder.SetMode("site/secret.txt", Nobody);
        folder.SetMode("site/closed", Nobody);
    }

    public void Dispose()
    {
        folder.SetMode("site/closed", TemporaryFolder.ForEverybody);
        folder.SetMode("site", TemporaryFolder.ForEverybody);
        folder.Dispose();
        copy.Dispose();
    }

    [Fact]
    public async Task What_may_not_be_read_is_403_and_the_rest_is_served()
    {
        using var vitrine = await VitrineProcess.ServeAsync(Unprivileged(), folder.PathOf("site"));
        using var client = new RawClient(vitrine.Port);

        foreach (var target in new[] { "/secret.txt", "/closed/a.txt", "/closed/" })
        {
            var reply = client.Ask(RawClient.Get(target));
            Assert.Equal((target, 403), (target, reply.Status));
            Assert.DoesNotContain("inside", reply.Text, StringComparison.Ordinal);
        }
        Assert.Equal("readable", client.Ask(RawClient.Get("/readable.txt")).Text);

        folder.SetMode("site/secret.txt", TemporaryFolder.ForEverybody);
        Assert.Equal("secret", client.Ask(RawClient.Get("/secret.txt")).Text);
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_an_error_that_says_so()
    {
        var setting = Unprivileged();
        folder.SetMode("site", Nobody);
        using var refused = VitrineProcess.Start(setting, folder.PathOf("site"), "--port", "0");
        var (exit, errors) = await refused.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Empty(refused.Lines);
        var line = Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("vitrine: no permission to read", line, StringComparison.Ordinal);

        folder.SetMode("site", TemporaryFolder.ForEverybody);
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.PathOf("site"));
        Assert.Equal("readable", Servers.Ask(vitrine.Port, RawClient.Get("/readable.txt")).Text);
    }

    [Fact]
    public async Task A_port_that_may_not_be_taken_is_an_error_that_says_so()
    {
        const string Boundary = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
        Assert.SkipUnless(File.Exists(Boundary), "Only Linux says which ports are privileged.");
        var first = (await File.ReadAllTextAsync(Boundary, TestContext.Current.CancellationToken)).Trim();
        Assert.SkipWhen(first is "0" or "1", "Every port is for everybody on this machine.");
        using var refused = VitrineProcess.Start(Unprivileged(), folder.PathOf("site"), "--port", "1");
        var (exit, errors) = await refused.EndsAsync();
        Assert.Equal(1, exit);
        Assert.StartsWith("vitrine: no permission to listen on port 1;", errors, StringComparison.Ordinal);
    }

    // Modes mean nothing to root, so then the command becomes somebody else.
    private VitrineProcess.Setting Unprivileged()
    {
        if (Libc.EffectiveUser() != 0) return new VitrineProcess.Setting();
        VitrineProcess.CopyTo(copy.Root);
        return new VitrineProcess.Setting
        {
            Before = [Tool.Require("setpriv"), "--reuid=65534", "--regid=65534", "--clear-groups"],
            Copy = copy.Root,
            WorkingDirectory = copy.Root,
            Environment = new() { ["HOME"] = copy.Root, ["DOTNET_CLI_HOME"] = copy.Root },
        };
    }
}
