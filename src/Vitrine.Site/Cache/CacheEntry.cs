using Vitrine.Site.Content;

namespace Vitrine.Site.Cache;

/// <summary>One path and what it came to.</summary>
internal sealed class CacheEntry : PathTable<CacheEntry>.Node
{
    // What the calls of the system for a reply from a file cost, in bytes that could be copied meanwhile.
    private const int BytesOfCalls = 64 * 1024;

    private long checkedMs;
    private long sentFromFile; // several workers add to it, and may lose what another adds

    public CacheEntry(byte[] path, Outcome outcome, long bytes)
        : base(path)
    {
        Outcome = outcome;
        Bytes = bytes;
        Node = new LinkedListNode<CacheEntry>(this);
    }

    /// <summary>What it came to.</summary>
    public Outcome Outcome { get; }

    /// <summary>The memory that it takes.</summary>
    public long Bytes { get; }

    /// <summary>When the outcome was last known to be true.</summary>
    public long CheckedMs
    {
        get => Volatile.Read(ref checkedMs);
        set => Volatile.Write(ref checkedMs, value);
    }

    /// <summary>Whether it was asked for since its last turn to go.</summary>
    public bool WasAskedFor { get; set; }

    /// <summary>Whether a copy of its body is to be made already.</summary>
    public bool IsToBeCopied { get; set; }

    /// <summary>
    /// Whether since the last look so much was sent of an open file that it would have been worth reading.
    /// </summary>
    public bool IsHot => Outcome.Content is { File.IsPrivate: false } content && sentFromFile >= 2 * content.Length;

    /// <summary>Its place on <see cref="Clock"/>.</summary>
    internal LinkedListNode<CacheEntry> Node { get; }

    /// <summary>Those among which it has its turn to go.</summary>
    internal LinkedList<CacheEntry>? Clock { get; set; }

    /// <summary>So many bytes of its file were sent.</summary>
    public void NoteSentFromFile(long length) => sentFromFile += length + BytesOfCalls;

    /// <summary>It was looked at again and found to be true.</summary>
    public void Renew(long atMs)
    {
        CheckedMs = atMs;
        sentFromFile = 0;
    }
}
