namespace Vitrine.Http.Http2;

/// <summary>
/// The streams of a connection that are not finished, in the order of their numbers; and the numbers of those that were
/// ended in the middle, of which the peer may not know yet.
/// </summary>
internal sealed class StreamSet(Http2Context shared)
{
    private const int RememberedResets = 32;

    private int[] ids = [];
    private Http2Stream[] streams = [];
    private int[]? resets;
    private int nextReset;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The highest number that there was.</summary>
    public int LastId { get; private set; }

    /// <summary>One of them.</summary>
    public Http2Stream this[int index] => streams[index];

    /// <summary>The stream of that number, or null.</summary>
    public Http2Stream? Find(int id)
    {
        var index = ids.AsSpan(0, Count).IndexOf(id);
        return index < 0 ? null : streams[index];
    }

    /// <summary>Takes note of a number that is above all others.</summary>
    public void NoteId(int id) => LastId = id;

    /// <summary>Begins a stream; its number is the last one.</summary>
    public Http2Stream Open(Priority? priority, long sendWindow)
    {
        if (Count == ids.Length)
        {
            var room = Math.Max(4, 2 * Count);
            Array.Resize(ref ids, room);
            Array.Resize(ref streams, room);
        }
        var stream = shared.RentStream();
        stream.Begin(LastId, priority, sendWindow, shared.Common);
        ids[Count] = stream.Id;
        streams[Count++] = stream;
        return stream;
    }

    /// <summary>Ends a stream, with all that it holds.</summary>
    public void Close(Http2Stream stream)
    {
        var index = ids.AsSpan(0, Count).IndexOf(stream.Id);
        Count--;
        ids.AsSpan(index + 1, Count - index).CopyTo(ids.AsSpan(index));
        streams.AsSpan(index + 1, Count - index).CopyTo(streams.AsSpan(index));
        streams[Count] = null!;
        stream.Release(shared.Common);
        shared.ReturnStream(stream);
    }

    /// <summary>Takes note of one that was ended in the middle.</summary>
    public void NoteReset(int id)
    {
        resets ??= new int[RememberedResets];
        resets[nextReset] = id;
        nextReset = (nextReset + 1) % RememberedResets;
    }

    /// <summary>Whether it was.</summary>
    public bool WasReset(int id) => resets is not null && resets.AsSpan().Contains(id);
}
