using System.Globalization;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>Entity tags of large files, and what a tag promises to who is downloading one.</summary>
public sealed class EntityTagTests(RestingFiles resting) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>What is done to a file while it is sent, without another byte in it.</summary>
    public enum Touch
    {
        Mode,
        Move,
        Date,
        Link,
        Line,
        Lines,
    }

    public static TheoryData<TransportKind, Touch> Touches
    {
        get
        {
            var data = new TheoryData<TransportKind, Touch>();
            foreach (var touch in Enum.GetValues<Touch>())
                foreach (var row in Servers.Transports) data.Add(row.Data, touch);
            return data;
        }
    }

    public void Dispose() => folder.Dispose();

    // Of a replica, or after a deploy: another inode, other times.
    [Fact]
    public async Task They_are_the_same_wherever_a_file_lies_and_whenever_it_was_copied()
    {
        var root = await resting.TakeAsync();
        foreach (var name in (string[])["large.bin", "small.bin"])
        {
            File.Copy(Path.Combine(root, name), folder.PathOf(name));
            File.Copy(Path.Combine(root, name), folder.PathOf("kept-" + name));
            File.SetLastWriteTimeUtc(
                folder.PathOf("kept-" + name), File.GetLastWriteTimeUtc(Path.Combine(root, name)));
        }
        await using var server = await WebServer.StartAsync(Servers.Options(root, TransportKind.Auto));
        await using var replica = await WebServer.StartAsync(Servers.Options(folder.Root, TransportKind.Auto));
        foreach (var name in (string[])["large.bin", "small.bin"])
        {
            var tag = await TagOf(server, name);
            Assert.Equal(tag, await TagOf(replica, name));
            Assert.Equal(tag, await TagOf(replica, "kept-" + name));
            Assert.Equal(304, Servers.Ask(replica.Port, RawClient.Get($"/{name}", $"If-None-Match: {tag}\r\n")).Status);
        }
        Assert.NotEqual(await TagOf(server, "large.bin"), await TagOf(server, "small.bin"));
    }

    // Nobody waits for all of it to be read.
    [Fact]
    public async Task Until_a_large_file_has_one_its_date_says_whether_a_range_is_of_the_same()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere it is a weak one at once");
        var root = await resting.TakeAsync();
        File.SetLastWriteTimeUtc(Path.Combine(root, "large.bin"), DateTime.UtcNow.AddDays(-1));
        await Task.Delay(3_200, TestContext.Current.CancellationToken);
        await using var server = await WebServer.StartAsync(Servers.Options(root, TransportKind.Auto));
        var first = Servers.Ask(server.Port, Head("large.bin"));
        Assert.Equal((200, null, "bytes"), (first.Status, first.Field("ETag"), first.Field("Accept-Ranges")));
        var date = first.Field("Last-Modified");
        Assert.NotNull(date);
        var range = $"Range: bytes=3-5\r\nIf-Range: {date}\r\n";
        var part = Servers.Ask(server.Port, RawClient.Get("/large.bin", range));
        Assert.Equal(206, part.Status);
        Assert.Equal(RestingFiles.Content(6)[3..], part.Body);

        var tag = await TagOf(server, "large.bin");
        foreach (var validator in (string[])[tag, date])
        {
            range = $"Range: bytes=3-5\r\nIf-Range: {validator}\r\n";
            part = Servers.Ask(server.Port, RawClient.Get("/large.bin", range));
            Assert.Equal(206, part.Status);
            Assert.Equal(RestingFiles.Content(6)[3..], part.Body);
        }
    }

    [Theory]
    [MemberData(nameof(Touches))]
    public async Task What_is_done_to_a_file_without_another_byte_does_not_end_its_downloads(
        TransportKind transport, Touch touch)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "elsewhere no file is told from another by its times alone");
        var root = await resting.TakeAsync();
        var path = Path.Combine(root, "large.bin");
        await using var server = await WebServer.StartAsync(Servers.Options(root, transport));
        var tag = await TagOf(server, "large.bin");
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        var reply = new RawReply(client.ReadHead(), []);
        Assert.Equal((200, tag), (reply.Status, reply.Field("ETag")));
        var first = client.ReadAsFarAsItGoes(200_000);

        using var writing = new CancellationTokenSource();
        var task = Apply(touch, path, writing.Token);
        byte[] body = [.. first, .. client.ReadAsFarAsItGoes(RestingFiles.LargeBytes - first.Length)];
        await writing.CancelAsync();
        await Eventually.IsDone(task);
        Assert.True(RestingFiles.Content(RestingFiles.LargeBytes).AsSpan().SequenceEqual(body), $"{body.Length} came");
        client.Send(RawClient.Get("/small.bin", "Range: bytes=0-1\r\n"));
        Assert.Equal(206, client.ReadReply().Status);
    }

    // Even if the same program sets its date back.
    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Another_byte_ends_them(TransportKind transport)
    {
        var root = await resting.TakeAsync();
        var path = Path.Combine(root, "large.bin");
        await using var server = await WebServer.StartAsync(Servers.Options(root, transport));
        await TagOf(server, "large.bin");
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        client.ReadHead();
        var first = client.ReadAsFarAsItGoes(200_000);
        var date = File.GetLastWriteTimeUtc(path);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = RestingFiles.LargeBytes - 10;
            file.WriteByte((byte)~RestingFiles.Content(RestingFiles.LargeBytes)[^10]);
        }
        File.SetLastWriteTimeUtc(path, date);
        var rest = client.ReadAsFarAsItGoes(RestingFiles.LargeBytes - first.Length);
        Assert.True(first.Length + rest.Length < RestingFiles.LargeBytes);
    }

    private static async Task Apply(Touch touch, string path, CancellationToken until)
    {
        switch (touch)
        {
            case Touch.Mode when !OperatingSystem.IsWindows():
                File.SetUnixFileMode(path, File.GetUnixFileMode(path) ^ UnixFileMode.OtherExecute);
                break;
            case Touch.Move:
                File.Move(path, path + ".old");
                break;
            case Touch.Date:
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
                break;
            case Touch.Link:
                Libc.Link(path, path + ".other");
                break;
            case Touch.Line:
                await File.AppendAllTextAsync(path, "one more line\n", CancellationToken.None);
                break;
            default:
                for (var i = 0; i < 100_000 && !until.IsCancellationRequested; i++)
                {
                    // A line is written whole: one cut short by the end of the test would end the task as cancelled.
                    var line = string.Create(CultureInfo.InvariantCulture, $"{i}\n");
                    await File.AppendAllTextAsync(path, line, CancellationToken.None);
                    await Task.Delay(5, CancellationToken.None);
                }
                break;
        }
    }

    private static async Task<string> TagOf(WebServer server, string name)
    {
        string? tag = null;
        await Eventually.IsTrue(
            () => (tag = Servers.Ask(server.Port, Head(name)).Field("ETag")) is not null, "its tag");
        return tag!;
    }

    private static string Head(string name) => $"HEAD /{name} HTTP/1.1\r\nHost: localhost\r\n\r\n";
}
