using Vitrine.Site.Cache;
using Vitrine.Site.Content;

namespace Vitrine.Site.Loading;

/// <summary>Has bodies that memory has no room for copied to where the kernel sends them from. Any thread.</summary>
internal interface IBodyCopies
{
    /// <summary>Whether there is room for a copy of so many bytes, in place of nothing else.</summary>
    bool HasRoom(long bytes);

    /// <summary>
    /// Has the bodies of an outcome copied, if there is room for them, and kept for the path of an entry that was made
    /// of it. Never waits.
    /// </summary>
    void Want(CacheEntry entry, Outcome outcome);
}
