namespace Vitrine.Http.Http2.Hpack;

/// <summary>
/// The fields that a peer had remembered (RFC 7541 section 2.3.2): first in, first out, bounded. It has no memory until
/// there is one, and then not much more than they take.
/// </summary>
internal sealed class DynamicTable(int size)
{
    /// <summary>What a field counts besides its letters (RFC 7541 section 4.1).</summary>
    public const int EntryOverhead = 32;

    private const int LeastBytes = 256;
    private const int LeastEntries = 16;

    private struct Entry
    {
        public int Start;
        public int NameLength;
        public int ValueLength;

        public readonly int Size => NameLength + ValueLength + EntryOverhead;
    }

    private byte[] bytes = [];
    private Entry[] entries = [];
    private int firstEntry; // the oldest
    private int endEntry;
    private int endByte;
    private readonly int mostSize = size;
    private int capacity = size;

    /// <summary>How many there are.</summary>
    public int Count => endEntry - firstEntry;

    /// <summary>What they count together.</summary>
    public int Size { get; private set; }

    /// <summary>Lets them count less from now on, or more; false when that is more than it may be.</summary>
    public bool TryResize(int newSize)
    {
        if (newSize > mostSize) return false;
        capacity = newSize;
        Evict(0);
        return true;
    }

    /// <summary>The name of a field; 0 is the newest.</summary>
    public ReadOnlySpan<byte> NameOf(int index)
    {
        ref readonly var entry = ref entries[endEntry - 1 - index];
        return bytes.AsSpan(entry.Start, entry.NameLength);
    }

    /// <summary>Its value.</summary>
    public ReadOnlySpan<byte> ValueOf(int index)
    {
        ref readonly var entry = ref entries[endEntry - 1 - index];
        return bytes.AsSpan(entry.Start + entry.NameLength, entry.ValueLength);
    }

    /// <summary>
    /// Remembers a field, and forgets the oldest ones for it; one that has no room at all empties the table (RFC 7541
    /// section 4.4). It must not be one of the table's own.
    /// </summary>
    public void Insert(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var entry = new Entry { NameLength = name.Length, ValueLength = value.Length };
        Evict(entry.Size);
        if (entry.Size > capacity) return;
        MakeRoom(name.Length + value.Length);
        entry.Start = endByte;
        name.CopyTo(bytes.AsSpan(endByte));
        value.CopyTo(bytes.AsSpan(endByte + name.Length));
        endByte += name.Length + value.Length;
        entries[endEntry++] = entry;
        Size += entry.Size;
    }

    private void Evict(int needed)
    {
        while (Count > 0 && Size + needed > capacity) Size -= entries[firstEntry++].Size;
        if (Count == 0) firstEntry = endEntry = endByte = 0;
    }

    private void MakeRoom(int length)
    {
        if (endEntry == entries.Length)
        {
            if (firstEntry > entries.Length / 2) Pack(bytes, entries);
            else Pack(bytes, new Entry[Math.Max(LeastEntries, entries.Length * 2)]);
        }
        if (endByte + length <= bytes.Length) return;
        var used = Count == 0 ? 0 : endByte - entries[firstEntry].Start;
        // When a quarter is free at least, it lasts for a while.
        if (used + length <= bytes.Length - bytes.Length / 4) Pack(bytes, entries);
        else Pack(new byte[Math.Max(LeastBytes, Math.Max(bytes.Length * 2, used + length))], entries);
    }

    // Moves what there is to the front.
    private void Pack(byte[] toBytes, Entry[] toEntries)
    {
        var count = Count;
        var start = count == 0 ? endByte : entries[firstEntry].Start;
        bytes.AsSpan(start, endByte - start).CopyTo(toBytes);
        entries.AsSpan(firstEntry, count).CopyTo(toEntries);
        foreach (ref var entry in toEntries.AsSpan(0, count)) entry.Start -= start;
        (bytes, entries) = (toBytes, toEntries);
        (firstEntry, endEntry, endByte) = (0, count, endByte - start);
    }
}
