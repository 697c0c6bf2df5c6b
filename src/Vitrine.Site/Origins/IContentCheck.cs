using Vitrine.Http.Replies;

namespace Vitrine.Site.Origins;

/// <summary>Finds out whether a file still has the bytes that were promised.</summary>
internal interface IContentCheck
{
    /// <summary>
    /// Has it found out by another thread, which then posts the token: what came of it, <see
    /// cref="FolderFile.IsUnchanged"/> says. False, and nothing is posted, when that cannot be. Whoever asks holds a
    /// share.
    /// </summary>
    bool TryCheck(FolderFile file, IInbox inbox, long token);
}
