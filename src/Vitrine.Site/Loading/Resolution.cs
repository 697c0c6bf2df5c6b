using Vitrine.Site.Content;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Loading;

/// <summary>
/// One path on the way to its outcome, and what is remembered from one look at the disk to the next. Nobody
/// sleeps while a file settles: whoever resolves the path comes back in <see cref="AgainInMs"/>.
/// </summary>
internal sealed class Resolution(byte[] path, Outcome? previous)
{
    /// <summary>The canonical path.</summary>
    public byte[] Path => path;

    /// <summary>What it came to before, or null.</summary>
    public Outcome? Previous { get; set; } = previous;

    /// <summary>Whether the looks may wait for the disk.</summary>
    public Blocking Blocking { get; init; }

    /// <summary>
    /// Whether it is a large file that is asked for again and again: then it is read into memory, if it can be.
    /// </summary>
    public bool IsHot { get; init; }

    /// <summary>
    /// True when its body was left to the disk before, and then there was not enough of it in the kernel's memory to
    /// answer.
    /// </summary>
    public bool MustHaveBody { get; init; }

    /// <summary>After a look without an outcome: how long to wait before the next one.</summary>
    public int AgainInMs { get; private set; }

    /// <summary>How long it has been waited for a file to settle.</summary>
    public int WaitedMs { get; private set; }

    /// <summary>How long it has been waited for memory.</summary>
    public int WaitedForMemoryMs { get; private set; }

    /// <summary>The file as it was at the first look, if there was a second.</summary>
    public FileFacts First { get; set; }

    /// <summary>The file as it was when it was at rest and could not be read to its end all the same.</summary>
    public FileFacts Unread { get; set; }

    /// <summary>How long it was when it was found not to rest, and the tag of what was in it.</summary>
    public (int Length, string Tag)? Content { get; set; }

    /// <summary>The site's own error page on its way, when it is needed and has to settle itself.</summary>
    public Resolution? ErrorPage { get; set; }

    /// <summary>There is no outcome yet: look again after that time (which a worker leaves to the loader).</summary>
    public Outcome? Again(int inMs)
    {
        AgainInMs = inMs;
        WaitedMs += inMs;
        return null;
    }

    /// <summary>The same, because there is no memory for it.</summary>
    public Outcome? AgainForMemory(int inMs)
    {
        AgainInMs = inMs;
        WaitedForMemoryMs += inMs;
        return null;
    }
}
