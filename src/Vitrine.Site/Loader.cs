using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>
/// Resolves paths on a few threads of its own, because a disk may block and a worker may not. Requests for
/// the same path at the same time share one load. A load that has to wait for a file to settle waits in the
/// queue, not on a thread.
/// </summary>
internal sealed class Loader : IDisposable
{
    /// <summary>How many threads wait for the disk.</summary>
    public const int ThreadCount = 4;

    private readonly Func<Load, bool> resolve;
    private readonly Action<Exception>? onFault;
    private readonly int mostQueued;
    private readonly SiteClock clock;
    private readonly object gate = new(); // a monitor: the threads wait on it for the next load that is due
    private readonly PriorityQueue<Load, long> queue = new(); // by when they are due
    private readonly Dictionary<byte[], Load> underWay = new(PathComparer.Instance);
    private bool isStopped;

    /// <summary>
    /// Starts the threads. <paramref name="resolve"/> takes a load one step on; true when it has its outcome. Without
    /// <paramref name="threads"/> nothing is resolved but by <see cref="TryRunOne"/>.
    /// </summary>
    public Loader(
        Func<Load, bool> resolve, int mostQueued, SiteClock clock, int threads, Action<Exception>? onFault)
    {
        this.clock = clock;
        this.onFault = onFault;
        this.resolve = resolve;
        this.mostQueued = mostQueued;
        for (var i = 0; i < threads; i++)
            new Thread(Run) { IsBackground = true, Name = $"vitrine loader {i}" }.Start();
    }

    /// <summary>
    /// Has the path resolved; null when too much is queued already. <paramref name="previous"/> is what it
    /// came to before, and <paramref name="isHot"/> whether it is a large file to be read into memory.
    /// </summary>
    public Load? Start(ReadOnlySpan<byte> path, Outcome? previous, int attempt, bool isHot)
    {
        lock (gate)
        {
            if (underWay.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var load)) return load;
            if (underWay.Count >= mostQueued || isStopped) return null;
            var resolution = new Resolution(path.ToArray(), previous)
            {
                WantsBody = true,
                MustHaveBody = attempt > 1,
                IsHot = isHot,
            };
            load = new Load(resolution, attempt);
            underWay.Add(resolution.Path, load);
            Enqueue(load, 0);
            return load;
        }
    }

    /// <summary>Lets the threads end once what they are at is done.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            queue.Clear();
            underWay.Clear();
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Takes the load that is due first one step on, on this thread; false when none is due.</summary>
    public bool TryRunOne()
    {
        Load load;
        lock (gate)
        {
            if (!queue.TryPeek(out _, out var dueMs) || dueMs > clock.NowMs) return false;
            load = queue.Dequeue();
        }
        Advance(load);
        return true;
    }

    private void Run()
    {
        while (Take() is { } load) Advance(load);
    }

    private void Advance(Load load)
    {
        var isDone = true;
        try
        {
            isDone = resolve(load);
        }
#pragma warning disable CA1031 // whatever it is: this load is answered with 500, and the thread goes on
        catch (Exception fault)
        {
            onFault?.Invoke(fault);
        }
#pragma warning restore CA1031
        lock (gate)
        {
            // Whoever asks from here on starts anew, and so never gets what was read before it asked.
            if (isDone) underWay.Remove(load.Resolution.Path);
            else if (!isStopped) Enqueue(load, load.Resolution.AgainInMs);
        }
        if (isDone) load.Finish();
    }

    private void Enqueue(Load load, int delayMs)
    {
        queue.Enqueue(load, clock.NowMs + delayMs);
        Monitor.Pulse(gate);
    }

    // The next load, once it is due; null in the end.
    private Load? Take()
    {
        lock (gate)
        {
            while (!isStopped)
            {
                var delay = Timeout.Infinite;
                if (queue.TryPeek(out _, out var dueMs))
                {
                    delay = (int)Math.Max(dueMs - clock.NowMs, 0);
                    if (delay == 0) return queue.Dequeue();
                }
                Monitor.Wait(gate, delay);
            }
            return null;
        }
    }

    /// <summary>One path being resolved.</summary>
    internal sealed class Load(Resolution resolution, int attempt) : PendingReply
    {
        private readonly Lock gate = new();
        private List<(IInbox Inbox, long Token)>? subscribers = [];
        private int unanswered;

        public Resolution Resolution => resolution;

        /// <summary>
        /// 1, or more when what was loaded was no longer true by the time it was to be sent.
        /// </summary>
        public int Attempt => attempt;

        /// <summary>What the path came to, once that is known; null when it could not be found out.</summary>
        public Outcome? Outcome { get; private set; }

        /// <summary>Whether the outcome's file has a share that the load has to give back.</summary>
        public bool OwnsShare { get; private set; }

        /// <summary>Sets the outcome.</summary>
        public void Set(Outcome outcome, bool ownsShare)
        {
            Outcome = outcome;
            OwnsShare = ownsShare;
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
        /// One of those who waited has its answer. When all have, a file that nobody keeps is closed. (A
        /// connection that was lost meanwhile never gets one: then the collector closes it.)
        /// </summary>
        public void OneIsAnswered()
        {
            if (Interlocked.Decrement(ref unanswered) == 0) Outcome?.Release();
        }

        /// <summary>Tells all who wait.</summary>
        public void Finish()
        {
            List<(IInbox Inbox, long Token)> waiting;
            lock (gate)
            {
                waiting = subscribers!;
                subscribers = null;
                // Without a share of its own there is nothing to give back, and the count never comes to
                // nought.
                unanswered = OwnsShare ? waiting.Count : int.MaxValue;
            }
            foreach (var (inbox, token) in waiting) inbox.Post(token);
        }
    }
}
