using Vitrine.Http;
using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;

namespace Vitrine.Site.Cache;

/// <summary>
/// The cache: what paths came to, for as long as that can be taken to be true. Read by all workers without a
/// lock. While there is room, bodies are kept. When there is none, of a new file only what is known of it is
/// kept, and its body is left to the disk; a body comes into memory in exchange for others that were not
/// asked for since their last turn (CLOCK), but no more than a 64th of all memory in a second: so
/// neither a scan nor an evenly spread load turns the cache over. Open files have a limit of their own.
/// </summary>
internal sealed class Representations(Limits limits, MemoryBudget budget, SiteClock clock)
{
    // What an entry costs besides its body: objects, header block, tables.
    private const int EntryBytes = 1024;

    private const int ExchangeShare = 64;
    private const int LeastExchangedBytes = 64 * 1024;

    // So long a file is kept open that nobody asks for.
    private const int ForgottenMs = 60_000;

    private readonly Allowance exchange =
        new(Math.Max(limits.CacheBytes / ExchangeShare, LeastExchangedBytes), clock);

    private readonly long forgottenMs = ForgottenMs + (long)limits.FreshnessMs; // it is looked at no more often

    private readonly PathTable<CacheEntry> entries = new();
    private readonly Lock gate = new();
    private readonly LinkedList<CacheEntry> inMemory = new();
    private readonly LinkedList<CacheEntry> inFiles = new();
    private readonly LinkedList<CacheEntry> copied = new();
    private readonly LinkedList<CacheEntry> bodiless = new();
    private long bytes;
    private int openFiles;
    private int lentFiles;
    private bool isClosed;

    /// <summary>A cache by the system's clock.</summary>
    public Representations(Limits limits)
        : this(limits, new MemoryBudget(limits), SiteClock.System)
    {
    }

    /// <summary>How many paths are kept.</summary>
    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>The memory that they take.</summary>
    public long Bytes
    {
        get
        {
            lock (gate) return bytes;
        }
    }

    /// <summary>
    /// What the path came to when it was last looked at, however long ago that is; null if it is not kept.
    /// </summary>
    public CacheEntry? Find(ReadOnlySpan<byte> path)
    {
        var entry = entries.Find(path);
        if (entry is { WasAskedFor: false }) entry.WasAskedFor = true; // read first: workers share it
        return entry;
    }

    /// <summary>
    /// Keeps an outcome that was true at <paramref name="checkedMs"/>, or forgets the path. True when it takes over the
    /// share of the outcome's bodies; false when that stays with the caller.
    /// </summary>
    public bool Put(byte[] path, Outcome outcome, long checkedMs)
    {
        lock (gate)
        {
            var known = entries.Find(path);
            if (ReferenceEquals(known?.Outcome, outcome))
            {
                known.Renew(checkedMs);
                outcome.Release(); // it has one already
                return true;
            }
            // A hot one for which there is no room by now is as good in its file.
            if (IsHot(outcome) && IsOver(path, outcome) && !exchange.TryTake(outcome.BodyBytes)) return false;
            if (known is not null) Remove(known);
            if (!outcome.IsKept || isClosed) return false;
            var isLeft = CanBeLeft(outcome) && IsOver(path, outcome) && !exchange.TryTake(outcome.BodyBytes);
            if (isLeft) outcome = outcome.WithoutBody();
            var cost = CostOf(path, outcome);
            if (cost > budget.CacheBytes) return false;
            // Room is made first, so that what is new does not go before it was ever used.
            while (inFiles.Count > 0 && openFiles + outcome.OpenFiles > limits.CachedOpenFiles) Reduce(NextOf(inFiles));
            MakeRoom(cost);
            Add(path, outcome, cost, checkedMs);
            return !isLeft;
        }
    }

    /// <summary>
    /// Is told, under a lock, of what is forgotten for want of memory and cannot be left to the disk, though it is at
    /// rest.
    /// </summary>
    public Action<CacheEntry, Outcome>? WhenForgotten { get; set; }

    /// <summary>
    /// Keeps what an entry came to with its bodies copied, unless its path comes to something else by now. Takes over
    /// the shares of the copies.
    /// </summary>
    public void PutCopied(CacheEntry entry, Outcome copied)
    {
        lock (gate)
        {
            var known = entries.Find(entry.Path);
            var cost = CostOf(entry.Path, copied);
            if (isClosed || (known ?? entry) != entry || cost > budget.CacheBytes)
            {
                copied.Release();
                return;
            }
            if (known is not null) Remove(entry);
            MakeRoom(cost);
            Add(entry.Path, copied, cost, entry.CheckedMs);
        }
    }

    /// <summary>
    /// Lets go of all copies; what is known of a single file stays.
    /// </summary>
    public void EvictCopies()
    {
        lock (gate)
        {
            while (copied.First is { Value: var entry })
            {
                Remove(entry);
                if (entry.Outcome.Encoded.Length > 0) continue; // what is beside it would have to be left too
                Add(entry.Path, entry.Outcome.WithoutBody(), entry.Bytes, entry.CheckedMs);
            }
        }
    }

    /// <summary>Whether a file may be opened for one reply: there is a descriptor for it.</summary>
    public bool MayLend => Volatile.Read(ref openFiles) + Volatile.Read(ref lentFiles) < limits.CachedOpenFiles;

    /// <summary>Takes a descriptor for a file that is opened for one reply; false when there is none.</summary>
    public bool TryLend()
    {
        if (Volatile.Read(ref openFiles) + Interlocked.Increment(ref lentFiles) <= limits.CachedOpenFiles) return true;
        GiveBack();
        return false;
    }

