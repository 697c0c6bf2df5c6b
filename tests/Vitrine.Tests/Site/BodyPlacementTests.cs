using Vitrine.Http;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;
using Vitrine.Tests.Simulation.Faults;

namespace Vitrine.Tests.Site;

public class BodyPlacementTests
{
    private const long LongAgoNs = 1_000_000_000_000_000_000;

    private readonly SimulatedClock clock = new(tickMs: 1);
    private readonly BodyMemory memory;
    private readonly Limits limits = new() { CachedBodyBytes = 100_000, CacheBytes = 200_000, HotBodyBytes = 150_000 };

    public BodyPlacementTests() => memory = new BodyMemory(new MemoryBudget(limits));

    [Theory]
    [InlineData(1, false)]
    [InlineData(100_000, false)]
    [InlineData(100_001, true)]
    public void What_is_small_is_held_in_memory_and_what_is_large_in_its_file(long length, bool isLarge) =>
        Assert.Equal(
            isLarge ? BodyPlace.OpenFile : BodyPlace.Memory,
            Make().ToHold(Facts(length), isHot: false, Blocking.Refused));

    [Fact]
    public void A_large_one_that_is_asked_for_again_and_again_comes_into_memory()
    {
        var placement = Make();
        Assert.Equal(BodyPlace.Memory, placement.ToHold(Facts(100_001), isHot: true, Blocking.Refused));
        Assert.True(placement.IsToComeIn(Facts(150_000)));
        Assert.False(placement.IsToComeIn(Facts(150_001)));
        Assert.False(placement.IsToComeIn(Facts(150_000) with { Inode = 0 }));
    }

    // Of what is being written only a copy can be sent.
    [Fact]
    public void Where_clients_hold_the_memory_a_file_that_rests_is_sent_from_itself()
    {
        var placement = Make();
        memory.Add(1_000_000_000);
        Assert.Equal(BodyPlace.OpenFile, placement.ToHold(Facts(50_000), isHot: false, Blocking.Refused));
        Assert.Equal(BodyPlace.Memory, placement.ToHold(Facts(4_000), isHot: false, Blocking.Refused));
        Assert.False(placement.IsOutOfMemory(Facts(50_000), Blocking.Refused));
        var now = Facts(50_000) with { ModifiedNs = clock.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000 };
        Assert.True(placement.IsOutOfMemory(now, Blocking.Refused));
        Assert.False(placement.IsOutOfMemory(now with { Length = 4_000 }, Blocking.Refused));
        Assert.False(placement.IsOutOfMemory(now with { Length = 100_001 }, Blocking.Refused));
    }

    private BodyPlacement Make() => new(
        limits,
        new Representations(limits, new MemoryBudget(limits), new SiteClock(clock)),
        memory,
        new FileTimes(new SiteClock(clock)));

    private static FileFacts Facts(long length) => new(FileKind.File, 1, 2, length, LongAgoNs, LongAgoNs, 1);
}
