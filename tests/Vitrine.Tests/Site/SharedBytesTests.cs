using System.Runtime.CompilerServices;
using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site.Memory;

namespace Vitrine.Tests.Site;

/// <summary>Bodies whose memory is counted by shares.</summary>
public sealed class SharedBytesTests
{
    private const int Length = 30_000;

    private readonly BodyMemory memory = new(new MemoryBudget(new Limits()));

    [Fact]
    public void The_last_share_gives_the_memory_back_at_once()
    {
        var bytes = new SharedBytes(Length, memory);
        Assert.True(bytes.TryAcquire());
        bytes.Release();
        Assert.Equal(Length, memory.Total);
        bytes.Release();
        Assert.Equal(0, memory.Total);
        Assert.False(bytes.TryAcquire());
        Assert.Throws<ObjectDisposedException>(bytes.Acquire);
    }

    [Fact]
    public void What_is_on_its_way_to_a_client_stays()
    {
        var bytes = new SharedBytes(Length, memory);
        new Random(1).NextBytes(bytes.Span);
        var content = bytes.Span.ToArray();
        var queue = new OutputQueue();
        queue.WriteShared(bytes, 0, 20_000);
        queue.WriteShared(bytes, 20_000, Length - 20_000);
        bytes.Release();
        Assert.Equal(Length, memory.Total);
        Assert.True(queue[0].Span.SequenceEqual(content.AsSpan(0, 20_000)));
        queue.Advance(20_001);
        Assert.Equal(Length, memory.Total);
        Assert.True(queue[0].Span.SequenceEqual(content.AsSpan(20_001)));
        queue.Advance(Length - 20_001);
        Assert.Equal(0, memory.Total);
    }

    [Fact]
    public void A_connection_that_is_lost_gives_its_shares_back()
    {
        var bytes = new SharedBytes(Length, memory);
        var queue = new OutputQueue();
        queue.WriteShared(bytes, 0, Length);
        bytes.Release();
        queue.Clear();
        Assert.Equal(0, memory.Total);
    }

    [Fact]
    public void What_is_copied_takes_no_share()
    {
        var bytes = new SharedBytes(Length, memory);
        new OutputQueue().WriteShared(bytes, 0, 100);
        bytes.Release();
        Assert.Equal(0, memory.Total);
    }

    [Fact]
    public void Shares_that_are_never_given_back_are_the_collectors()
    {
        MakeAndForget();
        for (var i = 0; i < 100 && memory.Total > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(0, memory.Total);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void MakeAndForget() => Assert.Equal(Length, new SharedBytes(Length, memory).Length);
}
