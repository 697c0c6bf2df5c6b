using Vitrine.Http.Head;

namespace Vitrine.Http.Replies;

/// <summary>
/// What a connection still has to send, in order: segments of bytes, shared memory and file windows. Short
/// writes are handled here and nowhere else. A worker keeps a few of these and lends one to a connection
/// while it has output.
/// </summary>
public sealed class OutputQueue
{
    /// <summary>Bodies up to this size are copied behind their head: one buffer, one send.</summary>
    public const int CopyLimit = 4 * 1024;

    /// <summary>The longest head that can stand before a body in <see cref="BodyRoom"/>.</summary>
    public const int HeadRoom = 1024;

    /// <summary>The largest body that can be read into an empty queue's buffer.</summary>
    public const int BodyRoomBytes = 64 * 1024;

    private const int BufferBytes = BodyRoomBytes + 2 * HeadRoom;
    private const int SmallBufferBytes = 2 * (CopyLimit + HeadRoom);
    private const long FullBytes = 256 * 1024;
    private const int FullSegments = 48;
    private const int FullMarks = 16;

    private readonly PinnedBytes buffer;
    private readonly Stack<ReplyMark> spareMarks = new();
    private Queue<ReplyMark> marks = new();
    private Segment[] segments = new Segment[16];
    private int written;
    private int first;
    private int end;

    /// <summary>Makes an empty queue.</summary>
    public OutputQueue()
        : this(BufferBytes)
    {
    }

    private OutputQueue(int bufferBytes) => buffer = new PinnedBytes(bufferBytes);

    /// <summary>How large its buffer is.</summary>
    public int BufferLength => buffer.Length;

    /// <summary>How many segments are left.</summary>
    public int Count => end - first;

    /// <summary>True when all is sent.</summary>
    public bool IsEmpty => first == end;

    /// <summary>How many bytes are left.</summary>
    public long Length { get; private set; }

    /// <summary>All bytes ever put in since <see cref="Clear"/>.</summary>
    public long TotalQueued { get; private set; }

    /// <summary>
    /// True when no further reply should be put in before this is sent: a client that does not read does not
    /// make us remember ever more (back-pressure).
    /// </summary>
    public bool IsFull =>
        buffer.Length - written < CopyLimit + HeadRoom || Length >= FullBytes || Count >= FullSegments
        || marks.Count >= FullMarks;

    /// <summary>One of the segments left.</summary>
    public ref readonly Segment this[int index] => ref segments[first + index];

    /// <summary>
    /// Room in the buffer for the small parts of a head; what is used is told to <see cref="Commit"/>.
    /// </summary>
    public Span<byte> GetSpan() => buffer.Span[written..];

    /// <summary>Takes the first bytes of <see cref="GetSpan"/> into the queue.</summary>
    public void Commit(int count)
    {
        if (count == 0) return;
        if (Count > 0 && ReferenceEquals(segments[end - 1].Memory, buffer))
        {
            segments[end - 1].Length += count;
            Length += count;
            TotalQueued += count;
        }
        else
        {
            Append(new Segment { Memory = buffer, Position = written, Length = count });
        }
        written += count;
    }

    /// <summary>
    /// Where a body can be put before its head is known: in the buffer, with room for a head in front. Empty when
    /// there is too little left.
    /// </summary>
    public Span<byte> BodyRoom => buffer.Length - written > HeadRoom ? buffer.Span[(written + HeadRoom)..] : [];

    /// <summary>
    /// Takes the first bytes of <see cref="BodyRoom"/> into the queue, and as their head the first bytes of <see
    /// cref="GetSpan"/>, which are at most <see cref="HeadRoom"/>.
    /// </summary>
    public void CommitBody(int headLength, int bodyLength)
    {
        var start = written + HeadRoom - headLength;
        buffer.Span.Slice(written, headLength).CopyTo(buffer.Span[start..]);
        Append(new Segment { Memory = buffer, Position = start, Length = headLength + bodyLength });
        written = start + headLength + bodyLength;
    }

    /// <summary>
    /// A queue with what is left of this one and a buffer no larger than that; this one is empty then. For a client
    /// that takes its time: thousands of them must not hold a whole buffer each. It is full until it is sent.
    /// </summary>
    public OutputQueue Shrink()
    {
        var own = 0L;
        for (var i = first; i < end; i++)
            if (segments[i].Memory == buffer) own += segments[i].Length;
        var rest = new OutputQueue((int)own);
        foreach (ref readonly var segment in segments.AsSpan(first, Count))
        {
            if (segment.Memory == buffer) rest.Write(segment.Span);
            else rest.Append(segment);
        }
        (rest.marks, marks) = (marks, rest.marks);
        (rest.Length, rest.TotalQueued) = (Length, TotalQueued);
        segments.AsSpan(first, Count).Clear();
        first = end = written = 0;
        Length = TotalQueued = 0;
        return rest;
    }

