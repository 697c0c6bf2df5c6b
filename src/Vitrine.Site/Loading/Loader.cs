using Vitrine.Http;
using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Site.Loading;

/// <summary>
/// Resolves paths on a few threads of its own, because a disk may block and a worker may not. A load that has to wait
/// for a file to settle waits in the <see cref="LoadSchedule"/>, not on a thread. A thread that hangs, because its disk
/// does not answer, is replaced, and ends when it comes back: what lies elsewhere is loaded all the same.
/// </summary>
internal sealed class Loader : IDisposable
{
    /// <summary>How many threads wait for the disk, beside those that hang.</summary>
    public const int ThreadCount = 4;

    // One that hangs costs next to nothing, and each folder at the top keeps a few.
    private const int MostThreads = 256;
    private const int StackBytes = 512 * 1024;

    // Workers come first: they are few, and a load takes as long as tens of their replies.
    private const int Niceness = 10;
    private const int LookAfterEveryMs = 1_000;

    private readonly Func<PendingLoad, bool> resolve;
    private readonly Action<Exception>? onFault;
    private readonly SiteClock clock;
    private readonly object gate = new(); // a monitor: the threads wait on it for the next load that is due
    private readonly LoadSchedule schedule;
    private readonly Timer? timer;
    private int threadCount;
    private int idleCount;
    private bool isLookedAfter;
    private bool isStopped;

    /// <summary>
    /// Starts the threads. <paramref name="resolve"/> takes a load one step on; true when it has its outcome. Without
    /// <paramref name="threads"/> nothing is resolved but by <see cref="TryRunOne"/>.
    /// </summary>
    public Loader(
        Func<PendingLoad, bool> resolve, Limits limits, SiteClock clock, int threads, Action<Exception>? onFault)
    {
        this.onFault = onFault;
        this.resolve = resolve;
        this.clock = clock;
        schedule = new LoadSchedule(limits.PendingLoads, limits.LoadTimeoutMs, clock);
        if (threads == 0) return;
        timer = new Timer(_ => LookAfter());
        while (threadCount < threads) StartThread();
    }

    /// <summary>
    /// Has the path resolved; null when too much is queued already, or because the disk <paramref name="hangs"/>.
    /// <paramref name="previous"/> is what it came to before, and <paramref name="isHot"/> whether it is a large file
    /// to be read into memory.
    /// </summary>
    public PendingLoad? Start(ReadOnlySpan<byte> path, Outcome? previous, int attempt, bool isHot, out bool hangs)
    {
        lock (gate)
        {
            hangs = false;
            if (isStopped) return null;
            var load = schedule.Join(path, Make, out hangs);
            if (load is not null) Monitor.Pulse(gate);
            if (isLookedAfter || timer is null) return load;
            isLookedAfter = true;
            timer.Change(LookAfterEveryMs, Timeout.Infinite);
            return load;
        }

        PendingLoad Make(byte[] name) => new(
            new Resolution(name, previous) { MustHaveBody = attempt > 1, IsHot = isHot },
            attempt,
            clock.NowMs);
    }

    /// <summary>Lets the threads end once what they are at is done.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            schedule.Clear();
            Monitor.PulseAll(gate);
        }
        timer?.Dispose();
    }

    /// <summary>Takes the load that is due first one step on, on this thread; false when none is due.</summary>
    public bool TryRunOne()
    {
        PendingLoad? load;
        lock (gate) load = schedule.Take(out _);
        if (load is null) return false;
        Advance(load);
        return true;
    }

    private void Run()
    {
        // On Linux it is the thread's own.
        if (OperatingSystem.IsLinux()) _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
        while (Take() is { } load) Advance(load);
    }

    private void Advance(PendingLoad load)
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
            if (isDone || isStopped) schedule.Remove(load);
            else schedule.PutBack(load);
            if (schedule.IsDue) Monitor.Pulse(gate); // others may have waited for this one
        }
        if (isDone) load.Finish();
    }

    // The next load, once it is due; null when this thread is not needed any more.
    private PendingLoad? Take()
    {
        lock (gate)
        {
            while (!isStopped && threadCount - schedule.Hanging <= ThreadCount)
            {
                if (schedule.Take(out var delayMs) is { } load) return load;
                idleCount++;
                Monitor.Wait(gate, delayMs);
                idleCount--;
            }
            threadCount--;
            Monitor.Pulse(gate); // another looks when the next load is due
            return null;
        }
    }

    // Once a second, while anything is under way. Not by a worker: to start a thread may fail, and takes its time.
    private void LookAfter()
    {
        try
        {
            while (IsThreadMissing()) StartThread();
        }
        catch (OutOfMemoryException fault)
        {
            onFault?.Invoke(fault); // there may be room for one a second later
        }
        lock (gate)
        {
            schedule.GiveUpLate();
            isLookedAfter = !schedule.IsEmpty && !isStopped;
            if (isLookedAfter) timer!.Change(LookAfterEveryMs, Timeout.Infinite);
        }
    }

    private bool IsThreadMissing()
    {
        lock (gate)
            return !isStopped && schedule.IsDue && idleCount == 0 && threadCount < MostThreads
                && threadCount - schedule.Hanging < ThreadCount;
    }

    private void StartThread()
    {
        new Thread(Run, StackBytes) { IsBackground = true, Name = "vitrine loader" }.Start();
        lock (gate) threadCount++;
    }
}
