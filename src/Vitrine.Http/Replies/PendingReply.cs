namespace Vitrine.Http.Replies;

/// <summary>
/// Work that somebody else does because it may block. When it is done, whoever subscribed is told once, from
/// any thread; then the responder is asked again and given this back.
/// </summary>
public abstract class PendingReply
{
    /// <summary>
    /// Asks for <paramref name="token"/> to be posted to <paramref name="inbox"/> when the work is done; at
    /// once if it is.
    /// </summary>
    public abstract void Subscribe(IInbox inbox, long token);
}
