using System.Net;
using System.Security.Cryptography;
using Vitrine.EndToEnd.Support;
using Vitrine.Http;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class RepresentationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task The_hello_page_is_served(TransportKind transport, int workers)
    {
        await using var server = await WebServer.StartAsync(
            Servers.Options(Repository.Samples, transport, workers));
        using var client = Servers.ClientOf(server);
        using var reply = await client.GetAsync("HelloWorld.html", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("text/html; charset=utf-8", reply.Content.Headers.ContentType?.ToString());
        Assert.Equal("nosniff", reply.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("vitrine", reply.Headers.Server.ToString());
        Assert.NotNull(reply.Headers.Date);
        Assert.NotNull(reply.Content.Headers.LastModified);
        Assert.False(Assert.IsType<System.Net.Http.Headers.EntityTagHeaderValue>(reply.Headers.ETag).IsWeak);
        Assert.Equal(
            await File.ReadAllBytesAsync(
                Path.Combine(Repository.Samples, "HelloWorld.html"), TestContext.Current.CancellationToken),
            await reply.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task What_is_not_there_is_404_with_a_page_that_says_so(TransportKind transport, int workers)
    {
        folder.Write("there.txt", "there");
        await using var server = await Servers.StartAsync(folder, transport, workers);

        var missing = Servers.Ask(server.Port, RawClient.Get("/missing.txt"));
        Assert.Equal(404, missing.Status);
        Assert.Contains("There is nothing at this address.", missing.Text, StringComparison.Ordinal);
        Assert.Null(missing.Field("ETag"));
        Assert.Equal(404, Servers.Ask(server.Port, RawClient.Get("/there.txt/below")).Status);
        Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/there.txt")).Status);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_404_page_in_the_root_is_used_and_its_status_is_404(TransportKind transport)
    {
        var page = folder.Write("404.html", "<h1>Lost</h1>");
        await using var server = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with { Limits = new Limits { FreshnessMs = 0 } });

        var own = Servers.Ask(server.Port, RawClient.Get("/missing/deeply"));
        Assert.Equal((404, "<h1>Lost</h1>"), (own.Status, own.Text));
        Assert.Null(own.Field("ETag"));
        Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/404.html")).Status);

        File.Delete(page);
        var plain = Servers.Ask(server.Port, RawClient.Get("/missing/otherwise"));
        Assert.Equal(404, plain.Status);
        Assert.DoesNotContain("Lost", plain.Text, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task HEAD_is_GET_without_the_body_to_the_byte(TransportKind transport)
    {
        folder.Write("small.txt", "small");
        folder.Write("empty.txt", "");
        folder.Write("folder/a.txt", "a");
        folder.WriteRandom("large.bin", 1_500_000);
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        string[] targets =
        [
            "/small.txt", "/empty.txt", "/large.bin", "/folder/", "/folder", "/missing", "/%zz",
        ];
        foreach (var target in targets)
        {
            var head = client.Ask($"HEAD {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
            var get = client.Ask(RawClient.Get(target));
            Assert.Equal(get.HeadWithoutDate, head.HeadWithoutDate);
            Assert.Equal(get.Body.Length, RawClient.LengthOf(get));
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task An_empty_file_is_200_and_a_connection_goes_on_after_it(TransportKind transport)
    {
        folder.Write("empty.txt", "");
        folder.Write("full.txt", "full");
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);

        var empty = client.Ask(RawClient.Get("/empty.txt"));
        Assert.Equal((200, 0), (empty.Status, empty.Body.Length));
        Assert.Equal("full", client.Ask(RawClient.Get("/full.txt")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_matching_condition_is_304_and_a_failing_one_412(TransportKind transport)
    {
        File.SetLastWriteTimeUtc(folder.Write("a.txt", "content"), DateTime.UtcNow.AddSeconds(-10));
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        var plain = client.Ask(RawClient.Get("/a.txt"));
        var (tag, modified) = (plain.Field("ETag"), plain.Field("Last-Modified"));
        RawReply With(string field) => client.Ask(RawClient.Get("/a.txt", field + "\r\n"));

        var same = With($"If-None-Match: {tag}");
        Assert.Equal(304, same.Status);
        Assert.Equal(tag, same.Field("ETag"));
        Assert.Null(same.Field("Content-Type"));
        Assert.Equal(200, With("If-None-Match: \"other\"").Status);

        Assert.Equal(304, With($"If-Modified-Since: {modified}").Status);
        Assert.Equal(200, With("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT").Status);

        Assert.Equal(412, With("If-Match: \"other\"").Status);
        Assert.Equal("content", With($"If-Match: {tag}").Text);

        Assert.Equal(412, With("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT").Status);
        Assert.Equal(200, With($"If-Unmodified-Since: {modified}").Status);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task The_Server_field_can_be_turned_off(TransportKind transport)
    {
        folder.Write("a.txt", "a");
        await using var with = await Servers.StartAsync(folder, transport);
        await using var without = await WebServer.StartAsync(
            Servers.Options(folder.Root, transport) with { ServerHeader = false });

        Assert.Equal("vitrine", Servers.Ask(with.Port, RawClient.Get("/a.txt")).Field("Server"));
        Assert.Null(Servers.Ask(without.Port, RawClient.Get("/a.txt")).Field("Server"));
    }

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task Many_downloads_at_a_time_are_each_whole(TransportKind transport, int workers)
    {
        var hashes = Enumerable.Range(0, 4)
            .Select(i => Convert.ToHexString(
                SHA256.HashData(folder.WriteRandom($"{i}.bin", 700_000 + (400_000 * i), i))))
            .ToArray();
        await using var server = await Servers.StartAsync(folder, transport, workers);
        using var client = Servers.ClientOf(server);

        var received = await Task.WhenAll(Enumerable.Range(0, 24).Select(async i =>
        {
            var body = await client.GetByteArrayAsync($"{i % 4}.bin", TestContext.Current.CancellationToken);
            return Convert.ToHexString(SHA256.HashData(body));
        }));

        Assert.Equal(Enumerable.Range(0, 24).Select(i => hashes[i % 4]), received);
    }
}
