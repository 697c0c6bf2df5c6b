using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>
/// Resolves paths on a few threads of its own, because a disk may block and a worker may not. Requests for
/// the same path at the same time share one load.
/// </summary>
internal sealed class Loader : IDisposable
{
    private const int ThreadCount = 4;

    private readonly Func<byte[], Outcome?, (Outcome Outcome, bool OwnsShare)> resolve;
    private readonly Action<Exception>? onFault;
    private readonly int mostQueued;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim available = new(0);
    private readonly Queue<Load> queue = new();
    private readonly Dictionary<byte[], Load> underWay = new(PathComparer.Instance);
    private bool isStopped;

    /// <summary>Starts the threads.</summary>
    public Loader(
        Func<byte[], Outcome?, (Outcome Outcome, bool OwnsShare)> resolve, int mostQueued, Action<Exception>? onFault)
    {
        this.onFault = onFault;
        this.resolve = resolve;
        this.mostQueued = mostQueued;
        for (var i = 0; i < ThreadCount; i++)
            new Thread(Run) { IsBackground = true, Name = $"vitrine loader {i}" }.Start();
    }

    /// <summary>
    /// Has the path resolved; null when too much is queued already. <paramref name="previous"/> is what it
    /// came to before.
    /// </summary>
    public Load? Start(ReadOnlySpan<byte> path, Outcome? previous, int attempt)
    {
        Load? load;
        lock (gate)
        {
            if (underWay.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out load)) return load;
            if (queue.Count >= mostQueued || isStopped) return null;
            load = new Load(path.ToArray(), previous, attempt);
            underWay.Add(load.Path, load);
            queue.Enqueue(load);
        }
        available.Release();
        return load;
    }

    /// <summary>Lets the threads end once what they are at is done.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            queue.Clear();
            underWay.Clear();
        }
        available.Release(ThreadCount);
    }

    private void Run()
    {
        while (true)
        {
            available.Wait();
            Load? load;
            lock (gate)
            {
                if (!queue.TryDequeue(out load))
                {
                    if (isStopped) return;
                    continue;
                }
            }
            (Outcome? Outcome, bool OwnsShare) result = default;
            try
            {
                result = resolve(load.Path, load.Previous);
            }
#pragma warning disable CA1031 // whatever it is: this load is answered with 500, and the thread goes on
            catch (Exception fault)
            {
                onFault?.Invoke(fault);
            }
#pragma warning restore CA1031
            // Whoever asks from here on starts anew, and so never gets what was read before it asked.
            lock (gate) underWay.Remove(load.Path);
            load.Finish(result.Outcome, result.OwnsShare);
        }
    }

    /// <summary>One path being resolved.</summary>
    internal sealed class Load(byte[] path, Outcome? previous, int attempt) : PendingReply
    {
        private readonly Lock gate = new();
        private List<(IInbox Inbox, long Token)>? subscribers = [];
        private int unanswered;

        public byte[] Path => path;

        public Outcome? Previous => previous;

        /// <summary>
        /// 1, or more when what was loaded was no longer true by the time it was to be sent.
        /// </summary>
        public int Attempt => attempt;

        /// <summary>What the path came to, once that is known; null when it could not be found out.</summary>
        public Outcome? Outcome { get; private set; }

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
        /// One of those who waited has its answer. When all have, a file that nobody keeps is closed. (A
        /// connection that was lost meanwhile never gets one: then the collector closes it.)
        /// </summary>
        public void OneIsAnswered()
        {
            if (Interlocked.Decrement(ref unanswered) == 0) Outcome?.Content?.File?.Release();
        }

        public void Finish(Outcome? outcome, bool ownsShare)
        {
            List<(IInbox Inbox, long Token)> waiting;
            lock (gate)
            {
                Outcome = outcome;
                waiting = subscribers!;
                subscribers = null;
                // Without a share of its own there is nothing to give back, and the count never comes to
                // nought.
                unanswered = ownsShare ? waiting.Count : int.MaxValue;
            }
            foreach (var (inbox, token) in waiting) inbox.Post(token);
        }
    }
}
