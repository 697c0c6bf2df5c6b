using System.Security.Cryptography;
using System.Text;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class LargeFileTests(RestingFiles resting) : IDisposable
{
    private const long HugeBytes = 5L * 1024 * 1024 * 1024;
    private const long PlaceOfMark = (4L * 1024 * 1024 * 1024) + 12_345;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Where there is no memory for replies with room for a body, nor for a cache.
    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Files_of_any_size_come_whole_where_there_is_no_memory_for_them(TransportKind transport)
    {
        var options = Servers.Options(folder.Root, transport);
        await using var server = await WebServer.StartAsync(
            options with { Limits = new Limits { OutputBytes = 0, CacheBytes = 0 } });
        foreach (var length in new[] { 0, 1, 4_000, 8_000, 9_500, 20_000, 70_000, 400_000, 3_000_000 })
        {
            var content = folder.WriteRandom($"{length}.bin", length, seed: length);
            File.SetLastWriteTimeUtc(folder.PathOf($"{length}.bin"), DateTime.UtcNow.AddDays(-1));
            using var client = new RawClient(server.Port);
            for (var i = 0; i < 3; i++)
                Assert.True(content.AsSpan().SequenceEqual(client.Ask(RawClient.Get($"/{length}.bin")).Body));
            if (length < 2) continue;
            var part = client.Ask(RawClient.Get($"/{length}.bin", "Range: bytes=1-\r\n"));
            Assert.True(content.AsSpan(1).SequenceEqual(part.Body));
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_file_of_more_than_4_GiB_has_its_length_and_its_ranges(TransportKind transport)
    {
        WriteHugeFile();
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        var head = client.Ask("HEAD /huge.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal((200, HugeBytes), (head.Status, RawClient.LengthOf(head)));

        var range = client.Ask(
            RawClient.Get("/huge.bin", $"Range: bytes={PlaceOfMark}-{PlaceOfMark + 3}\r\n"));
        Assert.Equal((206, "MARK"), (range.Status, range.Text));
        Assert.Equal($"bytes {PlaceOfMark}-{PlaceOfMark + 3}/{HugeBytes}", range.Field("Content-Range"));

        var suffix = client.Ask(RawClient.Get("/huge.bin", "Range: bytes=-3\r\n"));
        Assert.Equal((206, "END"), (suffix.Status, suffix.Text));

        var past = client.Ask(RawClient.Get("/huge.bin", $"Range: bytes={HugeBytes}-\r\n"));
        Assert.Equal((416, $"bytes */{HugeBytes}"), (past.Status, past.Field("Content-Range")));
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_large_file_comes_whole(TransportKind transport, int workers)
    {
        var hash = SHA256.HashData(folder.WriteRandom("large.bin", 20_000_003));
        await using var server = await Servers.StartAsync(folder, transport, workers);
        using var client = Servers.ClientOf(server);

        await using var body = await client.GetStreamAsync(
            "large.bin", TestContext.Current.CancellationToken);
        Assert.Equal(hash, await SHA256.HashDataAsync(body, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Bodies_of_all_sizes_come_whole_and_in_ranges_one_after_the_other(TransportKind transport)
    {
        int[] sizes = [4_096, 4_097, 49_151, 49_152, 65_537, 300_001, 1_048_576, 1_048_577];
        foreach (var size in sizes) folder.WriteRandom($"{size}.bin", size);
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        for (var round = 0; round < 3; round++)
        {
            foreach (var size in sizes)
                client.Send(RawClient.Get($"/{size}.bin") + RawClient.Get($"/{size}.bin", "Range: bytes=1000-\r\n"));
            foreach (var size in sizes)
            {
                var content = await File.ReadAllBytesAsync(
                    folder.PathOf($"{size}.bin"), TestContext.Current.CancellationToken);
                var whole = client.ReadReply();
                Assert.Equal(200, whole.Status);
                Assert.True(content.AsSpan().SequenceEqual(whole.Body), $"{size} bytes");
                var part = client.ReadReply();
                Assert.Equal(206, part.Status);
                Assert.True(content.AsSpan(1000).SequenceEqual(part.Body), $"a part of {size} bytes");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_large_file_comes_whole_to_a_slow_reader_who_keeps_nobody_waiting(
        TransportKind transport)
    {
        var hash = SHA256.HashData(folder.WriteRandom("large.bin", 20_000_003));
        folder.Write("small.txt", "small");
        await using var server = await Servers.StartAsync(folder, transport);
        using var slow = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        slow.Send(RawClient.Get("/large.bin"));

        Assert.Equal(hash, HashSlowly(slow, () =>
            Assert.Equal("small", Servers.Ask(server.Port, RawClient.Get("/small.txt")).Text)));
        Assert.Equal("small", slow.Ask(RawClient.Get("/small.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_file_at_rest_comes_whole_and_in_ranges(TransportKind transport)
    {
        var root = await resting.TakeAsync();
        var content = RestingFiles.Content(RestingFiles.LargeBytes);
        await using var server = await WebServer.StartAsync(Servers.Options(root, transport));
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);

        client.Send(RawClient.Get("/large.bin"));
        Assert.Equal(SHA256.HashData(content), HashSlowly(client, () => { }));

        var range = client.Ask(RawClient.Get("/large.bin", "Range: bytes=1000000-9000000\r\n"));
        Assert.Equal(206, range.Status);
        Assert.True(content.AsSpan(1_000_000, 8_000_001).SequenceEqual(range.Body));
    }

    // What comes from memory does not care any more what becomes of the file.
    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_large_file_that_is_asked_for_again_and_again_comes_whole_from_memory(TransportKind transport)
    {
        var root = await resting.TakeAsync();
        var content = RestingFiles.Content(RestingFiles.LargeBytes);
        await File.WriteAllTextAsync(Path.Combine(root, "tiny.txt"), "tiny", TestContext.Current.CancellationToken);
        await using var server = await WebServer.StartAsync(Servers.Options(root, transport));
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        await Eventually.IsTrue(() => IsFromMemory(client, server.Port, root, content), "a download from memory");
    }

    // Overwrites the file with what it holds already: one that is sent from the disk is aborted, whatever was written.
    private static bool IsFromMemory(RawClient warm, int port, string root, byte[] content)
    {
        Thread.Sleep(3_200); // it was overwritten a moment ago, if this is not the first time
        var end = Environment.TickCount64 + 2_000;
        while (Environment.TickCount64 < end)
            Assert.Equal(206, warm.Ask(RawClient.Get("/large.bin", "Range: bytes=7-70000\r\n")).Status);
        using var client = new RawClient(port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        var length = RawClient.LengthOf(new RawReply(client.ReadHead(), []));
        Assert.Equal(content.Length, length);
        using (var file = new FileStream(Path.Combine(root, "large.bin"), FileMode.Open)) file.Write(content);
        Assert.Equal("tiny", Servers.Ask(port, RawClient.Get("/tiny.txt")).Text); // nobody is kept waiting
        var body = client.ReadAsFarAsItGoes(length);
        return content.AsSpan().SequenceEqual(body);
    }

    private static byte[] HashSlowly(RawClient client, Action atEachStep)
    {
        var left = RawClient.LengthOf(new RawReply(client.ReadHead(), []));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new byte[64 * 1024];
        for (long sinceStep = 0; left > 0;)
        {
            var count = client.Read(piece.AsSpan(0, (int)Math.Min(left, piece.Length)));
            if (count == 0) throw new EndOfStreamException($"{left} bytes are missing.");
            hash.AppendData(piece, 0, count);
            left -= count;
            sinceStep += count;
            if (sinceStep < 4_000_000) continue;
            sinceStep = 0;
            Thread.Sleep(30);
            atEachStep();
        }
        return hash.GetHashAndReset();
    }

    // Sparse: it takes no room on the disk.
    private void WriteHugeFile()
    {
        using var file = new FileStream(folder.PathOf("huge.bin"), FileMode.CreateNew);
        file.SetLength(HugeBytes);
        file.Position = PlaceOfMark;
        file.Write(Encoding.ASCII.GetBytes("MARK"));
        file.Position = HugeBytes - 3;
        file.Write(Encoding.ASCII.GetBytes("END"));
    }
}
