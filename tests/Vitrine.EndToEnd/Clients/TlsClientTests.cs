using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Clients;

/// <summary>HTTPS as clients speak it, on libssl and on SslStream.</summary>
public sealed class TlsClientTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority;
    private readonly byte[] large;

    public TlsClientTests()
    {
        authority = new TestAuthority(folder);
        folder.Write("site/a.txt", "0123456789");
        large = folder.WriteRandom("site/large.bin", 5_000_000);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task HttpClient_speaks_both_protocols(TransportKind transport)
    {
        await using var server = await StartAsync(transport, authority.Issue("own"));
        Assert.Equal([$"https://127.0.0.1:{server.Port}/"], server.Urls);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = ClientOf(server, version);
            for (var i = 0; i < 3; i++)
            {
                using var reply = await client.GetAsync("large.bin", Cancel);
                Assert.Equal((HttpStatusCode.OK, version), (reply.StatusCode, reply.Version));
                var body = await reply.Content.ReadAsByteArrayAsync(Cancel);
                Assert.True(large.AsSpan().SequenceEqual(body));
                Assert.Equal("0123456789", await client.GetStringAsync("a.txt", Cancel));
            }
            await Eventually.IsTrue(() => server.ConnectionCount == 1, "one connection for all");
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Curl_speaks_it(TransportKind transport)
    {
        await using var server = await StartAsync(transport, authority.Issue("own"));
        var url = $"https://localhost:{server.Port}/a.txt";
        string[] report = ["-s", "--cacert", authority.File, "-w", " %{http_version} %{http_code}"];
        Assert.Equal("0123456789 2 200", await CurlAsync([.. report, "--http2", url]));
        Assert.Equal("0123456789 1.1 200", await CurlAsync([.. report, "--http1.1", url]));
        Assert.Equal("0123456789 2 200", await CurlAsync([.. report, "--tls-max", "1.2", url]));
        Assert.Equal("234 2 206", await CurlAsync([.. report, "--range", "2-4", url]));
        var (exit, _, _) = await Tool.RunAsync(
            Tool.Require("curl"), [.. report, "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0", url]);
        Assert.Equal(35, exit); // no handshake
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Plain_http_is_told_where_to_go(TransportKind transport)
    {
        await using var server = await StartAsync(transport, authority.Issue("own"));
        var reply = Servers.Ask(server.Port, RawClient.Get("/a%20b?c=d"));
        Assert.Equal(400, reply.Status);
        Assert.Contains($"https://localhost:{server.Port}/a%20b?c=d", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_redirecting_port_keeps_host_path_and_query()
    {
        var options = Options(TransportKind.Auto, authority.Issue("own"));
        await using var server = await WebServer.StartAsync(
            options with { Tls = options.Tls! with { RedirectPort = 0 } });
        using var client = new RawClient(server.RedirectPort!.Value);
        var reply = client.Ask(RawClient.Get("/a.txt?b=c"));
        Assert.Equal(308, reply.Status);
        Assert.Equal($"https://localhost:{server.Port}/a.txt?b=c", reply.Field("Location"));
        Assert.Equal(
            $"https://[::1]:{server.Port}//elsewhere/..",
            client.Ask("GET //elsewhere/.. HTTP/1.1\r\nHost: [::1]:80\r\n\r\n").Field("Location"));
        Assert.Equal(400, client.Ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").Status);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task The_certificate_is_that_of_the_host(TransportKind transport)
    {
        await using var server = await StartAsync(
            transport, authority.Issue("default", "localhost"), authority.Issue("one", "one.test", "*.many.test"));
        foreach (var (host, name) in new[]
            { ("one.test", "one"), ("x.many.test", "one"), ("x.y.many.test", "default"), ("other.test", "default") })
        {
            using var stream = await ConnectAsync(server, host);
            Assert.Equal($"CN={name}", stream.RemoteCertificate!.Subject);
        }
    }

    [Fact]
    public async Task Rsa_stands_beside_ecdsa()
    {
        await using var server = await StartAsync(
            TransportKind.Auto, authority.Issue("curve"), authority.Issue("primes", ["localhost"], 90, isRsa: true));
        var openssl = Tool.Require("openssl");
        foreach (var (kind, name) in new[] { ("ECDSA", "curve"), ("RSA", "primes") })
        {
            var (_, output, _) = await Tool.RunAsync(
                openssl, "s_client", "-connect", $"127.0.0.1:{server.Port}", "-tls1_2", "-cipher",
                $"ECDHE-{kind}-AES128-GCM-SHA256");
            Assert.Contains($"CN = {name}", output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_host_without_a_certificate_is_refused_where_that_is_wanted(TransportKind transport)
    {
        var options = Options(transport, authority.Issue("own", "localhost"));
        await using var server = await WebServer.StartAsync(
            options with { Tls = options.Tls! with { RefusesOtherNames = true } });
        using (await ConnectAsync(server, "localhost")) { }
        await Assert.ThrowsAnyAsync<AuthenticationException>(() => ConnectAsync(server, "other.test"));
        var (_, _, errors) = await Tool.RunAsync(
            Tool.Require("openssl"), "s_client", "-connect", $"127.0.0.1:{server.Port}", "-servername", "other.test");
        Assert.Contains("unrecognized name", errors, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_connection_of_one_host_is_not_used_for_another(TransportKind transport)
    {
        await using var server = await StartAsync(
            transport, authority.Issue("one", "one.test"), authority.Issue("two", "two.test"));
        using var stream = await ConnectAsync(server, "one.test");
        foreach (var (host, status) in new[]
            { ("one.test", 200), ("two.test", 421), ("TWO.test.:443", 421), ("three", 200) })
        {
            await stream.WriteAsync(
                System.Text.Encoding.ASCII.GetBytes($"HEAD /a.txt HTTP/1.1\r\nHost: {host}\r\n\r\n"), Cancel);
            var head = new byte[4096];
            var count = await stream.ReadAsync(head, Cancel);
            Assert.StartsWith($"HTTP/1.1 {status} ", System.Text.Encoding.ASCII.GetString(head, 0, count),
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_session_goes_on_and_not_for_another_host()
    {
        await using var server = await StartAsync(
            TransportKind.Auto, authority.Issue("one", "one.test"), authority.Issue("two", "two.test"));
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            var file = folder.PathOf($"session{version}");
            (string Host, string What, string Said)[] tries =
            [
                ("one.test", "-sess_out", "New"), ("one.test", "-sess_in", "Reused"), ("two.test", "-sess_in", "New"),
            ];
            foreach (var (host, what, said) in tries)
                Assert.Contains(
                    $"{said}, TLS", await SessionAsync(version, host, what, file), StringComparison.Ordinal);
        }

        async Task<string> SessionAsync(string version, string host, string what, string file)
        {
            // A ticket of TLS 1.3 comes behind the handshake: with a reply it is read.
            var request = $"GET /a.txt HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n";
            var command = $"(printf '{request}'; sleep 0.5) | {Tool.Require("openssl")} s_client -connect "
                + $"127.0.0.1:{server.Port} {version} -servername {host} "
                + $"{what} {file} -ign_eof";
            return (await Tool.RunAsync("/bin/sh", "-c", command)).Output;
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Clients_show_a_certificate_where_one_is_asked_for(TransportKind transport)
    {
        using var others = new TestAuthority(folder, "others");
        var own = authority.Issue("client", "someone");
        var foreign = others.Issue("stranger", "someone");
        foreach (var isOptional in new[] { false, true })
        {
            var options = Options(transport, authority.Issue("own"));
            await using var server = await WebServer.StartAsync(options with
            {
                Tls = options.Tls! with { ClientAuthorities = authority.File, ClientsAreOptional = isOptional },
            });
            string[] curl = ["-s", "--cacert", authority.File, $"https://localhost:{server.Port}/a.txt"];
            Assert.Equal(
                "0123456789", await CurlAsync([.. curl, "--cert", own.Certificate, "--key", own.Key!]));
            var (exit, output, _) = await Tool.RunAsync(Tool.Require("curl"), curl);
            Assert.Equal((isOptional, isOptional ? "0123456789" : ""), (exit == 0, output));
            (exit, _, _) = await Tool.RunAsync(
                Tool.Require("curl"), [.. curl, "--cert", foreign.Certificate, "--key", foreign.Key!]);
            Assert.NotEqual(0, exit);
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task What_a_client_shows_is_for_clients(TransportKind transport)
    {
        var server = authority.Issue("a-server", ["someone"], 90, isRsa: false, use: "1.3.6.1.5.5.7.3.1");
        var client = authority.Issue("a-client", ["someone"], 90, isRsa: false, use: "1.3.6.1.5.5.7.3.2");
        var options = Options(transport, authority.Issue("own"));
        await using var started = await WebServer.StartAsync(
            options with { Tls = options.Tls! with { ClientAuthorities = authority.File } });
        string[] curl = ["-s", "--cacert", authority.File, $"https://localhost:{started.Port}/a.txt"];
        Assert.Equal("0123456789", await CurlAsync([.. curl, "--cert", client.Certificate, "--key", client.Key!]));
        var (exit, _, _) = await Tool.RunAsync(
            Tool.Require("curl"), [.. curl, "--cert", server.Certificate, "--key", server.Key!]);
        Assert.NotEqual(0, exit);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Whose_certificate_a_client_has_shown_is_in_the_log(TransportKind transport)
    {
        var own = authority.Issue("some one", "someone");
        foreach (var (format, expected) in new[]
            { (LogFormat.Common, "CN=some\\x20one ["), (LogFormat.Json, "CN=some one\"}") })
        {
            var log = new LogStream();
            var options = Options(transport, authority.Issue("own")) with { Log = format, LogOutput = log };
            await using (var server = await WebServer.StartAsync(
                options with { Tls = options.Tls! with { ClientAuthorities = authority.File } }))
            {
                var url = $"https://localhost:{server.Port}/a.txt";
                await CurlAsync(
                    ["-s", "--cacert", authority.File, "--cert", own.Certificate, "--key", own.Key!, url]);
            }
            Assert.Contains(expected, log.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Browsers_are_told_to_come_by_https_alone_where_that_is_wanted(TransportKind transport)
    {
        var options = Options(transport, authority.Issue("own", "www.test", "localhost", "127.0.0.1"));
        await using var silent = await WebServer.StartAsync(options);
        await using var strict = await WebServer.StartAsync(
            options with { Tls = options.Tls! with { StrictSeconds = 300, RedirectPort = 0 } });
        foreach (var version in new[] { "--http1.1", "--http2" })
        {
            foreach (var path in new[] { "a.txt", "none" })
                Assert.Equal("max-age=300", await SaidAsync(strict, "www.test", version, path));
            Assert.Equal("", await SaidAsync(strict, "localhost", version, "a.txt"));
            Assert.Equal("", await SaidAsync(strict, "127.0.0.1", version, "a.txt"));
            Assert.Equal("", await SaidAsync(silent, "www.test", version, "a.txt"));
        }
        using var plain = new RawClient(strict.RedirectPort!.Value);
        Assert.Null(plain.Ask(RawClient.Get("/a.txt")).Field("Strict-Transport-Security"));

        Task<string> SaidAsync(WebServer server, string host, string version, string path) => CurlAsync(
        [
            "-s", "-o", "/dev/null", "-w", "%header{strict-transport-security}", "--cacert", authority.File, version,
            "--resolve", $"{host}:{server.Port}:127.0.0.1", $"https://{host}:{server.Port}/{path}",
        ]);
    }

    // With the keys of another server, which serves clients without a certificate too.
    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task A_session_does_not_stand_in_for_a_clients_certificate(string version)
    {
        var keys = folder.Write("tickets", System.Security.Cryptography.RandomNumberGenerator.GetBytes(80));
        var options = Options(TransportKind.Auto, authority.Issue("own"));
        var session = folder.PathOf("session");
        foreach (var (isOptional, isAsked) in new[] { (true, false), (true, true), (false, true) })
        {
            var tls = options.Tls! with { TicketKeys = keys, ClientsAreOptional = isOptional };
            if (isAsked) tls = tls with { ClientAuthorities = authority.File };
            await using var server = await WebServer.StartAsync(options with { Tls = tls });
            var what = File.Exists(session) ? "-sess_in" : "-sess_out";
            var request = "GET /a.txt HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n";
            var command = $"(printf '{request}'; sleep 0.5) | {Tool.Require("openssl")} s_client -connect "
                + $"127.0.0.1:{server.Port} {version} -servername localhost {what} {session} -ign_eof";
            var output = (await Tool.RunAsync("/bin/sh", "-c", command)).Output;
            Assert.DoesNotContain("Reused", output, StringComparison.Ordinal);
            Assert.Equal(isOptional, output.Contains("HTTP/1.1 200", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Who_names_no_host_is_never_misdirected(TransportKind transport)
    {
        await using var server = await StartAsync(
            transport, authority.Issue("one", "one.test"), authority.Issue("two", "127.0.0.1"));
        var output = await CurlAsync(["-sk", "-w", "%{http_code}", $"https://127.0.0.1:{server.Port}/a.txt"]);
        Assert.Equal("0123456789200", output);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Who_cuts_the_handshake_anywhere_leaves_nothing_behind(TransportKind transport)
    {
        await using var server = await StartAsync(transport, authority.Issue("own"));
        var hello = await HelloAsync();
        for (var length = 0; length <= hello.Length; length += 7)
        {
            using var client = new RawClient(server.Port);
            client.Send(hello.AsSpan(0, length));
            if (length % 2 == 0) client.EndSending();
        }
        await Eventually.IsTrue(() => server.ConnectionCount == 0, "the end of all connections");
        using (await ConnectAsync(server, "localhost")) { }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task What_is_under_way_is_answered_when_the_server_stops(TransportKind transport)
    {
        await using var server = await StartAsync(transport, authority.Issue("own"));
        using var client = ClientOf(server, HttpVersion.Version20);
        var replies = new List<Task<byte[]>>();
        for (var i = 0; i < 10; i++)
        {
            var reply = await client.GetAsync("large.bin", HttpCompletionOption.ResponseHeadersRead, Cancel);
            replies.Add(reply.Content.ReadAsByteArrayAsync(Cancel));
        }
        var stopped = server.StopAsync();
        foreach (var body in await Task.WhenAll(replies)) Assert.True(large.AsSpan().SequenceEqual(body));
        await Eventually.IsDone(stopped);
    }

    private async Task<byte[]> HelloAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Cancel);
        using var stream = new SslStream(client.GetStream());
        var handshake = stream.AuthenticateAsClientAsync("localhost");
        using var accepted = await listener.AcceptTcpClientAsync(Cancel);
        var hello = new byte[16 * 1024];
        var count = await accepted.GetStream().ReadAsync(hello, Cancel);
        accepted.Close();
        await Assert.ThrowsAnyAsync<Exception>(() => handshake);
        return hello[..count];
    }

    private Task<WebServer> StartAsync(TransportKind transport, params CertificateFiles[] certificates) =>
        WebServer.StartAsync(Options(transport, certificates));

    private WebServerOptions Options(TransportKind transport, params CertificateFiles[] certificates) =>
        Servers.Options(folder.PathOf("site"), transport) with { Tls = new TlsOptions { Certificates = certificates } };

    private async Task<SslStream> ConnectAsync(WebServer server, string host)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Port, Cancel);
        var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => authority.Issued(certificate));
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, Cancel);
        return stream;
    }

    private HttpClient ClientOf(WebServer server, Version version) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => authority.Issued(certificate),
        },
    })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{server.Port}/"),
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    private static async Task<string> CurlAsync(string[] args)
    {
        var (exitCode, output, errors) = await Tool.RunAsync(Tool.Require("curl"), args);
        Assert.True(exitCode == 0, $"{exitCode} {errors}");
        return output;
    }
}
