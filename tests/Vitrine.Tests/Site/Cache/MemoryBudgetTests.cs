using Vitrine.Http;
using Vitrine.Site.Memory;

namespace Vitrine.Tests.Site.Cache;

public sealed class MemoryBudgetTests : IDisposable
{
    private const long Megabyte = 1024 * 1024;

    private readonly FakeSystem system = new();

    public void Dispose() => system.Dispose();

    [Theory]
    [InlineData(1, 33)]
    [InlineData(64, 96)]
    [InlineData(256, 384)]
    public void Clients_may_hold_half_as_much_again_as_is_cached_and_32_MB_at_least(int cached, int all)
    {
        var budget = new MemoryBudget(new Limits { CacheBytes = cached * Megabyte });
        Assert.Equal((cached * Megabyte, all * Megabyte), (budget.CacheBytes, budget.BodyBytes));
    }

    [Fact]
    public void But_not_in_a_small_container()
    {
        system.HasVersion2("/");
        system.Write("sys/fs/cgroup/memory.max", "67108864");
        var memory = AvailableMemory.Find(system.Root);
        var budget = new MemoryBudget(memory.WithRoom(new Limits()), memory);
        Assert.Equal((8 * Megabyte, 16 * Megabyte), (budget.CacheBytes, budget.BodyBytes));
    }

    [Fact]
    public void It_shrinks_while_memory_is_short_to_a_sixteenth_and_grows_again()
    {
        var budget = new MemoryBudget(new Limits { CacheBytes = 160 * Megabyte }, AvailableMemory.Find(system.Root));
        Assert.False(budget.Look());
        Assert.Equal(160 * Megabyte, budget.CacheBytes);

        system.HasMemory(freePercent: 1);
        foreach (var expected in new[] { 80, 40, 20, 10 })
        {
            Assert.True(budget.Look());
            Assert.Equal(expected * Megabyte, budget.CacheBytes);
        }
        Assert.False(budget.Look());

        system.HasMemory(freePercent: 7);
        Assert.False(budget.Look());
        Assert.Equal(10 * Megabyte, budget.CacheBytes);

        system.HasMemory(freePercent: 50);
        for (var i = 1; i <= 9; i++)
        {
            Assert.False(budget.Look());
            Assert.Equal(Math.Min(10 + 20 * i, 160) * Megabyte, budget.CacheBytes);
        }
    }
}
