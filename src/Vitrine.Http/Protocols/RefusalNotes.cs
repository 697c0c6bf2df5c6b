using Vitrine.Http.Replies;

namespace Vitrine.Http.Protocols;

/// <summary>What was refused since somebody asked: the last of it, and how much more.</summary>
internal struct RefusalNotes
{
    private Refusal? last;
    private int count;

    /// <summary>Takes note of one.</summary>
    public void Add(Refusal refusal)
    {
        last = refusal;
        count++;
    }

    /// <summary>The last one, or null, and how <paramref name="more"/> there were before it; then there are
    /// none.</summary>
    public Refusal? Take(out int more)
    {
        var taken = last;
        more = Math.Max(count - 1, 0);
        if (taken is not null) (last, count) = (null, 0);
        return taken;
    }
}
