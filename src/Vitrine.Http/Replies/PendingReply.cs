namespace Vitrine.Http.Replies;

/// <summary>
/// Work that somebody else does because it may block. When it is done, whoever subscribed is told once, from
/// any thread; then the responder is asked again and given this back.
/// </summary>
public abstract class PendingReply
{
    /// <summary>Who promised it, and is asked again; null when there is but one who could be. For who chooses among
    /// several.</summary>
    public object? Owner { get; set; }

    /// <summary>Whether the work is done. Any thread.</summary>
    public abstract bool IsDone { get; }

    /// <summary>
    /// Asks for <paramref name="token"/> to be posted to <paramref name="inbox"/> when the work is done; at
    /// once if it is.
    /// </summary>
    public abstract void Subscribe(IInbox inbox, long token);

    /// <summary>
    /// One who was promised it does not want it any more: its connection is lost, or has waited for too long. Instead
    /// of asking again, and once. Any thread.
    /// </summary>
    public virtual void Abandon()
    {
    }
}
