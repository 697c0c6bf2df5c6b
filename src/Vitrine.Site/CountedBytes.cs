using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>A body in the collector's memory that is counted in <see cref="BodyMemory"/>.</summary>
internal sealed class CountedBytes : PinnedBytes
{
    public CountedBytes(int length)
        : base(length) => BodyMemory.Add(length);

    ~CountedBytes() => BodyMemory.Add(-Length);
}
