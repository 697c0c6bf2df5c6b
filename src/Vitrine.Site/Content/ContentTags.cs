using System.Collections.Concurrent;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Content;

/// <summary>The tags of files that are too large to be read again for theirs, by what told them apart. Any
/// thread.</summary>
internal sealed class ContentTags
{
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<FileFacts, string> known = new();

    /// <summary>The tag of a file of which that is known; else null.</summary>
    public string? Find(in FileFacts facts) => known.TryGetValue(facts, out var tag) ? tag : null;

    /// <summary>Remembers the tag of a file that is at rest.</summary>
    public void Add(in FileFacts facts, string tag)
    {
        if (known.Count >= MostRemembered) known.Clear();
        known[facts] = tag;
    }
}
