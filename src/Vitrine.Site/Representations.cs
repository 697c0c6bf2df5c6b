using System.Collections.Concurrent;
using Vitrine.Http;

namespace Vitrine.Site;

/// <summary>
/// The cache: what paths came to, for as long as that can be taken to be true. Read by all workers without a lock, written
/// by the loader. What was not asked for since its last turn goes first (CLOCK); bodies in memory and open files have a
/// limit each.
/// </summary>
internal sealed class Representations(Limits limits)
{
    // What an entry costs besides its body: objects, header block, tables.
    private const int EntryBytes = 1024;

    private readonly ConcurrentDictionary<byte[], Entry> entries = new(PathComparer.Instance);
    private readonly Lock gate = new();
    private readonly Queue<Entry> inMemory = new();
    private readonly Queue<Entry> inFiles = new();
    private long bytes;

    /// <summary>How many paths are kept.</summary>
    public int Count => entries.Count;

    /// <summary>What the path came to when it was last looked at, however long ago that is; null if it is not kept.</summary>
    public Entry? Find(ReadOnlySpan<byte> path)
    {
        if (!entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out var entry)) return null;
        entry.WasAskedFor = true;
        return entry;
    }

    /// <summary>Keeps an outcome that was true at <paramref name="checkedMs"/>, or forgets the path.</summary>
    public void Put(byte[] path, Outcome outcome, long checkedMs)
    {
        lock (gate)
        {
            if (entries.TryGetValue(path, out var entry))
            {
                if (entry.Outcome == outcome)
                {
                    entry.CheckedMs = checkedMs;
                    return;
                }
                Remove(entry);
            }
            if (!outcome.IsKept) return;
            entry = new Entry(path, outcome, EntryBytes + 2 * path.Length + (outcome.Content?.Body?.Length ?? 0))
            {
                CheckedMs = checkedMs,
            };
            entries[path] = entry;
            bytes += entry.Bytes;
            (outcome.Content?.File is null ? inMemory : inFiles).Enqueue(entry);
            while (inFiles.Count > limits.CachedOpenFiles) EvictOne(inFiles);
            while (inMemory.Count > 0 && (bytes > limits.CacheBytes || inMemory.Count > limits.CacheEntries))
                EvictOne(inMemory);
        }
    }

    /// <summary>Forgets everything and closes the files.</summary>
    public void Clear()
    {
        lock (gate)
        {
            foreach (var entry in entries.Values) Remove(entry);
            inMemory.Clear();
            inFiles.Clear();
        }
    }

    private void EvictOne(Queue<Entry> clock)
    {
        // Each entry is passed over at most once, so this ends.
        while (clock.TryDequeue(out var entry))
        {
            if (entry.IsRemoved) return;
            if (entry.WasAskedFor)
            {
                entry.WasAskedFor = false;
                clock.Enqueue(entry);
                continue;
            }
            Remove(entry);
            return;
        }
    }

    private void Remove(Entry entry)
    {
        entry.IsRemoved = true;
        entries.TryRemove(new KeyValuePair<byte[], Entry>(entry.Path, entry));
        bytes -= entry.Bytes;
        entry.Outcome.Content?.File?.Release();
    }

    /// <summary>One path and what it came to.</summary>
    internal sealed class Entry(byte[] path, Outcome outcome, long bytes)
    {
        private long checkedMs;

        public byte[] Path => path;

        public Outcome Outcome => outcome;

        public long Bytes => bytes;

        /// <summary>When the outcome was last known to be true.</summary>
        public long CheckedMs
        {
            get => Volatile.Read(ref checkedMs);
            set => Volatile.Write(ref checkedMs, value);
        }

        public bool WasAskedFor { get; set; }

        public bool IsRemoved { get; set; }
    }
}
