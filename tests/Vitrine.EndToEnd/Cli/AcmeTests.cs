using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>Certificates from an authority, with a real one: <c>--acme</c> and <c>vitrine acme</c>.</summary>
public sealed class AcmeTests : IDisposable
{
    private const string Name = "www.example.org";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder folder = new();

    public AcmeTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no pebble on Windows.");
        folder.Write("site/index.html", "Hello");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("tls-alpn-01", "strict")]
    [InlineData("http-01", "sealed")]
    public async Task A_server_gets_its_certificate_and_serves_with_it(string kind, string sandbox)
    {
        using var pebble = await Pebble.StartAsync(folder);
        using (var vitrine = await ServeAsync(
            pebble, "--acme", Name, "--acme-challenge", kind, "--acme-email", "me@example.org", "--sandbox", sandbox))
        {
            await IsServedAsync(pebble);
            await vitrine.ComplainsAsync("there is a new certificate for www.example.org, until ");
            Assert.DoesNotContain(vitrine.Lines, line => line.Contains("thread", StringComparison.Ordinal)
                && VitrineProcess.IsNative);
            vitrine.Send(VitrineProcess.Signal.Terminate);
            Assert.Equal(0, (await vitrine.EndsAsync()).ExitCode);
        }
        // It is there at the next start, and nobody is asked again.
        using (await ServeAsync(pebble, "--acme", Name, "--acme-challenge", kind, "--acme-email", "me@example.org"))
        {
            await IsServedAsync(pebble);
            Assert.Equal(1, pebble.Orders);
        }
    }

    [Fact]
    public async Task It_is_renewed_by_a_timer_while_clients_are_connected()
    {
        using var pebble = await Pebble.StartAsync(folder);
        var first = await RunAsync(pebble, Name);
        // Nobody answers the authority where no server runs.
        Assert.Equal(1, first.ExitCode);
        Assert.Contains("did not find what proves", first.Errors, StringComparison.Ordinal);
        using var vitrine = await ServeAsync(pebble, "--acme", Name);
        var before = await IsServedAsync(pebble);
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4)
            .Select(_ => Task.Run(() => AskAsync(pebble.TlsPort, stop.Token))).ToArray();
        Due();
        var (exit, output, errors) = await RunAsync(pebble, Name);
        Assert.Equal((0, ""), (exit, errors));
        Assert.StartsWith("there is a new certificate for www.example.org, until ", output, StringComparison.Ordinal);
        await Eventually.IsTrue(() => ShownAsync(pebble.TlsPort).Result != before, "the new one");
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(clients), count => Assert.True(count > 10));
        // Twice is once.
        var orders = pebble.Orders;
        Assert.Equal((0, "", ""), await RunAsync(pebble, Name));
        Assert.Equal(orders, pebble.Orders);
    }

    [Fact]
    public async Task Of_several_that_renew_one_does()
    {
        using var pebble = await Pebble.StartAsync(folder);
        using var vitrine = await ServeAsync(pebble, "--acme", Name);
        await IsServedAsync(pebble);
        Due();
        var runs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(pebble, Name)));
        Assert.All(runs, run => Assert.Equal((0, ""), (run.ExitCode, run.Errors)));
        Assert.Single(runs, run => run.Output.Contains("there is a new certificate", StringComparison.Ordinal));
        Assert.Equal(2, pebble.Orders);
    }

    [Fact]
    public async Task A_name_that_leads_elsewhere_is_told_of_and_the_others_are_served()
    {
        using var pebble = await Pebble.StartAsync(folder);
        await pebble.ResolveAsync("lost.example.org", "127.0.0.2");
        using var vitrine = await ServeAsync(pebble, "--acme", "lost.example.org", "--acme", Name);
        await IsServedAsync(pebble);
        await vitrine.ComplainsAsync("there is no certificate for lost.example.org yet: the authority looked at port ");
        await vitrine.ComplainsAsync("it is tried again in a minute.");
    }

    [Fact]
    public async Task An_authority_that_is_not_reached_keeps_nobody_from_serving()
    {
        using var pebble = await Pebble.StartAsync(folder);
        using var vitrine = await ServeAsync(pebble, "--acme", Name, "--acme-directory", "https://localhost:9/dir");
        await vitrine.ComplainsAsync("yet: the authority at localhost:9 cannot be reached: ");
        Assert.Equal("CN=vitrine", await ShownAsync(pebble.TlsPort, subject: true));
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        var url = $"http://127.0.0.1:{pebble.HttpPort}/.well-known/acme-challenge/none";
        var reply = await client.GetAsync(new Uri(url), Cancel);
        Assert.Equal(308, (int)reply.StatusCode); // as whatever else is asked there
    }

    [Fact]
    public async Task A_full_disk_is_found_before_the_authority_is_asked()
    {
        using var pebble = await Pebble.StartAsync(folder);
        string[] full =
        [
            Tool.Require("strace"), "-D", "-f", "-qq", "-o", "/dev/null", "-e", "trace=pwrite64", "-e",
            "inject=pwrite64:error=ENOSPC",
        ];
        var (exit, _, errors) = await RunAsync(pebble, full, Name);
        Assert.Equal(1, exit);
        Assert.Contains("No space left on device", errors, StringComparison.Ordinal);
        Assert.Equal(0, pebble.Orders);
        Assert.Empty(Directory.GetFiles(folder.PathOf("state"), "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task An_account_that_one_has_is_bound()
    {
        using var pebble = await Pebble.StartAsync(folder, wantsAccounts: true);
        using var vitrine = await ServeAsync(
            pebble, "--acme", Name, "--acme-eab-kid", Pebble.KeyId, "--acme-eab-key", folder.Write("key", Pebble.Key));
        await IsServedAsync(pebble);
    }

    [Fact]
    public async Task An_account_that_one_should_have_is_told_of()
    {
        using var pebble = await Pebble.StartAsync(folder, wantsAccounts: true);
        var (exit, _, errors) = await RunAsync(pebble, Name);
        Assert.Equal(1, exit);
        Assert.Contains("its name and key with --acme-eab-kid and --acme-eab-key", errors, StringComparison.Ordinal);
        var wrong = folder.Write("key", "AAAA");
        (exit, _, errors) = await RunAsync(pebble, Name, "--acme-eab-kid", Pebble.KeyId, "--acme-eab-key", wrong);
        Assert.Equal(1, exit);
        Assert.Contains("the authority refuses it: ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_process_that_renews_ends_with_the_server()
    {
        using var pebble = await Pebble.StartAsync(folder);
        using var vitrine = await ServeAsync(pebble, "--acme", Name);
        var child = int.Parse(
            (await File.ReadAllTextAsync($"/proc/{vitrine.Id}/task/{vitrine.Id}/children", Cancel)).Trim(),
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains("--beside-server", await File.ReadAllTextAsync($"/proc/{child}/cmdline", Cancel),
            StringComparison.Ordinal);
        vitrine.Send(VitrineProcess.Signal.Kill);
        await Eventually.IsTrue(() => !Directory.Exists($"/proc/{child}"), "its end");
    }

    [Fact]
    public async Task That_it_has_ended_is_told()
    {
        using var pebble = await Pebble.StartAsync(folder);
        using var vitrine = await ServeAsync(pebble, "--acme", Name);
        using var child = Process.GetProcessById(int.Parse(
            (await File.ReadAllTextAsync($"/proc/{vitrine.Id}/task/{vitrine.Id}/children", Cancel)).Trim(),
            System.Globalization.CultureInfo.InvariantCulture));
        child.Kill();
        await vitrine.ComplainsAsync("the process that renews certificates has ended");
        Assert.True(vitrine.IsRunning);
    }

    [Fact]
    public async Task As_another_user_it_has_its_state_for_itself()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can become another.");
        using var pebble = await Pebble.StartAsync(folder);
        // Which that user may read.
        using var copy = new TemporaryFolder();
        VitrineProcess.CopyTo(copy.Root);
        var setting = new VitrineProcess.Setting { Copy = copy.Root };
        using var vitrine = await ServeAsync(setting, pebble, "--acme", Name, "--user", "nobody");
        await IsServedAsync(pebble);
        var (_, owner, _) = await Tool.RunAsync("/usr/bin/stat", "-c", "%U %a", folder.PathOf("state"));
        Assert.Equal("nobody 700\n", owner);
    }

    [Theory]
    [InlineData("*.example.org", "dns-01")]
    [InlineData("localhost", "is not the full name of a host")]
    public async Task What_no_authority_gives_is_refused(string name, string complaint)
    {
        using var vitrine = VitrineProcess.Start(folder.PathOf("site"), "--acme", name);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(2, exit);
        Assert.Contains(complaint, errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--acme-staging needs --acme", "--acme-staging")]
    [InlineData("needs --redirect-http", "--acme", Name, "--acme-challenge", "http-01")]
    [InlineData("a certificate for an address, as 192.0.2.1, needs --redirect-http", "--acme", "192.0.2.1")]
    [InlineData("takes an address of https", "--acme", Name, "--acme-directory", "http://localhost/")]
    [InlineData("go together", "--acme", Name, "--acme-eab-kid", "me")]
    [InlineData("takes an address of mail", "--acme", Name, "--acme-email", "me")]
    public async Task Options_that_make_no_sense_are_refused(string complaint, params string[] args)
    {
        using var vitrine = VitrineProcess.Start([folder.PathOf("site"), "--port", "0", .. args]);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(2, exit);
        Assert.Contains(complaint, errors, StringComparison.Ordinal);
    }

    // Asks without end on kept and on new connections; how often.
    private static async Task<int> AskAsync(int port, CancellationToken stop)
    {
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            using var client = new HttpClient(new SocketsHttpHandler
            {
                SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
            });
            for (var i = 0; i < 20; i++, count++)
                Assert.Equal("Hello", await client.GetStringAsync($"https://127.0.0.1:{port}/", Cancel));
        }
        return count;
    }

    private static async Task<string> ShownAsync(int port, bool subject = false)
    {
        using var client = new TcpClient("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream(), false, (_, shown, _, _) => shown is not null);
        await tls.AuthenticateAsClientAsync(Name);
        return subject ? tls.RemoteCertificate!.Subject : tls.RemoteCertificate!.GetSerialNumberString();
    }

    // That it is due at once, as the authority could have said.
    private void Due()
    {
        var note = Directory.GetFiles(folder.PathOf("state"), $"{Name}.json", SearchOption.AllDirectories).Single();
        var json = JsonNode.Parse(File.ReadAllText(note))!;
        json["issuer_data"]!["renewal_info"] = new JsonObject
        {
            ["_selectedTime"] = DateTimeOffset.UtcNow.AddHours(-1),
            ["_retryAfter"] = DateTimeOffset.UtcNow.AddHours(1),
        };
        File.WriteAllText(note, json.ToJsonString());
    }

    // With a certificate of the authority's; which one.
    private static async Task<string> IsServedAsync(Pebble pebble)
    {
        using var root = await pebble.RootAsync();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync("127.0.0.1", pebble.TlsPort, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
        var clock = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Assert.Equal("Hello", await client.GetStringAsync($"https://{Name}:{pebble.TlsPort}/", Cancel));
                return await ShownAsync(pebble.TlsPort);
            }
            catch (HttpRequestException) when (clock.Elapsed < Patience)
            {
                await Task.Delay(100, Cancel);
            }
        }
    }

    private string[] Usual(Pebble pebble, params string[] args) =>
    [
        .. args, "--acme-trust", pebble.TrustFile, "--acme-state", folder.PathOf("state"),
        .. args.Contains("--acme-directory") ? Array.Empty<string>() : ["--acme-directory", pebble.Directory],
    ];

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(Pebble pebble, params string[] args) =>
        RunAsync(pebble, [], args);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        Pebble pebble, string[] before, params string[] args) => Tool.RunAsync(
            Patience,
            Tool.Require("env"),
            [
                $"DOTNET_ROOT={VitrineProcess.RuntimeRoot}", .. before, .. VitrineProcess.CommandLine(), "acme",
                .. Usual(pebble, args),
            ]);

    private Task<VitrineProcess> ServeAsync(Pebble pebble, params string[] args) =>
        ServeAsync(new VitrineProcess.Setting(), pebble, args);

    private async Task<VitrineProcess> ServeAsync(
        VitrineProcess.Setting setting, Pebble pebble, params string[] args)
    {
        var vitrine = VitrineProcess.Start(
            setting,
            [
                folder.PathOf("site"), "--port", $"{pebble.TlsPort}", "--redirect-http", $"{pebble.HttpPort}",
                .. Usual(pebble, args),
            ]);
        await vitrine.IsReadyAsync();
        return vitrine;
    }
}
