using System.Collections.Concurrent;
using Vitrine.Http;

namespace Vitrine.Site;

/// <summary>
/// The cache: what paths came to, for as long as that can be taken to be true. Read by all workers without a
/// lock, written by the loader. What was not asked for since its last turn goes first (CLOCK); bodies in
/// memory and open files have a limit each.
/// </summary>
internal sealed class Representations(Limits limits)
{
    // What an entry costs besides its body: objects, header block, tables.
    private const int EntryBytes = 1024;

    private readonly ConcurrentDictionary<byte[], Entry> entries = new(PathComparer.Instance);
    private readonly Lock gate = new();
    private readonly LinkedList<Entry> inMemory = new();
    private readonly LinkedList<Entry> inFiles = new();
    private long bytes;
    private int openFiles;
    private bool isClosed;

    /// <summary>How many paths are kept.</summary>
    public int Count => entries.Count;

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
    public Entry? Find(ReadOnlySpan<byte> path)
    {
        if (!entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var entry)) return null;
        entry.WasAskedFor = true;
        return entry;
    }

    /// <summary>
    /// Keeps an outcome that was true at <paramref name="checkedMs"/>, or forgets the path. Takes over the
    /// share of the outcome's file, if it has one.
    /// </summary>
    public bool Put(byte[] path, Outcome outcome, long checkedMs)
    {
        lock (gate)
        {
            if (entries.TryGetValue(path, out var known))
            {
                if (known.Outcome == outcome)
                {
                    known.CheckedMs = checkedMs;
                    outcome.Release(); // it has one already
                    return true;
                }
                Remove(known);
            }
            var cost = EntryBytes + 2 * path.Length + outcome.BodyBytes;
            if (!outcome.IsKept || isClosed || cost > limits.CacheBytes) return false;
            var entry = new Entry(path, outcome, cost) { CheckedMs = checkedMs };
            // Room is made first, so that what is new does not go before it was ever used.
            while (inFiles.Count > 0 && openFiles + outcome.OpenFiles > limits.CachedOpenFiles) EvictOne(inFiles);
            while (inMemory.Count > 0
                && (bytes + entry.Bytes > limits.CacheBytes || inMemory.Count >= limits.CacheEntries))
                EvictOne(inMemory);
            entries[path] = entry;
            bytes += entry.Bytes;
            entry.Clock = outcome.OpenFiles == 0 ? inMemory : inFiles;
            openFiles += outcome.OpenFiles;
            entry.Clock.AddLast(entry.Node);
            return true;
        }
    }

    /// <summary>Forgets the paths that hold a file open; false when there are none.</summary>
    public bool CloseFiles()
    {
        lock (gate)
        {
            if (inFiles.Count == 0) return false;
            while (inFiles.First is { } oldest) Remove(oldest.Value);
            return true;
        }
    }

    /// <summary>Forgets everything, closes the files, and keeps nothing any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            isClosed = true;
            foreach (var entry in entries.Values) Remove(entry);
        }
    }

    private void EvictOne(LinkedList<Entry> clock)
    {
        // Each entry is passed over at most once, so this ends.
        while (clock.First is { } oldest)
        {
            if (!oldest.Value.WasAskedFor)
            {
                Remove(oldest.Value);
                return;
            }
            oldest.Value.WasAskedFor = false;
            clock.RemoveFirst();
            clock.AddLast(oldest);
        }
    }

    private void Remove(Entry entry)
    {
        entries.TryRemove(new KeyValuePair<byte[], Entry>(entry.Path, entry));
        entry.Clock!.Remove(entry.Node);
        bytes -= entry.Bytes;
        openFiles -= entry.Outcome.OpenFiles;
        entry.Outcome.Release();
    }

    /// <summary>One path and what it came to.</summary>
    internal sealed class Entry
    {
        private long checkedMs;

        public Entry(byte[] path, Outcome outcome, long bytes)
        {
            Path = path;
            Outcome = outcome;
            Bytes = bytes;
            Node = new LinkedListNode<Entry>(this);
        }

        public byte[] Path { get; }

        public Outcome Outcome { get; }

        public long Bytes { get; }

        public LinkedListNode<Entry> Node { get; }

        public LinkedList<Entry>? Clock { get; set; }

        /// <summary>When the outcome was last known to be true.</summary>
        public long CheckedMs
        {
            get => Volatile.Read(ref checkedMs);
            set => Volatile.Write(ref checkedMs, value);
        }

        public bool WasAskedFor { get; set; }
    }
}