    /// <summary>An empty one with little room, for when there is no memory for many of the usual ones: larger bodies
    /// are sent from where they are.</summary>
    public static OutputQueue Small() => new(SmallBufferBytes);

    /// <summary>True when its buffer is smaller than usual.</summary>
    public bool IsShrunk => buffer.Length < BufferBytes;

    /// <summary>
    /// Copies small bytes in; large or when there is no room, they go in as memory of their own.
    /// </summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= buffer.Length - written)
        {
            bytes.CopyTo(buffer.Span[written..]);
            Commit(bytes.Length);
            return;
        }
        Append(new Segment { Memory = PinnedBytes.Copy(bytes), Length = bytes.Length });
    }

    /// <summary>Puts in a window of memory that never changes: a copy if it is small, else with a share.</summary>
    public void WriteShared(PinnedBytes memory, long position, long length)
    {
        if (length == 0) return;
        if (length <= CopyLimit && length <= buffer.Length - written)
        {
            Write(memory.Span.Slice((int)position, (int)length));
            GC.KeepAlive(memory);
        }
        else
        {
            memory.Acquire();
            Append(new Segment { Memory = memory, IsBody = true, Position = position, Length = length });
        }
    }

    /// <summary>Puts in a window of an open file and takes a share of it.</summary>
    public void WriteFile(OpenFile file, long position, long length)
    {
        if (length == 0) return;
        file.Acquire();
        Append(new Segment { File = file, IsBody = true, Position = position, Length = length });
    }

    /// <summary>Takes off what was sent.</summary>
    public void Advance(long count)
    {
        Length -= count;
        while (count > 0)
        {
            ref var segment = ref segments[first];
            var taken = Math.Min(count, segment.Length);
            segment.Position += taken;
            segment.Length -= taken;
            count -= taken;
            if (segment.Length > 0) return;
            segment.Release();
            segment = default;
            first++;
        }
        if (first == end) first = end = written = 0;
    }

    /// <summary>Throws away all that is left.</summary>
    public void Clear()
    {
        for (; first < end; first++)
        {
            segments[first].Release();
            segments[first] = default;
        }
        first = end = written = 0;
        Length = TotalQueued = 0;
        while (marks.TryDequeue(out var mark)) spareMarks.Push(mark);
    }

    /// <summary>
    /// Marks the end of a reply whose <paramref name="headBytes"/> and body are in the queue by now.
    /// </summary>
    internal ReplyMark Mark(Status status, long headBytes, long bodyBytes, long startedUs)
    {
        var mark = RentMark(status, headBytes, bodyBytes, startedUs);
        Add(mark);
        return mark;
    }

    /// <summary>The mark of a reply that is put in bit by bit; <see cref="Add"/> takes it when all of it is.</summary>
    internal ReplyMark RentMark(Status status, long headBytes, long bodyBytes, long startedUs)
    {
        if (!spareMarks.TryPop(out var mark)) mark = new ReplyMark();
        mark.Status = status;
        mark.HeadBytes = headBytes;
        mark.BodyBytes = bodyBytes;
        mark.StartedUs = startedUs;
        return mark;
    }

    /// <summary>Marks the end of a reply here.</summary>
    internal void Add(ReplyMark mark)
    {
        mark.End = TotalQueued;
        marks.Enqueue(mark);
    }

    /// <summary>The oldest reply that is not logged yet, if all of it is sent.</summary>
    public bool TryPeekSentMark(out ReplyMark mark) =>
        marks.TryPeek(out mark!) && mark.End <= TotalQueued - Length;

    /// <summary>
    /// The oldest reply that is not logged yet and how many bytes of it were not sent: for a broken
    /// connection.
    /// </summary>
    public bool TryPeekMark(out ReplyMark mark, out long unsentBytes)
    {
        var any = marks.TryPeek(out mark!);
        unsentBytes = any ? Math.Clamp(mark.End - (TotalQueued - Length), 0, mark.HeadBytes + mark.BodyBytes) : 0;
        return any;
    }

    /// <summary>Forgets the oldest mark.</summary>
    public void RemoveMark() => spareMarks.Push(marks.Dequeue());

    private void Append(in Segment segment)
    {
        if (end == segments.Length) MakeRoom();
        segments[end++] = segment;
        Length += segment.Length;
        TotalQueued += segment.Length;
    }

    private void MakeRoom()
    {
        if (first > 0)
        {
            segments.AsSpan(first, Count).CopyTo(segments);
            segments.AsSpan(Count, end - Count).Clear();
            end -= first;
            first = 0;
            return;
        }
        Array.Resize(ref segments, segments.Length * 2);
    }
}
