using Vitrine.Http;
using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>
/// Resolves paths on a few threads of its own, because a disk may block and a worker may not. Requests for
/// the same path at the same time share one load. A load that has to wait for a file to settle waits in the
/// queue, not on a thread. A disk that does not answer any more, as a network's, keeps no more than a few
/// threads, which are replaced: what lies elsewhere is loaded all the same.
/// </summary>
internal sealed class Loader : IDisposable
{
    /// <summary>How many threads wait for the disk.</summary>
    public const int ThreadCount = 4;

    // When nobody takes anything off the queue for so long, there is one thread more.
    private const int StuckMs = 2_000;
    private const int MostThreads = 32;

    // So many loads of one folder at the top of the site may be stuck before others of it wait.
    private const int MostStuckOfFolder = 2;
    private const int LookAgainMs = 250;

    private readonly Func<Load, bool> resolve;
    private readonly Action<Exception>? onFault;
    private readonly int mostQueued;
    private readonly SiteClock clock;
    private readonly object gate = new(); // a monitor: the threads wait on it for the next load that is due
    private readonly PriorityQueue<Load, long> queue = new(); // by when they are due
    private readonly Dictionary<byte[], Load> underWay = new(PathComparer.Instance);
    private readonly List<Load> running = [];
    private readonly int timeoutMs;
    private int threadCount;
    private int idleCount;
    private long takenMs;
    private bool isStopped;

    /// <summary>
    /// Starts the threads. <paramref name="resolve"/> takes a load one step on; true when it has its outcome. Without
    /// <paramref name="threads"/> nothing is resolved but by <see cref="TryRunOne"/>.
    /// </summary>
    public Loader(
        Func<Load, bool> resolve, Limits limits, SiteClock clock, int threads, Action<Exception>? onFault)
    {
        this.clock = clock;
        this.onFault = onFault;
        this.resolve = resolve;
        mostQueued = limits.PendingLoads;
        timeoutMs = limits.LoadTimeoutMs;
        lock (gate)
            while (threadCount < threads) StartThread();
    }

    /// <summary>
    /// Has the path resolved; null when too much is queued already. <paramref name="previous"/> is what it
    /// came to before, and <paramref name="isHot"/> whether it is a large file to be read into memory.
    /// </summary>
    public Load? Start(ReadOnlySpan<byte> path, Outcome? previous, int attempt, bool isHot)
    {
        lock (gate)
        {
            if (threadCount > 0) SeeToThreads();
            if (CountOfStuck(path, timeoutMs) > 0) return null;
            if (underWay.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var load)) return load;
            if (underWay.Count >= mostQueued || isStopped) return null;
            var resolution = new Resolution(path.ToArray(), previous)
            {
                WantsBody = true,
                MustHaveBody = attempt > 1,
                IsHot = isHot,
            };
            load = new Load(resolution, attempt) { WaitsSinceMs = clock.NowMs };
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
            load = Dequeue();
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
            running.Remove(load);
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
                    if (delay == 0)
                    {
                        var load = Dequeue();
                        if (CountOfStuck(load.Resolution.Path, StuckMs) < MostStuckOfFolder) return load;
                        running.Remove(load);
                        if (clock.NowMs - load.WaitsSinceMs < timeoutMs) Enqueue(load, LookAgainMs);
                        else underWay.Remove(load.Resolution.Path); // nobody waits for it any more
                        continue;
                    }
                }
                idleCount++;
                Monitor.Wait(gate, delay);
                idleCount--;
            }
            return null;
        }
    }

    private Load Dequeue()
    {
        var load = queue.Dequeue();
        takenMs = load.RunsSinceMs = clock.NowMs;
        running.Add(load);
        return load;
    }

    private void SeeToThreads()
    {
        if (queue.Count == 0 || idleCount > 0) takenMs = clock.NowMs;
        else if (threadCount < MostThreads && clock.NowMs - takenMs > StuckMs) StartThread();
    }

    private void StartThread()
    {
        takenMs = clock.NowMs;
        new Thread(Run) { IsBackground = true, Name = $"vitrine loader {threadCount++}" }.Start();
    }

    // How many loads have been on a thread for so long that lie in the same folder at the top of the site.
    private int CountOfStuck(ReadOnlySpan<byte> path, int forMs)
    {
        var count = 0;
        var now = clock.NowMs;
        var top = TopOf(path);
        foreach (var load in running)
            if (now - load.RunsSinceMs > forMs && TopOf(load.Resolution.Path).SequenceEqual(top)) count++;
        return count;
    }

    private static ReadOnlySpan<byte> TopOf(ReadOnlySpan<byte> path) =>
        path[1..].IndexOf((byte)'/') is var end and >= 0 ? path[..(end + 1)] : path;

    /// <summary>One path being resolved.</summary>
    internal sealed class Load(Resolution resolution, int attempt) : PendingReply
    {
        private readonly Lock gate = new();
        private List<(IInbox Inbox, long Token)>? subscribers = [];
        private int unanswered;

        public Resolution Resolution => resolution;

        /// <summary>Since when it is under way.</summary>
        public long WaitsSinceMs { get; init; }

        /// <summary>Since when a thread is at it.</summary>
        public long RunsSinceMs { get; set; }

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
