namespace Vitrine.Http.Http2;

/// <summary>
/// The streams of a connection that are not finished, in the order of their numbers; and the numbers of those that were
/// ended in the middle, of which the peer may not know yet.
/// </summary>
internal sealed class StreamSet(Http2Context shared)
{
    private const int MostRememberedResets = 1024;

    // Of the longest heads; a hundred of the usual ones have room.
    private const int MostHeldHeads = 8;

    private int[] ids = [];
    private Http2Stream[] streams = [];
    private int heldBytes;
    private int[]? resets;
    private int nextReset;
    private ulong used; // a bit for each of the last 64 numbers of requests, the last one first

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
    public void NoteId(int id)
    {
        var passed = (id - LastId) / 2;
        used = (passed < 64 ? used << passed : 0) | 1;
        LastId = id;
    }

    /// <summary>Whether a number that is not above all others was passed over, as far as that is remembered.</summary>
    public bool WasPassedOver(int id)
    {
        var passed = (LastId - id) / 2;
        return passed < 64 && (used >> passed & 1) == 0;
    }

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
        Hold(-(stream.HeldHead?.Length ?? 0));
        stream.Release(shared.Common);
        shared.ReturnStream(stream);
    }

    /// <summary>
    /// Keeps the head of a request until it is answered; false when that is too much. A few bytes on the wire may stand
    /// for many of a head.
    /// </summary>
    public bool TryHold(Http2Stream stream, ReadOnlySpan<byte> head)
    {
        if (stream.HeldHead is not null) return true;
        if (heldBytes + head.Length > MostHeldHeads * shared.Common.Limits.HeadBytes || !shared.TryHold(head.Length))
            return false;
        heldBytes += head.Length;
        stream.HeldHead = head.ToArray();
        return true;
    }

    /// <summary>A head is not kept any more.</summary>
    public void LetGo(Http2Stream stream)
    {
        Hold(-(stream.HeldHead?.Length ?? 0));
        stream.HeldHead = null;
    }

    private void Hold(int bytes)
    {
        heldBytes += bytes;
        shared.Hold(bytes);
    }

    /// <summary>Takes note of one that was ended in the middle.</summary>
    public void NoteReset(int id)
    {
        // More than there may be before the connection ends.
        resets ??= new int[Math.Min(2 * shared.Common.Limits.StreamResets, MostRememberedResets)];
        resets[nextReset] = id;
        nextReset = (nextReset + 1) % resets.Length;
    }

    /// <summary>Whether it was.</summary>
    public bool WasReset(int id) => resets is not null && resets.AsSpan().Contains(id);
}
