using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>Bodies that are sent from copies on a disk.</summary>
public sealed class SpoolTests : IDisposable
{
    private const int Count = 24;
    private const int Length = 50_000;
    private const int Rounds = 3;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Where the kernel has let go of copies and read them again, several are in one piece of its memory: to give back a
    // part of such a piece would write zeros into what clients have not taken yet.
    [Fact]
    public async Task What_a_client_has_not_taken_yet_stays_as_it_is_when_its_copy_is_not_needed_any_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is copied.");
        var now = Enumerable.Range(0, Count).Select(i => folder.WriteRandom($"{i}.bin", Length, seed: i)).ToArray();
        await Task.Delay(3_200, TestContext.Current.CancellationToken); // only what rests is left to the disk
        using var vitrine = await VitrineProcess.ServeAsync(
            folder.Root, "--limit", "cache-bytes=200000", "--limit", "spool-bytes=2000000", "--workers", "1");
        var spool = Directory.GetFiles($"/proc/{vitrine.Id}/fd")
            .FirstOrDefault(fd => new FileInfo(fd).LinkTarget is { } target && target.Contains("/vitrine-")
                && target.EndsWith(" (deleted)", StringComparison.Ordinal));
        Assert.SkipWhen(spool is null, "There is no disk for copies here.");
        for (var round = 0; round < Rounds; round++)
        {
            await AskAllAsync(vitrine.Port, 1_500);
            Libc.Forget(spool);
            await Task.Delay(1_100, TestContext.Current.CancellationToken);
            var clients = Enumerable.Range(0, Count).Select(i =>
            {
                var client = new RawClient(vitrine.Port, receiveBufferBytes: 2 * 1024 * 1024);
                client.Send(RawClient.Get($"/{i}.bin"));
                return client;
            }).ToArray();
            await Task.Delay(500, TestContext.Current.CancellationToken);
            var sent = now;
            now = [.. Enumerable.Range(0, Count).Select(i =>
            {
                var bytes = folder.WriteRandom("new", Length, seed: (round + 1) * Count + i);
                File.Move(folder.PathOf("new"), folder.PathOf($"{i}.bin"), overwrite: true);
                return bytes;
            })];
            await AskAllAsync(vitrine.Port, 5_000);
            for (var i = 0; i < Count; i++)
            {
                Assert.True(sent[i].AsSpan().SequenceEqual(clients[i].ReadReply().Body), $"{i} in round {round}");
                clients[i].Dispose();
                Assert.Equal(now[i], Servers.Ask(vitrine.Port, RawClient.Get($"/{i}.bin")).Body);
            }
        }
    }

    private static async Task AskAllAsync(int port, int forMs)
    {
        for (var end = Environment.TickCount64 + forMs; Environment.TickCount64 < end;)
        {
            for (var i = 0; i < Count; i++) Servers.Ask(port, RawClient.Get($"/{i}.bin"));
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
