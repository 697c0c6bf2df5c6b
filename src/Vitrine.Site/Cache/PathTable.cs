using Vitrine.Site.Origins;

namespace Vitrine.Site.Cache;

/// <summary>
/// A hash table by path that many threads read without a lock while one at a time writes. A reader may miss an
/// entry for a moment while the table grows: that costs a look at the disk.
/// </summary>
internal sealed class PathTable<TEntry>
    where TEntry : PathTable<TEntry>.Node
{
    private const int LeastBuckets = 64;

    private TEntry?[] buckets = new TEntry?[LeastBuckets];

    /// <summary>How many entries there are.</summary>
    public int Count { get; private set; }

    /// <summary>The entry of that path, or null.</summary>
    public TEntry? Find(ReadOnlySpan<byte> path)
    {
        var hash = PathComparer.HashOf(path);
        var table = Volatile.Read(ref buckets);
        var entry = Volatile.Read(ref table[hash & (uint)(table.Length - 1)]);
        while (entry is not null && !(entry.Hash == hash && path.SequenceEqual(entry.Path)))
            entry = Volatile.Read(ref entry.Next);
        return entry;
    }

    /// <summary>Puts in an entry whose path is not in it. One thread at a time.</summary>
    public void Add(TEntry entry)
    {
        if (Count == buckets.Length) Grow();
        Link(buckets, entry);
        Count++;
    }

    /// <summary>Takes out an entry, if it is in it. One thread at a time.</summary>
    public void Remove(TEntry entry)
    {
        ref var place = ref buckets[entry.Hash & (uint)(buckets.Length - 1)];
        while (place is not null)
        {
            if (place == entry)
            {
                // Its own link stays: who stands on it finds the way on.
                Volatile.Write(ref place, entry.Next);
                Count--;
                return;
            }
            place = ref place.Next;
        }
    }

    /// <summary>All entries. One thread at a time.</summary>
    public List<TEntry> ToList()
    {
        var all = new List<TEntry>(Count);
        foreach (var first in buckets)
            for (var entry = first; entry is not null; entry = entry.Next) all.Add(entry);
        return all;
    }

    private void Grow()
    {
        var larger = new TEntry?[buckets.Length * 2];
        foreach (var entry in ToList()) Link(larger, entry);
        Volatile.Write(ref buckets, larger);
    }

    private static void Link(TEntry?[] table, TEntry entry)
    {
        ref var place = ref table[entry.Hash & (uint)(table.Length - 1)];
        Volatile.Write(ref entry.Next, place);
        Volatile.Write(ref place, entry);
    }

    /// <summary>What an entry of a table has.</summary>
    internal abstract class Node(byte[] path)
    {
        /// <summary>The next of the same bucket; the table's own.</summary>
        internal TEntry? Next;

        /// <summary>The path.</summary>
        public byte[] Path => path;

        /// <summary>Its hash.</summary>
        public uint Hash { get; } = PathComparer.HashOf(path);
    }
}
