using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Vitrine.Http;
using Vitrine.Site.Memory;

namespace Vitrine.Tests.Site;

/// <summary>Bodies that the kernel can send from where they are.</summary>
public sealed class MappedBytesTests : IDisposable
{
    private static readonly BodyMemory Memory = new(new MemoryBudget(new Limits()));

    private const int Length = 300_001;

    private readonly TemporaryFolder temporary = new();

    public void Dispose() => temporary.Dispose();

    [Fact]
    public void The_file_and_the_memory_hold_the_same_bytes()
    {
        if (!OperatingSystem.IsLinux()) return; // there is no such memory elsewhere
        Assert.True(MappedBytes.TryMake(Length, int.MaxValue, Memory, out var bytes));
        new Random(3).NextBytes(bytes.Span);
        using var file = new SafeFileHandle(bytes.Descriptor, ownsHandle: false);
        var read = new byte[Length + 1];
        Assert.Equal(Length, RandomAccess.Read(file, read, 0));
        Assert.True(bytes.Span.SequenceEqual(read.AsSpan(0, Length)));
        GC.KeepAlive(bytes);
    }

    [Fact]
    public void There_are_no_more_than_the_limit_and_what_nobody_holds_goes()
    {
        if (!OperatingSystem.IsLinux()) return;
        Assert.False(MappedBytes.TryMake(Length, 0, Memory, out _));
        var descriptors = MakeAndForget(50);
        for (var i = 0; i < 100 && CountOpen(descriptors) > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(0, CountOpen(descriptors));
    }

    [Theory]
    [InlineData(1_000, 4_096, false)]
    [InlineData(48 * 1024, 4_096, true)]
    [InlineData(Length, 4_096, true)]
    [InlineData(Length, 0, false)]
    public void Those_that_are_worth_it_are_in_such_memory_and_answered_alike(int length, int most, bool isMapped)
    {
        var content = string.Concat(Enumerable.Range(0, (length / 6) + 1).Select(i => $"{i:d6}"))[..length];
        temporary.Write("a.txt", content);
        using var site = SiteClient.Open(temporary, SiteClient.NeverFresh with { MappedBodies = most });
        var client = new SiteClient(site);
        var answer = client.Get("/a.txt");
        Assert.Equal((200, content), (answer.Status, answer.Text));
        Assert.Equal(isMapped && OperatingSystem.IsLinux(), answer.Reply.Content!.Body!.Descriptor >= 0);
        var part = client.Get("/a.txt", "Range: bytes=-9");
        Assert.Equal((206, content[^9..]), (part.Status, part.Text));
    }

    // By what they are, since a number that was closed may be another file's by now.
    private static int CountOpen(HashSet<string> files) =>
        Directory.GetFiles("/proc/self/fdinfo").Count(path => files.Contains(InodeOf(path)));

    private static string InodeOf(string path)
    {
        try
        {
            return File.ReadLines(path).First(line => line.StartsWith("ino:", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return ""; // closed meanwhile
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    [SupportedOSPlatform("linux")]
    private static HashSet<string> MakeAndForget(int count)
    {
        var files = new HashSet<string>();
        for (var i = 0; i < count; i++)
        {
            Assert.True(MappedBytes.TryMake(Length, int.MaxValue, Memory, out var bytes));
            files.Add(InodeOf($"/proc/self/fdinfo/{bytes.Descriptor}"));
            GC.KeepAlive(bytes);
        }
        Assert.Equal(count, files.Count);
        return files;
    }
}
