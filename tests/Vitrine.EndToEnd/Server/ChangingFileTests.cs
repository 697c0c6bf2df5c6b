using System.Collections.Concurrent;
using System.Text;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

public sealed class ChangingFileTests(RestingFiles resting) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>What happens to a file while it is sent.</summary>
    public enum Change
    {
        Overwritten,
        Truncated,
        Extended,
        Replaced,
        Deleted,
    }

    public static TheoryData<TransportKind, bool, Change> Changes
    {
        get
        {
            var data = new TheoryData<TransportKind, bool, Change>();
            foreach (var change in Enum.GetValues<Change>())
            {
                foreach (var row in Servers.Transports) data.Add(row.Data, false, change);
                if (OperatingSystem.IsLinux()) data.Add(TransportKind.Epoll, true, change);
            }
            return data;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Servers.TransportsAndWorkers), MemberType = typeof(Servers))]
    public async Task A_changed_file_is_served_new_with_a_new_tag(TransportKind transport, int workers)
    {
        var (small, large) = (new string('a', 500), new string('a', 1_200_000));
        folder.Write("small.txt", small);
        folder.Write("large.txt", large);
        await using var server = await Servers.StartAsync(folder, transport, workers);
        foreach (var (name, length) in new[] { ("small.txt", 500), ("large.txt", 1_200_000) })
        {
            var before = Servers.Ask(server.Port, RawClient.Get($"/{name}"));
            Assert.Equal(new string('a', length), before.Text);
            folder.Write(name, new string('b', length));

            var after = before;
            await Eventually.IsTrue(
                () =>
                {
                    after = Servers.Ask(server.Port, RawClient.Get($"/{name}"));
                    // Old bytes with the old tag, or new bytes with a new one, and nothing else. (A large one has none
                    // as long as a write to it may be under way.)
                    Assert.Equal(200, after.Status);
                    if (after.Field("ETag") is null) return after.Text != before.Text;
                    Assert.Equal(
                        after.Text == before.Text,
                        after.Field("ETag") == before.Field("ETag"));
                    return after.Text != before.Text;
                },
                "the new content");
            Assert.Equal(new string('b', length), after.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_new_and_a_deleted_file_show(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        using var client = new RawClient(server.Port);
        Assert.Equal(404, client.Ask(RawClient.Get("/new.txt")).Status);
        folder.Write("new.txt", "new");
        await Eventually.IsTrue(() => client.Ask(RawClient.Get("/new.txt")).Text == "new", "the new file");
        await Eventually.IsTrue(
            () => client.Ask(RawClient.Get("/")).Text.Contains("new.txt", StringComparison.Ordinal),
            "its line in the listing");
        File.Delete(folder.PathOf("new.txt"));
        await Eventually.IsTrue(() => client.Ask(RawClient.Get("/new.txt")).Status == 404, "that it is gone");
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_file_that_changes_all_the_time_is_never_a_mixture(TransportKind transport)
    {
        const int Length = 300_000;
        folder.Write("busy.txt", new string('a', Length));
        await using var server = await Servers.StartAsync(folder, transport);
        using var done = new CancellationTokenSource();
        var stalled = new ConcurrentDictionary<char, bool>();
        var writing = Task.Run(() => Rewrite(folder.PathOf("busy.txt"), Length, stalled, done.Token), done.Token);

        using var client = new RawClient(server.Port);
        var letterOfTag = new Dictionary<string, char>();
        for (var i = 0; i < 5_000 && (i < 300 || letterOfTag.Values.Distinct().Count() < 3); i++)
        {
            var reply = client.Ask(RawClient.Get("/busy.txt"));
            if (reply.Status == 503) continue; // it changed faster than it could be read
            Assert.Equal(200, reply.Status);
            Assert.Equal(Length, reply.Body.Length);
            var letter = (char)reply.Body[0];
            if (reply.Body.AsSpan().IndexOfAnyExcept((byte)letter) >= 0)
            {
                // What lies half written for as long as a file needs to count as settled is served as it lies.
                await Eventually.IsTrue(() => stalled.ContainsKey(letter), "that the writer was held up");
                continue;
            }
            var tag = reply.Field("ETag")!;
            Assert.True(letterOfTag.TryAdd(tag, letter) || letterOfTag[tag] == letter);
        }
        await done.CancelAsync();
        await Eventually.IsDone(writing);
        Assert.True(letterOfTag.Values.Distinct().Count() > 1, "It was never seen to change.");
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_download_of_a_file_that_changes_is_the_whole_old_one_or_aborted(
        TransportKind transport, bool isAtRest, Change change)
    {
        var root = isAtRest ? await resting.TakeAsync() : folder.Root;
        var old = RestingFiles.Content(RestingFiles.LargeBytes);
        var path = Path.Combine(root, "large.bin");
        if (!isAtRest) await File.WriteAllBytesAsync(path, old, TestContext.Current.CancellationToken);
        await using var server = await WebServer.StartAsync(Servers.Options(root, transport));
        using var client = new RawClient(server.Port, receiveBufferBytes: 64 * 1024);
        client.Send(RawClient.Get("/large.bin"));
        var reply = new RawReply(client.ReadHead(), []);
        Assert.Equal((200, old.Length), (reply.Status, RawClient.LengthOf(reply)));
        var first = client.ReadAsFarAsItGoes(200_000);
        Assert.True(old.AsSpan(0, 200_000).SequenceEqual(first));

        Apply(change, path, old.Length);
        byte[] body = [.. first, .. client.ReadAsFarAsItGoes(old.Length - first.Length)];

        // What is as long as Content-Length says a client takes for the whole; else it knows that it is not.
        if (body.Length == old.Length) Assert.True(old.AsSpan().SequenceEqual(body), "It is a mixture.");
        else Assert.True(body.Length < old.Length);
        // Where every byte is copied and checked, not even the beginning is a mixture.
        if (!isAtRest) Assert.True(old.AsSpan(0, body.Length).SequenceEqual(body), "It begins as a mixture.");
        await ShowsAnotherStateAsync(server, reply.Field("ETag")!, change);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task A_file_that_changes_after_it_was_sent_and_before_it_was_read_is_no_mixture(
        TransportKind transport)
    {
        var root = await resting.TakeAsync();
        var old = RestingFiles.Content(RestingFiles.SmallBytes);
        using var log = new LogStream();
        await using var server = await WebServer.StartAsync(
            Servers.Options(root, transport) with { Log = LogFormat.Common, LogOutput = log });
        using var client = new RawClient(server.Port);
        client.Send(RawClient.Get("/small.bin"));
        await Eventually.IsTrue(() => log.Lines.Length == 1, "that all of it is with the system");
        Assert.Contains($" 200 {old.Length}", log.Lines[0], StringComparison.Ordinal);

        Apply(Change.Overwritten, Path.Combine(root, "small.bin"), old.Length);
        var reply = new RawReply(client.ReadHead(), []);
        var body = client.ReadAsFarAsItGoes(RawClient.LengthOf(reply));

        if (body.Length == old.Length) Assert.True(old.AsSpan().SequenceEqual(body), "It is a mixture.");
        else Assert.True(body.Length < old.Length);
    }

    [Theory]
    [MemberData(nameof(Servers.Transports), MemberType = typeof(Servers))]
    public async Task Files_that_never_rest_are_served_and_hold_up_nobody_else(TransportKind transport)
    {
        const int Count = 8; // more than the loader has threads
        const int Length = 30_000_000; // such a one has to rest for 620 ms
        for (var i = 0; i < Count; i++)
            using (var file = File.Create(folder.PathOf($"{i}.log"))) file.SetLength(Length);
        folder.Write("small.txt", "small");
        await using var server = await Servers.StartAsync(folder, transport);
        using var done = new CancellationTokenSource();
        var writing = Task.Run(() => Append(Count, done.Token), TestContext.Current.CancellationToken);
        var clients = new List<RawClient>();
        try
        {
            for (var i = 0; i < Count; i++)
            {
                clients.Add(new RawClient(server.Port));
                clients[i].Send(RawClient.Get($"/{i}.log"));
            }
            Assert.Equal("small", Servers.Ask(server.Port, RawClient.Get("/small.txt")).Text);
            Assert.All(clients, client => Assert.Equal(0, client.Available));

            foreach (var client in clients.Take(2))
            {
                var reply = new RawReply(client.ReadHead(), []);
                Assert.Equal(200, reply.Status);
                Assert.Null(reply.Field("ETag"));
                Assert.Null(reply.Field("Last-Modified"));
                Assert.Null(reply.Field("Accept-Ranges"));
                var body = client.ReadAsFarAsItGoes(RawClient.LengthOf(reply));
                Assert.Equal(RawClient.LengthOf(reply), body.Length);
                Assert.Equal(-1, body.AsSpan(0, Length).IndexOfAnyExcept((byte)0));
            }
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
            await done.CancelAsync();
            await Eventually.IsDone(writing);
        }
    }

    private void Append(int count, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            for (var i = 0; i < count; i++) File.AppendAllText(folder.PathOf($"{i}.log"), "more");
            Thread.Sleep(5);
        }
    }

    private static void Apply(Change change, string path, int length)
    {
        switch (change)
        {
            case Change.Overwritten:
                using (var file = new FileStream(path, FileMode.Open)) file.Write(new byte[length]);
                break;
            case Change.Truncated:
                using (var file = new FileStream(path, FileMode.Open)) file.SetLength(1_500_000);
                break;
            case Change.Extended:
                using (var file = new FileStream(path, FileMode.Append)) file.Write("more"u8);
                break;
            case Change.Replaced:
                File.WriteAllBytes(path + ".new", new byte[length]);
                File.Move(path + ".new", path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private static Task ShowsAnotherStateAsync(WebServer server, string oldTag, Change change) =>
        Eventually.IsTrue(
        () =>
        {
            var now = Servers.Ask(server.Port, "HEAD /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return change == Change.Deleted
                ? now.Status == 404
                : now.Status == 200 && now.Field("ETag") != oldTag;
        },
        "its new state");

    // In place, piece by piece: there are moments when the file is half old, half new.
    // Notes the letters whose writing was held up, by a machine that was busy with other things.
    private static void Rewrite(
        string path, int length, ConcurrentDictionary<char, bool> stalled, CancellationToken cancel)
    {
        const int SettleMs = 20;
        for (var i = 1; !cancel.IsCancellationRequested; i++)
        {
            var letter = (char)('a' + (i % 26));
            var piece = Encoding.ASCII.GetBytes(new string(letter, length / 4));
            using (var file = new FileStream(
                path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
            {
                for (var part = 0; part < 4; part++)
                {
                    var startMs = Environment.TickCount64;
                    file.Write(piece);
                    Thread.Sleep(3);
                    if (Environment.TickCount64 - startMs > SettleMs / 2) stalled.TryAdd(letter, true);
                }
            }
            Thread.Sleep(100);
        }
    }
}