    /// <summary>Gives back what <see cref="TryLend"/> took.</summary>
    public void GiveBack() => Interlocked.Decrement(ref lentFiles);

    /// <summary>Whether a body may take the place of others by now.</summary>
    public bool MayExchange(long bodyBytes)
    {
        // Without the lock: workers ask for each reply from the disk. What is decided is decided again under it.
        return Volatile.Read(ref bytes) + bodyBytes <= budget.CacheBytes || exchange.Has(bodyBytes);
    }

    /// <summary>
    /// Closes all files that are kept open, since descriptors are missing; false when there are none.
    /// </summary>
    public bool CloseFiles()
    {
        lock (gate)
        {
            if (inFiles.Count == 0) return false;
            while (inFiles.First is { } oldest) Reduce(oldest.Value);
            return true;
        }
    }

    /// <summary>
    /// Closes the files that nobody has asked for in a while, and those that have no name any more, whose paths are
    /// forgotten: nobody would notice it, and they take their place on the disk.
    /// </summary>
    public void CloseForgotten()
    {
        CacheEntry[] open;
        lock (gate) open = [.. inFiles];
        // Looked at without the lock: a disk may take its time.
        var now = clock.NowMs;
        foreach (var entry in open)
        {
            var isGone = entry.Outcome.IsGone();
            if (!isGone && now - entry.CheckedMs <= forgottenMs) continue;
            lock (gate)
            {
                if (entry.Clock != inFiles || entries.Find(entry.Path) != entry) continue;
                if (isGone) Remove(entry);
                else Reduce(entry);
            }
        }
    }

    /// <summary>Lets go of what there is no room for any more, since memory is short.</summary>
    public void Shrink()
    {
        lock (gate) MakeRoom(0);
    }

    /// <summary>Forgets everything, closes the files, and keeps nothing any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (var entry in entries.ToList()) Remove(entry);
        }
    }

    // Whether what is known of files whose bodies are not in memory takes as much room as it may.
    private bool IsFullOfEntries => bodiless.Count >= limits.CacheEntries / 2
        || (bodiless.Count + inFiles.Count) * (long)EntryBytes > budget.CacheBytes / 4;

    private bool IsFullOfCopies => copied.Count >= limits.CacheEntries / 2
        || copied.Count * (long)EntryBytes > budget.CacheBytes / 2;

    // A hot one is as good in its file, which has to be opened by the loader.
    private bool CanBeLeft(Outcome outcome) => outcome.CanBeLeft && !IsHot(outcome);

    private bool IsHot(Outcome outcome) => outcome.Content?.Body?.Length > limits.CachedBodyBytes;

    private bool IsOver(byte[] path, Outcome outcome) => bytes + CostOf(path, outcome) > budget.CacheBytes;

    private static long CostOf(byte[] path, Outcome outcome) => EntryBytes + 2 * path.Length + outcome.BodyBytes;

    private void Add(byte[] path, Outcome outcome, long cost, long checkedMs)
    {
        var entry = new CacheEntry(path, outcome, cost) { CheckedMs = checkedMs };
        entries.Add(entry);
        bytes += cost;
        openFiles += outcome.OpenFiles;
        entry.Clock = outcome.OpenFiles > 0 ? inFiles
            : outcome.IsCopied ? copied
            : outcome.IsLeft ? bodiless
            : inMemory;
        entry.Clock.AddLast(entry.Node);
    }

    private void MakeRoom(long cost)
    {
        // Bodies go first; what is known of their files stays, up to a quarter of the memory. A large file that is open
        // may have small ones beside it, whose bodies are in memory: it goes last.
        while (entries.Count > 0
            && (bytes + cost > budget.CacheBytes
                || inMemory.Count + bodiless.Count + copied.Count >= limits.CacheEntries))
            Reduce(NextOf(
                IsFullOfEntries ? FirstOf(bodiless, inMemory, copied, inFiles)
                : IsFullOfCopies ? FirstOf(copied, inMemory, bodiless, inFiles)
                : FirstOf(inMemory, bodiless, copied, inFiles)));
    }

    private static LinkedList<CacheEntry> FirstOf(params ReadOnlySpan<LinkedList<CacheEntry>> clocks)
    {
        foreach (var clock in clocks)
            if (clock.Count > 0) return clock;
        return clocks[^1];
    }

    // Whose turn it is to go. Each entry is passed over at most once, so this ends.
    private static CacheEntry NextOf(LinkedList<CacheEntry> clock)
    {
        while (true)
        {
            var oldest = clock.First!;
            var entry = oldest.Value;
            if (!entry.WasAskedFor) return entry;
            entry.WasAskedFor = false;
            clock.RemoveFirst();
            clock.AddLast(oldest);
        }
    }

    // To what is known of it, or to nothing.
    private void Reduce(CacheEntry entry)
    {
        var canBeLeft = entry.Clock != bodiless && CanBeLeft(entry.Outcome);
        if (!canBeLeft && entry.Clock == inMemory && entry.Outcome is { BodyBytes: > 0, Evidence.IsTellTale: true }
            && !IsHot(entry.Outcome))
            WhenForgotten?.Invoke(entry, entry.Outcome);
        Remove(entry);
        if (!canBeLeft) return;
        var rest = entry.Outcome.WithoutBody();
        Add(entry.Path, rest, CostOf(entry.Path, rest), entry.CheckedMs);
    }

    private void Remove(CacheEntry entry)
    {
        entries.Remove(entry);
        entry.Clock!.Remove(entry.Node);
        bytes -= entry.Bytes;
        openFiles -= entry.Outcome.OpenFiles;
        entry.Outcome.Release();
    }
}
