using Vitrine.EndToEnd.Support;

[assembly: AssemblyFixture(typeof(RestingFiles))]

namespace Vitrine.EndToEnd.Support;

/// <summary>
/// Large files that have been left alone for longer than a server watches a file's every byte: those that it
/// hands to the kernel to send. Made when the run starts, so that later there is little left to wait for.
/// </summary>
public sealed class RestingFiles : IDisposable
{
    public const int LargeBytes = 12 * 1024 * 1024;
    public const int SmallBytes = 2 * 1024 * 1024;
    private const int RestMs = 10_500;

    private readonly TemporaryFolder folder = new();
    private readonly List<string> unused;
    private readonly long madeMs;

    public RestingFiles()
    {
        unused = [.. Enumerable.Range(0, 28).Select(i => folder.PathOf($"{i}"))];
        var content = Content(LargeBytes);
        for (var i = 0; i < unused.Count; i++)
        {
            Directory.CreateDirectory(unused[i]);
            File.WriteAllBytes(Path.Combine(unused[i], "large.bin"), content);
            File.WriteAllBytes(Path.Combine(unused[i], "small.bin"), content[..SmallBytes]);
        }
        madeMs = Environment.TickCount64;
    }

    /// <summary>What every such file holds.</summary>
    public static byte[] Content(int length)
    {
        var content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }

    /// <summary>A folder for the caller alone: <c>large.bin</c> and <c>small.bin</c> rest in it.</summary>
    public async Task<string> TakeAsync()
    {
        string taken;
        lock (unused)
        {
            taken = unused[^1];
            unused.RemoveAt(unused.Count - 1);
        }
        var left = madeMs + RestMs - Environment.TickCount64;
        if (left > 0) await Task.Delay((int)left, TestContext.Current.CancellationToken);
        return taken;
    }

    public void Dispose() => folder.Dispose();
}
