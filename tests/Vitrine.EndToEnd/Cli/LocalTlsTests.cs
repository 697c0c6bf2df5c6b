using System.Diagnostics;
using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>HTTPS on a developer's machine: <c>-S</c>, <c>trust</c> and <c>untrust</c>.</summary>
public sealed class LocalTlsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly VitrineProcess.Setting setting;

    public LocalTlsTests()
    {
        folder.Write("site/index.html", "<!DOCTYPE html><title>Local</title><link rel=icon href=data:,><p>Hello");
        Directory.CreateDirectory(folder.PathOf("home"));
        setting = new VitrineProcess.Setting
        {
            Environment = new()
            {
                ["HOME"] = folder.PathOf("home"),
                ["CAROOT"] = folder.PathOf("mkcert"),
                ["XDG_DATA_HOME"] = "",
            },
        };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Browsers_and_programs_trust_it_once_they_were_told_to()
    {
        Tool.Require("certutil");
        Tool.Require("update-ca-certificates");
        using var vitrine = await ServeAsync("-S");
        var url = $"https://localhost:{vitrine.Port}/";
        Assert.Contains(vitrine.Lines, line => line == $"  Open    {url}");
        Assert.Contains(vitrine.Lines, line => line.Contains("'vitrine trust'", StringComparison.Ordinal));
        Assert.Equal(60, (await Tool.RunAsync(Tool.Require("curl"), "-s", url)).ExitCode); // nobody knows it yet
        try
        {
            var (exit, output) = await RunAsync("trust");
            Assert.True(exit == 0, output);
            Assert.DoesNotContain("NOT", output, StringComparison.Ordinal);
            foreach (var host in new[] { "localhost", "127.0.0.1" })
            {
                var (code, _, errors) = await Tool.RunAsync(
                    Tool.Require("curl"), "-s", "--fail", $"https://{host}:{vitrine.Port}/");
                Assert.True(code == 0, $"{code} {errors}");
            }
            await using var chromium = await ChromiumBrowser.StartAsync(folder.PathOf("home"));
            var reply = await chromium.Page.GotoAsync(url);
            Assert.Equal(200, reply!.Status);
            Assert.Equal("Local", await chromium.Page.TitleAsync());
            Assert.Equal("h2", await chromium.Page.EvaluateAsync<string>(
                "performance.getEntriesByType('navigation')[0].nextHopProtocol"));
            Assert.Empty(chromium.Complaints);
        }
        finally
        {
            var (exit, output) = await RunAsync("untrust");
            Assert.True(exit == 0, output);
        }
        Assert.Equal(60, (await Tool.RunAsync(Tool.Require("curl"), "-s", url)).ExitCode);
    }

    [Fact]
    public async Task The_authority_is_made_once_and_for_nobody_else()
    {
        var file = folder.PathOf("home/.local/share/vitrine/authority.pem");
        string first;
        using (await ServeAsync("-S")) first = await File.ReadAllTextAsync(file, Cancel);
        using (await ServeAsync("--tls")) Assert.Equal(first, await File.ReadAllTextAsync(file, Cancel));
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnersAlone, File.GetUnixFileMode(Path.ChangeExtension(file, ".key")));
        Assert.Equal(
            OwnersAlone | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(file)!));
        // Not for a site: whoever has the key can pass for this machine alone.
        var (_, text, _) = await Tool.RunAsync(Tool.Require("openssl"), "x509", "-in", file, "-noout", "-text");
        Assert.Contains("X509v3 Name Constraints: critical", text, StringComparison.Ordinal);
        Assert.Contains("DNS:localhost", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task That_of_mkcert_is_used_where_there_is_one()
    {
        using var authority = new TestAuthority(folder, "mkcert/rootCA");
        await File.WriteAllTextAsync(folder.PathOf("mkcert/rootCA-key.pem"), authority.ExportKey(), Cancel);
        using var vitrine = await ServeAsync("-S");
        var (exit, output, errors) = await Tool.RunAsync(
            Tool.Require("curl"), "-s", "--cacert", authority.File, $"https://localhost:{vitrine.Port}/");
        Assert.True(exit == 0, errors);
        Assert.Contains("Hello", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder.PathOf("home/.local/share/vitrine")));
    }

    [Fact]
    public async Task A_broken_one_is_told_of()
    {
        folder.Write("home/.local/share/vitrine/authority.pem", "nothing");
        folder.Write("home/.local/share/vitrine/authority.key", "nothing");
        using var vitrine = VitrineProcess.Start(setting, folder.PathOf("site"), "--port", "0", "-S");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.Contains("is damaged: delete it, then another is made", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tls-key", "k.pem", "--tls-key needs --tls-cert")]
    [InlineData("--redirect-http", "80", "--redirect-http is for HTTPS")]
    [InlineData("--tls-client-ca", "ca.pem", "--tls-client-ca is for HTTPS")]
    public async Task What_needs_a_certificate_says_so(string option, string value, string complaint)
    {
        using var vitrine = VitrineProcess.Start(setting, folder.PathOf("site"), "--port", "0", option, value);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(2, exit);
        Assert.Contains(complaint, errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_that_is_not_there_is_told_of()
    {
        using var vitrine = VitrineProcess.Start(
            setting, folder.PathOf("site"), "--port", "0", "--tls-cert", "none.pem", "--tls-key", "none.key");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal((1, "vitrine: there is no file 'none.pem'.\n"), (exit, errors));
    }

    // In the sandbox, with what the user asked for.
    [Theory]
    [InlineData("strict")]
    [InlineData("sealed")]
    public async Task Https_is_spoken_in_the_sandbox_and_renewed(string sandbox)
    {
        using var authority = new TestAuthority(folder);
        var first = authority.Issue("live/first");
        var second = authority.Issue("live/second");
        using var vitrine = await ServeAsync(
            "--sandbox", sandbox, "--redirect-http", "0", "--tls-cert", first.Certificate, "--tls-key", first.Key!);
        Assert.Equal("CN = live/first", await SubjectAsync(vitrine.Port));
        File.Move(second.Key!, first.Key!, overwrite: true);
        File.Move(second.Certificate, first.Certificate, overwrite: true);
        await Eventually.IsTrue(() => SubjectAsync(vitrine.Port).Result == "CN = live/second", "the second one");
        vitrine.Send(VitrineProcess.Signal.Terminate);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal((0, ""), (exit, errors));
    }

    private static async Task<string> SubjectAsync(int port)
    {
        var (_, output, _) = await Tool.RunAsync(
            Tool.Require("openssl"), "s_client", "-connect", $"127.0.0.1:{port}", "-servername", "localhost");
        const string Subject = "subject=";
        return output.Split('\n').First(line => line.StartsWith(Subject, StringComparison.Ordinal))[Subject.Length..];
    }

    private Task<VitrineProcess> ServeAsync(params string[] args) =>
        VitrineProcess.ServeAsync(setting, folder.PathOf("site"), args);

    private async Task<(int ExitCode, string Output)> RunAsync(string command)
    {
        var line = VitrineProcess.CommandLine();
        var start = new ProcessStartInfo(line[0], [.. line[1..], command]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_ROOT"] = VitrineProcess.RuntimeRoot;
        foreach (var (name, value) in setting.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }
}
