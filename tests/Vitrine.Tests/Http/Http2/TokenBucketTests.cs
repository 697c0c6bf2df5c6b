using Vitrine.Http.Http2;

namespace Vitrine.Tests.Http.Http2;

public class TokenBucketTests
{
    [Fact]
    public void It_gives_as_many_at_once_and_then_so_many_a_second()
    {
        var bucket = new TokenBucket(10, 2);
        for (var i = 0; i < 10; i++) Assert.True(bucket.TryTake(1, 5));
        Assert.False(bucket.TryTake(1, 5));
        Assert.False(bucket.TryTake(1, 504));
        Assert.True(bucket.TryTake(1, 505));
        Assert.False(bucket.TryTake(1, 505));
        bucket.Give(1);
        Assert.True(bucket.TryTake(1, 505));
        for (var i = 0; i < 10; i++) Assert.True(bucket.TryTake(1, 1_000_000));
        Assert.False(bucket.TryTake(1, 1_000_000));
    }
}
