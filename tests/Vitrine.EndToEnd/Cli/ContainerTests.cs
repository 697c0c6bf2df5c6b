using System.Globalization;
using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>
/// The command in a control group with little memory, as containers have it, on sites larger than that.
/// </summary>
public sealed class ContainerTests : IDisposable
{
    private const int LargeCount = 150;
    private const int LargeBytes = 900_000;
    private const int SmallCount = 3_000;

    private readonly TemporaryFolder folder = new();
    private string? group;

    public ContainerTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has control groups.");

    // Under the JIT the runtime itself needs more.
    public static TheoryData<int> Megabytes => VitrineProcess.IsNative ? [64, 96, 128, 256] : [128, 256];

    public static TheoryData<int> MegabytesForMany => VitrineProcess.IsNative ? [64, 96, 128, 256] : [256];

    public void Dispose()
    {
        folder.Dispose();
        if (group is not null) Directory.Delete(group);
    }

    [Theory]
    [MemberData(nameof(Megabytes))]
    public async Task It_lives_through_a_site_that_is_larger_than_its_memory(int megabytes)
    {
        var name = MakeGroup(megabytes * 1024L * 1024);
        var large = new byte[LargeCount][];
        for (var i = 0; i < LargeCount; i++) large[i] = folder.WriteRandom($"large/{i}.bin", LargeBytes, seed: i);
        for (var i = 0; i < SmallCount; i++) folder.Write($"small/{i}.txt", new string('a', 10_000 + i));
        var setting = new VitrineProcess.Setting
        {
            Before = [Tool.Require("sh"), "-c", $"echo $$ > '{name}' && exec \"$@\"", "sh"],
        };
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root, "--workers", "2");
        Assert.Contains(
            vitrine.Lines,
            line => line == $"  Cache   {megabytes / 8} MB, of the {megabytes} MB that its control group allows");
        var clients = Enumerable.Range(0, 8).Select(first => Task.Run(() =>
        {
            using var client = new RawClient(vitrine.Port);
            for (var i = first; i < LargeCount + SmallCount; i += 4)
            {
                if (i < LargeCount)
                {
                    var body = client.Ask(RawClient.Get($"/large/{i}.bin")).Body;
                    Assert.True(large[i].AsSpan().SequenceEqual(body));
                }
                else
                {
                    var small = client.Ask(RawClient.Get($"/small/{i - LargeCount}.txt"));
                    Assert.Equal(10_000 + i - LargeCount, small.Body.Length);
                }
            }
        }));
        await Task.WhenAll(clients);
        Assert.True(vitrine.IsRunning);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal((0, ""), await vitrine.EndsAsync());
    }

    // Of files that are known, left the cache or are on their way: it ended with "out of memory".
    [Theory]
    [MemberData(nameof(MegabytesForMany))]
    public async Task It_lives_while_many_ask_for_this_and_that(int megabytes)
    {
        var name = MakeGroup(megabytes * 1024L * 1024);
        const int Files = 10_000;
        for (var i = 0; i < Files; i++) folder.Write($"{i % 100}/{i}.txt", new string('a', 1_000 + i * 3));
        await Task.Delay(3_200, TestContext.Current.CancellationToken);
        var setting = new VitrineProcess.Setting
        {
            Before = [Tool.Require("sh"), "-c", $"echo $$ > '{name}' && exec \"$@\"", "sh"],
        };
        using var vitrine = await VitrineProcess.ServeAsync(setting, folder.Root, "--workers", "2", "--log", "none");
        var clients = Enumerable.Range(0, 64).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            using var client = new RawClient(vitrine.Port);
            for (var asked = 0; asked < 800; asked++)
            {
                var i = random.Next(Files);
                Assert.Equal(1_000 + i * 3, client.Ask(RawClient.Get($"/{i % 100}/{i}.txt")).Body.Length);
            }
        }));
        await Task.WhenAll(clients);
        vitrine.Send(VitrineProcess.Signal.Terminate);
        Assert.Equal((0, ""), await vitrine.EndsAsync());
    }

    // Of version 1 or 2, whichever counts memory here. The file that takes processes.
    private string MakeGroup(long bytes)
    {
        foreach (var (top, file) in new[]
        {
            ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max"),
        })
        {
            var made = Path.Combine(top, $"vitrine-{Guid.NewGuid():N}");
            var limit = Path.Combine(made, file);
            try
            {
                if (!Directory.Exists(top)) continue;
                Directory.CreateDirectory(made);
                group = made;
                if (File.Exists(limit))
                {
                    File.WriteAllText(limit, bytes.ToString(CultureInfo.InvariantCulture));
                    return Path.Combine(made, "cgroup.procs");
                }
                Directory.Delete(made);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // Not for us to make.
            }
            group = null;
        }
        Assert.Skip("No control group can be made here.");
        return "";
    }
}
