using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Support;

/// <summary>
/// Let's Encrypt's authority for tests (pebble), in strict mode, which refuses a part of the nonces that are good, with
/// a resolver for which every name is 127.0.0.1 (pebble-challtestsrv).
/// </summary>
internal sealed class Pebble : IDisposable
{
    private readonly List<Process> processes = [];
    private readonly StringBuilder log = new();
    private readonly TemporaryFolder folder;
    private readonly CertificateFiles own;
    private readonly TestAuthority authority;
    private readonly int[] ports = FreePorts(6);

    private Pebble(TemporaryFolder folder)
    {
        this.folder = folder;
        authority = new TestAuthority(folder, "pebble/authority");
        own = authority.Issue("pebble/own", "localhost");
    }

    /// <summary>A name and key of an account that it wants, where it wants one.</summary>
    public const string KeyId = "kid-1";

    /// <summary>See <see cref="KeyId"/>.</summary>
    public const string Key = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    public string Directory => $"https://localhost:{ports[0]}/dir";

    /// <summary>Who vouches for its own HTTPS.</summary>
    public string TrustFile => authority.File;

    /// <summary>Where it looks for proofs over plain HTTP.</summary>
    public int HttpPort => ports[2];

    /// <summary>Where it looks for proofs over TLS.</summary>
    public int TlsPort => ports[3];

    /// <summary>How many orders were placed.</summary>
    public int Orders
    {
        get
        {
            lock (log) return log.ToString().Split("Added order ").Length - 1;
        }
    }

    public static async Task<Pebble> StartAsync(TemporaryFolder folder, bool wantsAccounts = false)
    {
        var pebble = new Pebble(folder);
        try
        {
            await pebble.StartAsync(wantsAccounts);
            return pebble;
        }
        catch
        {
            pebble.Dispose();
            throw;
        }
    }

    /// <summary>The certificate that those that it issues come from.</summary>
    public async Task<X509Certificate2> RootAsync()
    {
        using var client = Client();
        return X509Certificate2.CreateFromPem(await client.GetStringAsync($"https://localhost:{ports[1]}/roots/0"));
    }

    /// <summary>Has a name be that of another address.</summary>
    public async Task ResolveAsync(string name, string address)
    {
        using var client = new HttpClient();
        var body = new JsonObject { ["host"] = name + ".", ["addresses"] = new JsonArray(address) };
        using var content = new StringContent(body.ToJsonString());
        using var reply = await client.PostAsync(new Uri($"http://127.0.0.1:{ports[5]}/add-a"), content);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit(5_000);
            process.Dispose();
        }
        authority.Dispose();
    }

    private async Task StartAsync(bool wantsAccounts)
    {
        Tool.Require("pebble");
        var settings = new JsonObject
        {
            ["listenAddress"] = $"127.0.0.1:{ports[0]}",
            ["managementListenAddress"] = $"127.0.0.1:{ports[1]}",
            ["certificate"] = own.Certificate,
            ["privateKey"] = own.Key,
            ["httpPort"] = HttpPort,
            ["tlsPort"] = TlsPort,
            ["ocspResponderURL"] = "",
            ["externalAccountBindingRequired"] = wantsAccounts,
            ["externalAccountMACKeys"] = new JsonObject { [KeyId] = Key },
        };
        var file = folder.Write("pebble/settings.json", new JsonObject { ["pebble"] = settings }.ToJsonString());
        Run(
            "pebble-challtestsrv", "-dns01", $"127.0.0.1:{ports[4]}", "-management", $"127.0.0.1:{ports[5]}",
            "-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv6", "");
        Run("pebble", "-config", file, "-dnsserver", $"127.0.0.1:{ports[4]}", "-strict");
        using var client = Client();
        await Eventually.IsTrue(() => IsUp(client).Result, "pebble is up");
    }

    private void Run(string program, params string[] args)
    {
        var start = new ProcessStartInfo(Tool.Require(program), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PEBBLE_VA_NOSLEEP"] = "1";
        start.Environment["PEBBLE_WFE_NONCEREJECT"] = "20";
        var process = Process.Start(start)!;
        processes.Add(process);
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private void Take(string? line)
    {
        lock (log) log.Append(line).Append('\n');
    }

    private async Task<bool> IsUp(HttpClient client)
    {
        try
        {
            return (await client.GetAsync(Directory)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            Assert.DoesNotContain(processes, process => process.HasExited);
            return false;
        }
    }

    private HttpClient Client() => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => authority.Issued(shown) },
    });

    private static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners) listener.Start();
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners) listener.Dispose();
        return ports;
    }
}
