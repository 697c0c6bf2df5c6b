using System.Text;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class RangeTests : IDisposable
{
    private const int SmallBytes = 1000;
    private const int LargeBytes = 3_000_000;

    private readonly TemporaryFolder folder = new();
    private readonly byte[] small;
    private readonly byte[] large;

    public RangeTests()
    {
        small = folder.WriteRandom("small.bin", SmallBytes);
        large = folder.WriteRandom("large.bin", LargeBytes);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_range_is_206_with_exactly_its_bytes(TransportKind transport, int workers)
    {
        await using var server = await Servers.StartAsync(folder, transport, workers);
        using var client = new RawClient(server.Port);
        foreach (var (name, content) in new[] { ("small.bin", small), ("large.bin", large) })
        {
            var n = content.Length;
            Expect(client, name, "bytes=0-0", content, 0, 1);
            Expect(client, name, "bytes=10-19", content, 10, 20);
            Expect(client, name, $"bytes={n - 100}-", content, n - 100, n);
            Expect(client, name, "bytes=-7", content, n - 7, n);
            Expect(client, name, $"bytes=5-{n + 50}", content, 5, n);
            Expect(client, name, $"bytes=-{n + 50}", content, 0, n);
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_range_past_the_end_is_416_and_tells_the_length(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        var past = client.Ask(RawClient.Get("/small.bin", "Range: bytes=1000-\r\n"));
        Assert.Equal((416, "bytes */1000"), (past.Status, past.Field("Content-Range")));
        Assert.Equal(416, client.Ask(RawClient.Get("/small.bin", "Range: bytes=-0\r\n")).Status);
        Assert.Equal(206, client.Ask(RawClient.Get("/small.bin", "Range: bytes=999-\r\n")).Status);
    }

    [Theory]
    [InlineData("bytes=5-2")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=")]
    [InlineData("lines=1-2")]
    [InlineData("bytes 1-2")]
    public async Task A_malformed_range_is_ignored(string range)
    {
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        using var client = new RawClient(server.Port);

        var reply = client.Ask(RawClient.Get("/small.bin", $"Range: {range}\r\n"));
        Assert.Equal(200, reply.Status);
        Assert.Equal(small, reply.Body);
        Assert.Equal(206, client.Ask(RawClient.Get("/small.bin", "Range: bytes=2-5\r\n")).Status);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Several_ranges_are_parts_of_multipart_byteranges(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        foreach (var (name, content) in new[] { ("small.bin", small), ("large.bin", large) })
        {
            var reply = client.Ask(RawClient.Get($"/{name}", "Range: bytes=0-9, 100-199, -5\r\n"));

            Assert.Equal(206, reply.Status);
            Assert.Null(reply.Field("Content-Range"));
            var n = content.Length;
            var parts = PartsOf(reply);
            Assert.Equal([$"bytes 0-9/{n}", $"bytes 100-199/{n}", $"bytes {n - 5}-{n - 1}/{n}"], parts.Select(
                p => p.Range));
            Assert.Equal(content[..10], parts[0].Body);
            Assert.Equal(content[100..200], parts[1].Body);
            Assert.Equal(content[^5..], parts[2].Body);
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Overlapping_ranges_are_joined_and_too_many_are_ignored(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        RawReply With(IEnumerable<string> ranges) =>
            client.Ask(RawClient.Get("/small.bin", $"Range: bytes={string.Join(',', ranges)}\r\n"));

        var joined = With(["0-99", "50-149", "150-199"]);
        Assert.Equal((206, "bytes 0-199/1000"), (joined.Status, joined.Field("Content-Range")));
        Assert.Equal(small[..200], joined.Body);

        Assert.Equal(
            16, PartsOf(With(Enumerable.Range(0, 16).Select(i => $"{i * 10}-{(i * 10) + 3}"))).Count);
        var tooMany = With(Enumerable.Range(0, 17).Select(i => $"{i * 10}-{(i * 10) + 3}"));
        Assert.Equal(200, tooMany.Status);
        Assert.Equal(small, tooMany.Body);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task If_Range_asks_for_the_range_only_of_the_same_representation(TransportKind transport)
    {
        var old = DateTime.UtcNow.AddDays(-2);
        File.SetLastWriteTimeUtc(folder.PathOf("small.bin"), old);
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        var plain = client.Ask(RawClient.Get("/small.bin"));
        int With(string validator) =>
            client.Ask(RawClient.Get("/small.bin", $"Range: bytes=1-2\r\nIf-Range: {validator}\r\n")).Status;

        Assert.Equal(206, With(plain.Field("ETag")!));
        Assert.Equal(200, With("\"other\""));
        Assert.Equal(200, With("W/" + plain.Field("ETag")));
        Assert.Equal(206, With(plain.Field("Last-Modified")!));
        Assert.Equal(200, With(old.AddSeconds(-5).ToString("R")));
        Assert.Equal(200, With(old.AddSeconds(5).ToString("R")));
    }

    private static void Expect(RawClient client, string name, string range, byte[] content, int from, int to)
    {
        var reply = client.Ask(RawClient.Get($"/{name}", $"Range: {range}\r\n"));
        Assert.Equal(206, reply.Status);
        Assert.Equal($"bytes {from}-{to - 1}/{content.Length}", reply.Field("Content-Range"));
        Assert.True(content.AsSpan(from, to - from).SequenceEqual(reply.Body), range);
    }

    // Reads strictly: everything in the body has to be accounted for.
    private static List<(string Range, byte[] Body)> PartsOf(RawReply reply)
    {
        const string Type = "multipart/byteranges; boundary=";
        var type = reply.Field("Content-Type")!;
        Assert.StartsWith(Type, type, StringComparison.Ordinal);
        var text = Encoding.Latin1.GetString(reply.Body);
        var pieces = ("\r\n" + text).Split("\r\n--" + type[Type.Length..]);
        Assert.Equal("", pieces[0]);
        Assert.Equal("--\r\n", pieces[^1]);
        return [.. pieces[1..^1].Select(piece =>
        {
            var end = piece.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var fields = piece[..end].Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains("Content-Type: application/octet-stream", fields);
            var range = Assert.Single(
                fields, field => field.StartsWith("Content-Range: ", StringComparison.Ordinal));
            return (range["Content-Range: ".Length..], Encoding.Latin1.GetBytes(piece[(end + 4)..]));
        })];
    }
}
