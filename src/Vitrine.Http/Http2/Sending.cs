using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2;

/// <summary>
/// The streams of a connection that have a body to send, the most urgent first (RFC 9218 section 10), and the DATA
/// frames that are made of them when there is room on the wire.
/// </summary>
internal sealed class Sending(ProtocolContext context, ReplyAddress address)
{
    // A frame that is shorter since the buffer is nearly full is not worth it.
    private const int LeastFrame = 2 * 1024;

    private readonly List<Http2Stream> queue = []; // by urgency; of the same, in the order of their turns

    /// <summary>How a stream came out of its turn.</summary>
    public enum Outcome : byte
    {
        /// <summary>No stream has anything to send that there is room for.</summary>
        Nothing,

        /// <summary>More is to be sent.</summary>
        GoesOn,

        /// <summary>All of it is written.</summary>
        Finished,

        /// <summary>Its file changed, so that what was sent is the beginning of nothing.</summary>
        Changed,

        /// <summary>Its file cannot be read.</summary>
        Unreadable,

        /// <summary>It waits for another thread.</summary>
        Waits,
    }

    /// <summary>How many bytes of bodies the peer has room for on the connection.</summary>
    public long Window { get; set; } = PeerSettings.UsualWindow;

    /// <summary>How many bytes were written.</summary>
    public long SentBytes { get; private set; }

    /// <summary>When any were, for the last time.</summary>
    public long SentMs { get; private set; }

    /// <summary>Whether something could be sent as soon as there is room in the output.</summary>
    public bool IsReady => Window > 0 && queue.Exists(stream => stream.IsSendable);

    /// <summary>Takes one in, before those that are less urgent, and of the same before later requests.</summary>
    public void Add(Http2Stream stream)
    {
        var at = queue.Count;
        while (at > 0 && (queue[at - 1].Priority.Urgency, queue[at - 1].Id).CompareTo(
            (stream.Priority.Urgency, stream.Id)) > 0) at--;
        queue.Insert(at, stream);
    }

    /// <summary>Takes one out, if it is there.</summary>
    public void Remove(Http2Stream stream) => queue.Remove(stream);

    /// <summary>Gives the next one its turn.</summary>
    public Outcome TakeTurn(OutputQueue output, out Http2Stream stream)
    {
        for (var i = 0; i < queue.Count && Window > 0; i++)
        {
            stream = queue[i];
            if (!stream.IsSendable) continue;
            var outcome = StartsReading(stream) ? Outcome.Waits : Write(stream, output);
            if (outcome == Outcome.Waits) continue;
            if (outcome == Outcome.Nothing) return outcome; // there is no room, for others neither
            var isNext = outcome == Outcome.GoesOn;
            if (isNext && !stream.Priority.IsIncremental) return outcome;
            queue.RemoveAt(i);
            if (isNext) AddBehind(stream);
            return outcome;
        }
        stream = null!;
        return Outcome.Nothing;
    }

    private void AddBehind(Http2Stream stream)
    {
        var at = queue.Count;
        while (at > 0 && queue[at - 1].Priority.Urgency > stream.Priority.Urgency) at--;
        queue.Insert(at, stream);
    }

    // Frames of one piece of its body: one, where others are to have their turn, or as many as there is room for.
    private Outcome Write(Http2Stream stream, OutputQueue output)
    {
        var piece = stream.Reply.Current;
        var span = output.GetSpan();
        var most = Math.Min(piece.Length, Math.Min(Window, stream.SendWindow));
        var used = 0;
        long count = 0;
        do
        {
            var left = most - count;
            var fits = Math.Min(span.Length - used - FrameHeader.Bytes, FrameHeader.MostPayload);
            var length = (int)Math.Min(left, fits);
            if (length < Math.Min(left, LeastFrame)) break;
            length = Read(piece, count, span.Slice(used + FrameHeader.Bytes, length));
            if (length <= 0) return Outcome.Unreadable;
            var flags = count + length == stream.Reply.Length ? FrameFlags.EndStream : FrameFlags.None;
            new FrameHeader(length, FrameType.Data, flags, stream.Id).Write(span[used..]);
            used += FrameHeader.Bytes + length;
            count += length;
        }
        while (count < most && !stream.Priority.IsIncremental);
        if (count == 0) return Outcome.Nothing;
        // What was read is one state of the file, or it is never sent.
        if (piece.File is { IsPrivate: false } file && !file.IsUnchanged())
            return ChecksAgain(stream, file) ? Outcome.Waits : Outcome.Changed;
        output.Commit(used);
        Window -= count;
        SentBytes += count;
        SentMs = context.NowMs;
        stream.SendWindow -= count;
        stream.SinceMs = context.NowMs;
        stream.Reply.Advance(count);
        return stream.Reply.IsEmpty ? Outcome.Finished : Outcome.GoesOn;
    }

    private static int Read(in Segment piece, long skip, Span<byte> destination)
    {
        if (piece.File is { } file) return file.Read(piece.Position + skip, destination);
        piece.Span.Slice((int)skip, destination.Length).CopyTo(destination);
        GC.KeepAlive(piece.Memory);
        return destination.Length;
    }

    // A cold disk is not the worker's to wait for.
    private bool StartsReading(Http2Stream stream)
    {
        var piece = stream.Reply.Current;
        if (piece.File is not { } file) return false;
        var end = piece.Position + Math.Min(piece.Length, OutputQueue.BodyRoomBytes);
        if (stream.Warm.Covers(file, piece.Position, end, context.NowMs)) return false;
        var reading = new WindowRead(address);
        var length = Math.Min(piece.Length, stream.Warm.NextLength);
        var isReading = file.TryReadAhead(piece.Position, length, reading, address.Token, out var known);
        stream.Warm = new WarmPart(file, piece.Position, piece.Position + known, context.NowMs);
        if (isReading) Wait(stream, reading);
        return isReading;
    }

    // A line more at its end, or another owner, is no other content.
    private bool ChecksAgain(Http2Stream stream, OpenFile file)
    {
        var check = new WindowRead(address);
        if (!file.TryCheckAgain(check, address.Token)) return false;
        Wait(stream, check);
        return true;
    }

    private void Wait(Http2Stream stream, WindowRead reading)
    {
        stream.Reading = reading;
        stream.SinceMs = context.NowMs;
    }
}
