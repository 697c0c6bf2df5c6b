using Vitrine.Http.Replies;

namespace Vitrine.Site.Memory;

/// <summary>A page that was made, in the collector's memory, counted in <see cref="BodyMemory"/>.</summary>
internal sealed class CountedBytes : PinnedBytes
{
    private readonly BodyMemory memory;

    public CountedBytes(int length, BodyMemory memory)
        : base(length)
    {
        this.memory = memory;
        memory.Add(length);
    }

    ~CountedBytes() => memory.Add(-Length);
}
