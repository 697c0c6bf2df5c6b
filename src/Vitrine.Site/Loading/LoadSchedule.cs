using Vitrine.Site.Looking;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Loading;

/// <summary>
/// Which load is next. Those of the same path are one. One that has to come back waits until it is due. A disk that
/// does not answer any more, as a network's, is somewhere below one folder at the top of the site: a folder of which
/// loads hang gets no more threads, and only a few may wait for it; all else goes on. Not for several threads at once.
/// </summary>
internal sealed class LoadSchedule(int mostUnderWay, int timeoutMs, SiteClock clock)
{
    /// <summary>A load that has been on a thread for so long is taken to hang.</summary>
    public const int HangsMs = 2_000;

    private const int MostHanging = 2;
    private const int MostWaitingForHung = 64;

    private readonly PriorityQueue<PendingLoad, long> queue = new(); // by when they are due
    private readonly Dictionary<byte[], PendingLoad> underWay = new(PathComparer.Instance);
    private readonly List<PendingLoad> running = [];
    private readonly List<PendingLoad> waiting = []; // for a folder that hangs

    /// <summary>Whether nothing is under way.</summary>
    public bool IsEmpty => underWay.Count == 0;

    /// <summary>Whether a load waits for nothing but a thread.</summary>
    public bool IsDue => queue.TryPeek(out _, out var dueMs) && dueMs <= clock.NowMs;

    /// <summary>How many loads hang.</summary>
    public int Hanging => running.Count(Hangs);

    /// <summary>
    /// The load of a path: the one that is under way, or a new one; null when there are too many, or because the disk
    /// <paramref name="hangs"/>.
    /// </summary>
    public PendingLoad? Join(ReadOnlySpan<byte> path, Func<byte[], PendingLoad> make, out bool hangs)
    {
        var now = clock.NowMs;
        if (underWay.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var load))
        {
            hangs = now - load.SinceMs > timeoutMs;
            if (hangs) return null;
            load.Join();
            return load;
        }
        hangs = IsHung(path) && (CountOf(waiting, path) >= MostWaitingForHung || IsHung(path, timeoutMs));
        if (hangs || underWay.Count >= mostUnderWay) return null;
        load = make(path.ToArray());
        load.Join();
        underWay.Add(load.Resolution.Path, load);
        Enqueue(load, 0);
        return load;
    }

    /// <summary>
    /// Takes the load that is next for a thread; null when none is due, and for how many milliseconds none will be: -1
    /// for ever. Some may be given up on the way.
    /// </summary>
    public PendingLoad? Take(out int delayMs)
    {
        while (queue.TryPeek(out var load, out var dueMs))
        {
            delayMs = (int)Math.Max(dueMs - clock.NowMs, 0);
            if (delayMs > 0) return null;
            queue.Dequeue();
            var path = load.Resolution.Path;
            if (!IsHung(path))
            {
                load.RunsSinceMs = clock.NowMs;
                running.Add(load);
                return load;
            }
            if (CountOf(waiting, path) < MostWaitingForHung) waiting.Add(load);
            else GiveUp(load);
        }
        delayMs = Timeout.Infinite;
        return null;
    }

    /// <summary>A thread is done with a load, but has to come back to it.</summary>
    public void PutBack(PendingLoad load)
    {
        Leave(load);
        Enqueue(load, load.Resolution.AgainInMs);
    }

    /// <summary>A thread is done with a load. Whoever asks from here on starts anew, and so never gets what was read
    /// before it asked.</summary>
    public void Remove(PendingLoad load)
    {
        Leave(load);
        underWay.Remove(load.Resolution.Path);
    }

    /// <summary>Gives up what has waited for too long for a folder that hangs.</summary>
    public void GiveUpLate()
    {
        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            if (clock.NowMs - waiting[i].SinceMs <= timeoutMs) continue;
            GiveUp(waiting[i]);
            waiting.RemoveAt(i);
        }
    }

    /// <summary>Forgets what no thread is at.</summary>
    public void Clear()
    {
        queue.Clear();
        waiting.Clear();
        underWay.Clear();
    }

    private void Enqueue(PendingLoad load, int delayMs) => queue.Enqueue(load, clock.NowMs + delayMs);

    private void GiveUp(PendingLoad load)
    {
        underWay.Remove(load.Resolution.Path);
        load.GiveUp();
    }

    // What waited for a folder that hung is due.
    private void Leave(PendingLoad load)
    {
        running.Remove(load);
        if (waiting.Count == 0 || IsHung(load.Resolution.Path)) return;
        foreach (var other in waiting.Where(other => IsOfSameTop(other, load.Resolution.Path))) Enqueue(other, 0);
        waiting.RemoveAll(other => IsOfSameTop(other, load.Resolution.Path));
    }

    private bool Hangs(PendingLoad load) => clock.NowMs - load.RunsSinceMs > HangsMs;

    private bool IsHung(ReadOnlySpan<byte> path, int forMs = HangsMs)
    {
        var count = 0;
        foreach (var load in running)
            if (clock.NowMs - load.RunsSinceMs > forMs && IsOfSameTop(load, path)) count++;
        return count >= MostHanging;
    }

    private static int CountOf(List<PendingLoad> loads, ReadOnlySpan<byte> path)
    {
        var count = 0;
        foreach (var load in loads)
            if (IsOfSameTop(load, path)) count++;
        return count;
    }

    private static bool IsOfSameTop(PendingLoad load, ReadOnlySpan<byte> path) =>
        TopOf(load.Resolution.Path).SequenceEqual(TopOf(path));

    private static ReadOnlySpan<byte> TopOf(ReadOnlySpan<byte> path) =>
        path[1..].IndexOf((byte)'/') is var end and >= 0 ? path[..(end + 1)] : path;
}
