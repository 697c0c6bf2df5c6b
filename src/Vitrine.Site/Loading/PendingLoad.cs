using Vitrine.Http.Replies;
using Vitrine.Site.Content;

namespace Vitrine.Site.Loading;

/// <summary>One path being resolved by the loader, for all who asked for it meanwhile.</summary>
/// <param name="resolution">The path, and what is known of it so far.</param>
/// <param name="attempt">1, or more when what was loaded was no longer true by the time it was to be sent.</param>
/// <param name="sinceMs">Since when it is under way.</param>
internal sealed class PendingLoad(Resolution resolution, int attempt, long sinceMs) : PendingReply
{
    private readonly Lock gate = new();
    private List<(IInbox Inbox, long Token)>? subscribers = [];
    private ShareCount shares; // the first is the loader's

    /// <summary>The path, and what is known of it so far.</summary>
    public Resolution Resolution => resolution;

    /// <summary>
    /// 1, or more when what was loaded was no longer true by the time it was to be sent.
    /// </summary>
    public int Attempt => attempt;

    /// <summary>Since when it is under way.</summary>
    public long SinceMs => sinceMs;

    /// <summary>Since when a thread is at it.</summary>
    public long RunsSinceMs { get; set; }

    /// <summary>
    /// What the path came to, once that is known; null when it could not be found out. It takes over a share of its
    /// bodies, which stays until all who wait for it are answered: whatever the cache does meanwhile.
    /// </summary>
    public Outcome? Outcome { get; set; }

    /// <summary>Whether it was given up, since the disk does not answer.</summary>
    public bool IsGivenUp { get; private set; }

    /// <inheritdoc/>
    public override bool IsDone
    {
        get
        {
            lock (gate) return subscribers is null;
        }
    }

    /// <inheritdoc/>
    public override void Subscribe(IInbox inbox, long token)
    {
        lock (gate)
        {
            if (subscribers is not null)
            {
                subscribers.Add((inbox, token));
                return;
            }
        }
        inbox.Post(token);
    }

    /// <summary>
    /// One more was given this load, and will come for its answer or <see cref="Abandon"/> it. Not once it is finished.
    /// (Whoever <see cref="Subscribe">subscribes</see> may come after that.)
    /// </summary>
    public void Join() => shares.TryAcquire();

    /// <summary>One of those who were given it has its answer.</summary>
    public void OneIsAnswered()
    {
        if (shares.Release()) Outcome?.Release();
    }

    /// <inheritdoc/>
    public override void Abandon() => OneIsAnswered();

    /// <summary>Tells all who wait that the disk does not answer.</summary>
    public void GiveUp()
    {
        IsGivenUp = true;
        Finish();
    }

    /// <summary>Tells all who wait.</summary>
    public void Finish()
    {
        List<(IInbox Inbox, long Token)> waiting;
        lock (gate)
        {
            waiting = subscribers!;
            subscribers = null;
        }
        OneIsAnswered(); // the loader's own share; who waits has one each
        foreach (var (inbox, token) in waiting) inbox.Post(token);
    }
}
