using System.Text;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>Files that are not what their length or name says.</summary>
public sealed class OddFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<TransportKind> Transports => Servers.Transports;

    public void Dispose() => folder.Dispose();

    // What the kernel makes when it is read: /proc says that all are empty, /sys that all have a page.
    [Theory]
    [InlineData("/proc", "/self/status")]
    [InlineData("/proc", "/version")]
    [InlineData("/proc/sys", "/kernel/ostype")]
    [InlineData("/sys/devices/system/cpu", "/online")]
    public async Task What_the_kernel_makes_is_sent_as_it_is_read_without_validators(string root, string path)
    {
        Assert.SkipUnless(File.Exists(root + path), "There is no such file on this system.");
        await using var server = await WebServer.StartAsync(Servers.Options(root, TransportKind.Auto));
        using var client = new RawClient(server.Port);
        for (var i = 0; i < 2; i++)
        {
            var reply = client.Ask(RawClient.Get(path));
            Assert.Equal(200, reply.Status);
            // Of a process each reader sees its own.
            var expected = await File.ReadAllTextAsync(root + path, TestContext.Current.CancellationToken);
            Assert.Equal(expected.Split('\n')[0], reply.Text.Split('\n')[0]);
            foreach (var field in new[] { "ETag", "Last-Modified", "Accept-Ranges" }) Assert.Null(reply.Field(field));
            Assert.Equal(200, client.Ask(RawClient.Get(path, "If-None-Match: \"x\"\r\nRange: bytes=0-0\r\n")).Status);
        }
    }

    [Fact]
    public async Task What_nobody_knows_the_length_of_and_is_too_long_is_an_error()
    {
        Assert.SkipUnless(File.Exists("/proc/kallsyms"), "There is no such file on this system.");
        await using var server = await WebServer.StartAsync(Servers.Options("/proc", TransportKind.Auto));
        Assert.Equal(500, Servers.Ask(server.Port, RawClient.Get("/kallsyms")).Status);
        Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/version")).Status);
    }

    // What they say of themselves is that they are empty.
    [Theory]
    [InlineData("/self/mem")]
    [InlineData("/kpagecount")]
    public async Task What_cannot_be_read_a_byte_at_a_time_is_not_empty(string path)
    {
        Assert.SkipUnless(File.Exists("/proc" + path), "There is no such file on this system.");
        await using var server = await WebServer.StartAsync(Servers.Options("/proc", TransportKind.Auto));
        var reply = Servers.Ask(server.Port, RawClient.Get(path));
        Assert.Contains(reply.Status, new[] { 403, 500 });
        Assert.Null(reply.Field("ETag"));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task An_empty_file_is_empty(TransportKind transport)
    {
        folder.Write("empty.txt", "");
        await using var server = await Servers.StartAsync(folder, transport);
        var reply = Servers.Ask(server.Port, RawClient.Get("/empty.txt"));
        Assert.Equal((200, ""), (reply.Status, reply.Text));
        Assert.NotNull(reply.Field("ETag"));
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task What_people_read_comes_as_text_and_what_browsers_run_as_a_script(TransportKind transport)
    {
        var video = new byte[188 * 20];
        for (var at = 0; at < video.Length; at += 188) video[at] = 0x47;
        folder.Write("LICENSE", "MIT License\n\nCopyright\n");
        folder.Write("setup.py", "print('hello')\n");
        folder.Write("app.ts", "const a: number = 1\n");
        folder.Write("part.ts", video);
        folder.Write("a.cjs", "module.exports = 1\n");
        folder.Write("program", [0x7f, .. "ELF"u8, 0, 1, 2]);
        folder.Write(".well-known/apple-app-site-association", "{}");
        folder.Write(".well-known/openid-configuration", "{}");
        await using var server = await Servers.StartAsync(folder, transport);
        const string Text = "text/plain; charset=utf-8";
        foreach (var (path, type) in new[]
        {
            ("/LICENSE", Text), ("/setup.py", Text), ("/app.ts", Text), ("/part.ts", "video/mp2t"),
            ("/a.cjs", "text/javascript; charset=utf-8"), ("/program", "application/octet-stream"),
            ("/.well-known/apple-app-site-association", "application/json"),
            ("/.well-known/openid-configuration", "application/json"),
        })
        {
            for (var i = 0; i < 2; i++)
                Assert.Equal(
                    (path, type),
                    (path, Servers.Ask(server.Port, RawClient.Get(path)).Field("Content-Type")));
        }
    }

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_page_whose_compressed_file_is_broken_is_sent_plain(TransportKind transport)
    {
        var plain = new string('a', 3_000);
        foreach (var name in new[] { "a.css", "b.css" })
        {
            folder.Write(name, plain);
            folder.Write(name + ".br", "");
            folder.Write(name + ".gz", EncodedBytes.Gzip(Encoding.ASCII.GetBytes(plain))[..20]);
        }
        var told = new List<string>();
        var options = Servers.Options(folder.Root, transport) with
        {
            OnFault = fault =>
            {
                lock (told) told.Add(fault.Message);
            },
        };
        await using var server = await WebServer.StartAsync(options);
        using var client = new RawClient(server.Port);
        await Eventually.IsTrue(
            () =>
            {
                foreach (var path in new[] { "/a.css", "/b.css" })
                {
                    var reply = client.Ask(RawClient.Get(path, "Accept-Encoding: br, gzip\r\n"));
                    Assert.Equal((200, plain, null), (reply.Status, reply.Text, reply.Field("Content-Encoding")));
                }
                lock (told) return told.Count >= 4;
            },
            "that all four are told of");
        await Task.Delay(1_500, TestContext.Current.CancellationToken);
        client.Ask(RawClient.Get("/a.css", "Accept-Encoding: br, gzip\r\n"));
        lock (told)
            Assert.Equal(
                ["/a.css.br", "/a.css.gz", "/b.css.br", "/b.css.gz"],
                told.Select(each => each.Split(' ')[0]).Order(StringComparer.Ordinal));
    }
}
