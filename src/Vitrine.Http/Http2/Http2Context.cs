using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;

namespace Vitrine.Http.Http2;

/// <summary>
/// What the connections of HTTP/2 of one worker share besides what all of them do: the part of a head that is the same
/// for a second, room for heads that do not come as text, and spare streams.
/// </summary>
public sealed class Http2Context(ProtocolContext context)
{
    private const int MostSpareStreams = 1024;

    // Of the memory for replies that are being sent, for heads of requests that wait.
    private const int HeldShare = 4;

    private readonly BakedBlockStart?[] starts = new BakedBlockStart?[2 * Statuses.Count]; // as heads
    private readonly Stack<Http2Stream> spareStreams = new();
    private long heldBytes;
    private byte[]? headScratch;
    private byte[]? blockScratch;

    /// <summary>What all connections share.</summary>
    internal ProtocolContext Common => context;

    /// <summary>Where the head of a request is put.</summary>
    internal Span<byte> HeadScratch =>
        headScratch ??= GC.AllocateUninitializedArray<byte>(HeadReader.RoomFor(context.Limits));

    /// <summary>Where a head that comes in pieces is put together.</summary>
    internal Span<byte> BlockScratch =>
        blockScratch ??= GC.AllocateUninitializedArray<byte>(HeaderBlock.MostBytes(context.Limits));

    /// <summary>Whether so many bytes more of heads may be kept for requests that wait; they are then.</summary>
    internal bool TryHold(int bytes)
    {
        if (heldBytes + bytes > context.Limits.OutputBytes / HeldShare) return false;
        heldBytes += bytes;
        return true;
    }

    /// <summary>So many more are kept, or less.</summary>
    internal void Hold(int bytes) => heldBytes += bytes;

    /// <summary>The beginning of a head: status, Server and Date, to a client that came in by a way.</summary>
    internal ReadOnlySpan<byte> StartOf(Status status, Entrance entrance)
    {
        var strict = context.StrictFor(entrance);
        ref var start = ref starts[Statuses.PlaceOf(status) + (strict is null ? 0 : Statuses.Count)];
        return (start ??= new BakedBlockStart(status, context.HasServerHeader, strict)).At(context.UnixSeconds);
    }

    /// <summary>A stream that holds nothing.</summary>
    internal Http2Stream RentStream() => spareStreams.TryPop(out var stream) ? stream : new Http2Stream();

    /// <summary>Gives it back.</summary>
    internal void ReturnStream(Http2Stream stream)
    {
        if (spareStreams.Count < MostSpareStreams) spareStreams.Push(stream);
    }
}
