using Vitrine.Http;
using Vitrine.Site;

namespace Vitrine.Tests.Site;

public class FileContentsTests
{
    private static readonly long LongAgoNs = 1_000_000_000_000_000_000;

    [Theory]
    [InlineData(1, true)]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)] // large by the limit below, so its tag is not of its bytes
    [InlineData(0, false)]
    public void What_is_small_and_rests_can_be_left_on_the_disk(long length, bool expected)
    {
        var contents = new FileContents(
            new Limits { CachedBodyBytes = 1_000 }, SiteClock.System, new BodyMemory(new Limits()));
        var facts = new FileFacts(FileKind.File, 1, 2, length, LongAgoNs, LongAgoNs, 1);
        Assert.Equal(expected, contents.CanBeLeft(facts));
        var nowNs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        Assert.False(contents.CanBeLeft(facts with { ModifiedNs = nowNs }));
        Assert.False(contents.CanBeLeft(facts with { Inode = 0 })); // a system that does not tell enough
    }

    [Fact]
    public void Times_are_whole_seconds_only_where_both_are()
    {
        var facts = new FileFacts(FileKind.Folder, 1, 2, 0, LongAgoNs, LongAgoNs, 1);
        Assert.True(facts.HasWholeSeconds);
        Assert.False((facts with { ChangedNs = LongAgoNs + 1 }).HasWholeSeconds);
        Assert.False((facts with { ModifiedNs = LongAgoNs + 1 }).HasWholeSeconds);
    }
}
