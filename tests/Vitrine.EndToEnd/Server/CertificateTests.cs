using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>Certificates as files: what is wrong with them, and what is done to them while the server runs.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority;
    private readonly List<string> told = [];

    public CertificateTests()
    {
        authority = new TestAuthority(folder);
        folder.Write("site/a.txt", "0123456789");
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_is_wrong_is_said_with_the_file_and_what_to_do()
    {
        var good = authority.Issue("good");
        var other = authority.Issue("other");
        var folderAsFile = Directory.CreateDirectory(folder.PathOf("folder")).FullName;
        await IsRefusedAsync(new(folder.PathOf("none.pem")), $"there is no file '{folder.PathOf("none.pem")}'");
        await IsRefusedAsync(new(folderAsFile), $"'{folderAsFile}' is a folder");
        await IsRefusedAsync(new(good.Certificate), "there is no private key in", "--tls-key");
        await IsRefusedAsync(new(good.Key!), "there is no certificate in");
        await IsRefusedAsync(new(good.Certificate, other.Key), other.Key!, good.Certificate, "different pairs");
        await IsRefusedAsync(new(good.Certificate, good.Certificate), "there is no private key in");
        await IsRefusedAsync(new(folder.Write("empty", "")), "neither a PEM file");
        await IsRefusedAsync(new(folder.Write("noise", "hello")), "neither a PEM file");
        var cut = File.ReadAllText(good.Certificate);
        await IsRefusedAsync(
            new(folder.Write("cut", cut.Replace("MII", "MIJ", StringComparison.Ordinal)), good.Key), "damaged");
        await IsRefusedAsync(new(folder.Write("large", new byte[1024 * 1024 + 1])), "too long");
        using var key = ECDsa.Create();
        var encrypted = key.ExportEncryptedPkcs8PrivateKeyPem(
            "word", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1_000));
        await IsRefusedAsync(
            new(good.Certificate, folder.Write("locked.key", encrypted)),
            "is encrypted",
            "openssl pkey -in locked.key");
        await IsRefusedAsync(
            new(good.Certificate, folder.Write("old.key", Traditional)), "is encrypted", "openssl pkey -in old.key");
        using var weak = RSA.Create(1024);
        var request = new CertificateRequest("CN=weak", weak, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var tooWeak = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        await IsRefusedAsync(
            new(folder.Write("weak.pem", tooWeak.ExportCertificatePem() + "\n" + weak.ExportPkcs8PrivateKeyPem())),
            "weak.pem' cannot be used", "too small");
    }

    [Fact]
    public async Task Key_and_chain_may_be_in_one_file_in_pem_and_in_pkcs12()
    {
        var good = authority.Issue("good");
        var all = folder.Write("all.pem", File.ReadAllText(good.Key!) + "\n" + File.ReadAllText(good.Certificate));
        using var certificate = X509Certificate2.CreateFromPemFile(good.Certificate, good.Key);
        var pkcs12 = folder.Write("all.p12", certificate.Export(X509ContentType.Pkcs12));
        var locked = folder.Write("locked.p12", certificate.Export(X509ContentType.Pkcs12, "word"));
        foreach (var file in new[] { all, pkcs12 })
        {
            await using var server = await StartAsync(new CertificateFiles(file));
            Assert.Equal("CN=good", await SubjectAsync(server));
        }
        await IsRefusedAsync(new(locked), "without a password", "openssl pkcs12 -in locked.p12");
    }

    [Fact]
    public async Task A_chain_in_any_order_is_sent_in_its_own()
    {
        var good = authority.Issue("good");
        var odd = folder.Write("odd.pem", authority.Certificate.ExportCertificatePem() + "\n"
            + File.ReadAllText(authority.Issue("unrelated").Certificate) + "\n" + File.ReadAllText(good.Certificate));
        await using var server = await StartAsync(new CertificateFiles(odd, good.Key));
        Assert.Equal("CN=good", await SubjectAsync(server));
        Assert.Contains(told, line => line.Contains("does not come first", StringComparison.Ordinal));
        Assert.Contains(told, line => line.Contains("not of the chain", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_ends_is_told_of_and_used()
    {
        await using var server = await StartAsync(
            authority.Issue("soon", ["localhost"], days: 13.5, isRsa: false),
            authority.Issue("over", ["b.test"], days: -3, isRsa: false),
            authority.Issue("long", ["c.test"], days: 15, isRsa: false));
        Assert.Equal("CN=soon", await SubjectAsync(server));
        Assert.Contains(told, line => line.Contains("soon.pem' ends in 13 days", StringComparison.Ordinal));
        Assert.Contains(told, line => line.Contains("over.pem' has expired", StringComparison.Ordinal));
        Assert.DoesNotContain(told, line => line.Contains("long.pem", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("in place")]
    [InlineData("by name")]
    [InlineData("by link")]
    [InlineData("with an old date")]
    public async Task A_new_one_is_taken_up_without_a_restart(string how)
    {
        var first = authority.Issue("first");
        var second = authority.Issue("second");
        var live = Lay(first, how);
        await using var server = await StartAsync(live);
        using var kept = await ConnectAsync(server);
        Assert.Equal("CN=first", kept.RemoteCertificate!.Subject);
        // The files do not fit each other for a moment.
        Replace(live.Certificate, second.Certificate, how);
        await Task.Delay(2_500, Cancel);
        Assert.Equal("CN=first", await SubjectAsync(server));
        Replace(live.Key!, second.Key!, how);
        await Eventually.IsTrue(() => SubjectAsync(server).Result == "CN=second", "the second certificate");
        // What was begun with the first goes on.
        await kept.WriteAsync("GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
        Assert.True(await kept.ReadAsync(new byte[1_000], Cancel) > 0);
    }

    [Fact]
    public async Task What_cannot_be_used_is_told_once_and_the_one_before_stays()
    {
        var live = Lay(authority.Issue("first"), "in place");
        var other = authority.Issue("second");
        await using var server = await StartAsync(live);
        var before = told.Count;
        Replace(live.Key!, other.Key!, "in place");
        await Eventually.IsTrue(() => told.Count > before, "a word about the key");
        await Task.Delay(5_000, Cancel);
        var line = Assert.Single(told.Skip(before));
        Assert.Contains(live.Key!, line, StringComparison.Ordinal);
        Assert.Contains("stays in use", line, StringComparison.Ordinal);
        Assert.Equal("CN=first", await SubjectAsync(server));
        File.Delete(live.Certificate);
        await Eventually.IsTrue(() => told.Count > before + 1, "a word about the missing file");
        Assert.Contains("there is no file", told[^1], StringComparison.Ordinal);
        Replace(live.Certificate, other.Certificate, "in place");
        await Eventually.IsTrue(() => SubjectAsync(server).Result == "CN=second", "the second certificate");
        // One that has expired does not take the place of one that has not.
        var expired = authority.Issue("over", ["localhost"], days: -1, isRsa: false);
        Replace(live.Key!, expired.Key!, "in place");
        Replace(live.Certificate, expired.Certificate, "in place");
        await Eventually.IsTrue(() => told[^1].Contains("has expired", StringComparison.Ordinal), "the word expired");
        Assert.Equal("CN=second", await SubjectAsync(server));
    }

    [Fact]
    public async Task No_request_fails_while_certificates_are_swapped_under_load()
    {
        var live = Lay(authority.Issue("first"), "in place");
        await using var server = await StartAsync(live);
        using var stop = new CancellationTokenSource();
        var seen = new HashSet<string>();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var stream = await ConnectAsync(server);
                lock (seen) seen.Add(stream.RemoteCertificate!.Subject);
                for (var i = 0; i < 3; i++)
                {
                    await stream.WriteAsync("GET /a.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(), Cancel);
                    var reply = new byte[1_000];
                    var count = await stream.ReadAsync(reply, Cancel);
                    Assert.EndsWith("0123456789", System.Text.Encoding.ASCII.GetString(reply, 0, count));
                }
            }
        })).ToArray();
        for (var i = 0; i < 3; i++)
        {
            var next = authority.Issue($"next{i}");
            Replace(live.Certificate, next.Certificate, "by name");
            Replace(live.Key!, next.Key!, "by name");
            await Eventually.IsTrue(() => SubjectAsync(server).Result == $"CN=next{i}", "the next certificate");
        }
        await stop.CancelAsync();
        await Task.WhenAll(clients);
        Assert.True(seen.Count >= 3, string.Join(' ', seen));
    }

    [Fact]
    public async Task A_key_in_the_folder_is_never_served()
    {
        var good = authority.Issue("good");
        var key = folder.PathOf("site/tls/own key.pem");
        Directory.CreateDirectory(Path.GetDirectoryName(key)!);
        File.Copy(good.Key!, key);
        File.Copy(good.Key!, folder.PathOf("site/backup.txt"));
        File.CreateSymbolicLink(folder.PathOf("site/link.pem"), key);
        await using var server = await StartAsync(new CertificateFiles(good.Certificate, key));
        Assert.Contains(told, line => line.Contains("lies in the folder that is served", StringComparison.Ordinal));
        using var client = ClientOf(server);
        foreach (var path in new[]
            {
                "tls/own%20key.pem", "tls/%6fwn%20key.pem", "tls/./own%20key.pem", "backup.txt", "link.pem",
            })
            Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync(path, Cancel)).StatusCode);
        Assert.Equal("0123456789", await client.GetStringAsync("a.txt", Cancel));
        // What will be the next key is not served by its name either.
        await File.WriteAllTextAsync(key, "something else", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("tls/own%20key.pem", Cancel)).StatusCode);
    }

    [Fact]
    public async Task Nor_is_anything_else_that_is_secret()
    {
        var (good, next) = (authority.Issue("good"), authority.Issue("next"));
        var all = folder.Write("site/all.pem", File.ReadAllText(good.Certificate) + "\n" + File.ReadAllText(good.Key!));
        var key = folder.Write("site/own.key", File.ReadAllBytes(good.Key!));
        var tickets = folder.Write("site/tickets", RandomNumberGenerator.GetBytes(160));
        var root = folder.Write("site/authority/root.key", authority.ExportKey());
        var options = Options(new CertificateFiles(all, key));
        await using var server = await WebServer.StartAsync(options with
        {
            Tls = options.Tls! with { TicketKeys = tickets, PrivateFiles = [root] },
        });
        Assert.Equal(2, told.Count(line => line.Contains("lies in the folder that is", StringComparison.Ordinal)));
        using var client = ClientOf(server);
        string[] secret = ["all.pem", "own.key", "tickets", "authority/root.key", "old.txt"];
        File.Copy(key, folder.PathOf("site/old.txt"));
        foreach (var path in secret)
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.GetAsync(path, Cancel)).StatusCode));
        // What was a key once, and what is none of the certificate's.
        File.Copy(next.Key!, key, overwrite: true);
        File.Copy(key, folder.PathOf("site/new.txt"));
        await Eventually.IsTrue(
            () => told.Any(line => line.Contains("pairs", StringComparison.Ordinal)), "a complaint");
        foreach (var path in secret.Append("new.txt"))
            Assert.Equal((path, HttpStatusCode.NotFound), (path, (await client.GetAsync(path, Cancel)).StatusCode));
    }

    [Fact]
    public async Task The_admin_port_lists_them()
    {
        var options = Options(authority.Issue("good", "a.test", "b.test")) with { AdminPort = 0 };
        await using var server = await WebServer.StartAsync(options);
        var reply = Servers.Ask(server.AdminPort!.Value, RawClient.Get("/certificates"));
        Assert.Matches(@"^   89 days left, until \d{4}-.*: ECDSA a\.test, b\.test \(.*good\.pem\)\n$", reply.Text);
    }

    [Fact]
    public async Task Keys_of_sessions_are_shared_by_a_file()
    {
        var keys = folder.PathOf("tickets");
        await File.WriteAllBytesAsync(keys, new byte[81], Cancel);
        var options = Options(authority.Issue("good"));
        options = options with { Tls = options.Tls! with { TicketKeys = keys } };
        var fault = await Assert.ThrowsAsync<CertificateException>(() => WebServer.StartAsync(options));
        Assert.Contains("no file of ticket keys", fault.Message, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(keys, RandomNumberGenerator.GetBytes(160), Cancel);
        await using var first = await WebServer.StartAsync(options);
        await using var second = await WebServer.StartAsync(options);
        var session = folder.PathOf("session");
        Assert.Contains("New, TLS", await OpenSslAsync(first, "-sess_out", session), StringComparison.Ordinal);
        Assert.Contains("Reused, TLS", await OpenSslAsync(second, "-sess_in", session), StringComparison.Ordinal);
    }

    private const string Traditional = """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

        AAAA
        -----END RSA PRIVATE KEY-----
        """;

    private static async Task<string> OpenSslAsync(WebServer server, string what, string file)
    {
        var command = "(printf 'GET /a.txt HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n'; sleep 0.5) | "
            + $"{Tool.Require("openssl")} s_client -connect 127.0.0.1:{server.Port} {what} {file} -ign_eof";
        return (await Tool.RunAsync("/bin/sh", "-c", command)).Output;
    }

    private CertificateFiles Lay(CertificateFiles files, string how)
    {
        var live = new CertificateFiles(folder.PathOf("live/own.pem"), folder.PathOf("live/own.key"));
        Directory.CreateDirectory(folder.PathOf("live"));
        Replace(live.Certificate, files.Certificate, how);
        Replace(live.Key!, files.Key!, how);
        return live;
    }

    private static void Replace(string live, string by, string how)
    {
        switch (how)
        {
            case "by link":
                File.CreateSymbolicLink(live + ".new", by);
                File.Move(live + ".new", live, overwrite: true);
                break;
            case "by name":
                File.Copy(by, live + ".new");
                File.Move(live + ".new", live, overwrite: true);
                break;
            default:
                File.WriteAllBytes(live, File.ReadAllBytes(by));
                if (how == "with an old date") File.SetLastWriteTimeUtc(live, DateTime.UnixEpoch.AddDays(10_000));
                break;
        }
    }

    private async Task IsRefusedAsync(CertificateFiles files, params string[] words)
    {
        var fault = await Assert.ThrowsAsync<CertificateException>(() => StartAsync(files));
        foreach (var word in words) Assert.Contains(word, fault.Message, StringComparison.Ordinal);
    }

    private Task<WebServer> StartAsync(params CertificateFiles[] certificates) =>
        WebServer.StartAsync(Options(certificates));

    private WebServerOptions Options(params CertificateFiles[] certificates) =>
        Servers.Options(folder.PathOf("site"), TransportKind.Auto) with
        {
            Tls = new TlsOptions { Certificates = certificates },
            OnFault = fault => told.Add(fault.Message),
        };

    private async Task<string> SubjectAsync(WebServer server)
    {
        using var stream = await ConnectAsync(server);
        return stream.RemoteCertificate!.Subject;
    }

    private async Task<SslStream> ConnectAsync(WebServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => authority.Issued(certificate));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost" }, Cancel);
        return stream;
    }

    private HttpClient ClientOf(WebServer server) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => authority.Issued(certificate),
        },
    })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{server.Port}/"),
    };
}
