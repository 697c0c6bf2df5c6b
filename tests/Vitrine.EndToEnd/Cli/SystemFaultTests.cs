using System.Net.Sockets;
using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>
/// What the kernel can answer a call with, put there by strace: the transport's and the folder's own reading of it, on
/// the command as it is.
/// </summary>
public sealed class SystemFaultTests : IDisposable
{
    private const int MediumBytes = 300_000;
    private const int LargeBytes = 3_000_000;

    private readonly TemporaryFolder folder = new();
    private readonly byte[] medium;
    private readonly byte[] large;

    public SystemFaultTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "strace is Linux's.");
        folder.Write("a.txt", "served");
        medium = folder.WriteRandom("medium.bin", MediumBytes);
        large = folder.WriteRandom("large.bin", LargeBytes, seed: 2);
    }

    public void Dispose() => folder.Dispose();

    // Every second or third call, from the first on: each has to be done again, or something else instead.
    [Theory]
    [InlineData("recvfrom:error=EINTR:when=1+2")]
    [InlineData("sendto:error=EINTR:when=1+2")]
    [InlineData("sendmsg:error=EINTR:when=1+2")]
    [InlineData("sendfile:error=EINTR:when=1+2")]
    [InlineData("epoll_wait:error=EINTR:when=1+2")]
    [InlineData("preadv2:error=EINTR:when=1+2")]
    [InlineData("openat2:error=EINTR:when=1+2")]
    [InlineData("openat2:error=EAGAIN:when=1+3")]
    [InlineData("accept4:error=EINTR:when=1+2")]
    [InlineData("accept4:error=ECONNABORTED:when=1+2")]
    [InlineData("accept4:error=EMFILE:when=1+3")]
    [InlineData("accept4:error=ENFILE:when=1+3")]
    [InlineData("accept4:error=ENOBUFS:when=1+3")]
    [InlineData("accept4:error=ENOMEM:when=1+3")]
    [InlineData("memfd_create:error=ENFILE")]
    [InlineData("memfd_create:error=ENOSYS")]
    [InlineData("statx:error=EINTR:when=200+5")]
    public async Task Everything_is_served_all_the_same(string fault)
    {
        using var vitrine = await ServeAsync(fault);
        for (var round = 0; round < 3; round++)
        {
            Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
            // On one connection, that is: while it lasts, nobody comes who could need its place.
            using var client = new RawClient(vitrine.Port);
            Assert.Equal("served", client.Ask(RawClient.Get("/a.txt")).Text);
            Assert.Equal(404, client.Ask(RawClient.Get("/missing")).Status);
            Assert.True(medium.AsSpan().SequenceEqual(client.Ask(RawClient.Get("/medium.bin")).Body));
            Assert.True(large.AsSpan().SequenceEqual(client.Ask(RawClient.Get("/large.bin")).Body));
            var part = client.Ask(RawClient.Get("/large.bin", "Range: bytes=1000-1999\r\n"));
            Assert.True(large.AsSpan(1000, 1000).SequenceEqual(part.Body));
        }
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal(0, (await vitrine.EndsAsync()).ExitCode);
    }

    // A disk that cannot be read: never other bytes than the file's, and never for ever.
    [Theory]
    [InlineData("preadv2:error=EIO")]
    [InlineData("preadv2:error=EIO:when=2+2")]
    [InlineData("sendfile:error=EIO")]
    [InlineData("openat2:error=EIO:when=3+2")]
    [InlineData("openat2:error=ENFILE:when=3+2")]
    [InlineData("statx:error=EIO:when=300+3")]
    public async Task What_cannot_be_read_is_an_error_and_never_other_bytes(string fault)
    {
        using var vitrine = await ServeAsync(fault);
        foreach (var (target, content) in new[] { ("/medium.bin", medium), ("/large.bin", large) })
        {
            for (var i = 0; i < 4; i++)
            {
                using var client = new RawClient(vitrine.Port);
                client.Send(RawClient.Get(target));
                if (HeadOf(client) is not { } head) continue;
                var reply = new RawReply(head, []);
                Assert.Contains(reply.Status, new[] { 200, 404, 500, 503 });
                if (reply.Status != 200) continue;
                Assert.Equal(content.Length, RawClient.LengthOf(reply));
                var body = client.ReadAsFarAsItGoes(content.Length);
                Assert.True(content.AsSpan(0, body.Length).SequenceEqual(body));
            }
        }
        Assert.True(vitrine.IsRunning);
    }

    // A file that is not in memory on a disk that takes its time: the one worker goes on with the others.
    [Fact]
    public async Task A_cold_file_on_a_slow_disk_keeps_nobody_else_waiting()
    {
        File.SetLastWriteTimeUtc(folder.PathOf("large.bin"), DateTime.UtcNow.AddDays(-1));
        using var vitrine = await ServeAsync("readahead:delay_enter=3000000");
        // It is opened and known, and was read for its tag; and then the memory goes to others.
        await Eventually.IsTrue(
            () => Servers.Ask(vitrine.Port, RawClient.Get("/large.bin", "Range: bytes=0-0\r\n"))
                is { Status: 206 } known && known.Field("ETag") is not null,
            "that it is known");
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
        Libc.Forget(folder.PathOf("large.bin"));
        using var download = new RawClient(vitrine.Port);
        download.Send(RawClient.Get("/large.bin"));
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
            // No more than its head, and what the kernel reads ahead when its beginning is looked at again.
            Assert.InRange(download.Available, 0, 200_000);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
        Assert.True(large.AsSpan().SequenceEqual(download.ReadReply().Body));
    }

    [Fact]
    public async Task A_disk_that_fails_in_the_middle_of_a_file_is_told_of_as_such()
    {
        using var vitrine = await ServeAsync("sendfile:error=EIO:when=2+1", "--limit", "hot-body-bytes=0");
        using var client = new RawClient(vitrine.Port, receiveBufferBytes: 64 * 1024);
        // Longer than what the kernel may queue, which is copied.
        const int Length = 100_000_000;
        using (var huge = File.Create(folder.PathOf("huge.bin"))) huge.SetLength(Length);
        File.SetLastWriteTimeUtc(folder.PathOf("huge.bin"), DateTime.UtcNow.AddDays(-1));
        await Task.Delay(1_500, TestContext.Current.CancellationToken);
        client.Send(RawClient.Get("/huge.bin"));
        Assert.InRange(client.ReadAsFarAsItGoes(Length).Length, 0, Length - 1);
        await vitrine.ComplainsAsync("The disk or the file system failed in the middle of a file.");
    }

    // Null when the connection was reset before it came.
    private static string? HeadOf(RawClient client)
    {
        try
        {
            return client.ReadHead();
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            return null;
        }
    }

    private Task<VitrineProcess> ServeAsync(string fault, params string[] options)
    {
        var call = fault[..fault.IndexOf(':', StringComparison.Ordinal)];
        var setting = VitrineProcess.Setting.Traced("--seccomp-bpf", "-e", $"trace={call}", "-e", $"inject={fault}");
        return VitrineProcess.ServeAsync(setting, folder.Root, ["--workers", "1", "--host", "127.0.0.1", .. options]);
    }
}
