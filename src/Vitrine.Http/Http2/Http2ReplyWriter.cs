using System.Buffers;
using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using static Vitrine.Http.Text.Ascii;

namespace Vitrine.Http.Http2;

/// <summary>Writes the head of a reply as HTTP/2 (RFC 9113 section 8), and a body that is small behind it.</summary>
internal static class Http2ReplyWriter
{
    // What a head has besides the baked parts: a length and a range, or a media type with a boundary.
    private const int MostOwnBytes = 256;

    // Literal fields without indexing, by the static table: content-length, content-type, content-range (RFC 7541
    // section 6.2.2); the index less 15 stands in the second byte.
    private static ReadOnlySpan<byte> LengthName => [0x0F, 28 - 15];

    private static ReadOnlySpan<byte> TypeName => [0x0F, 31 - 15];

    private static ReadOnlySpan<byte> RangeName => [0x0F, 30 - 15];

    /// <summary>
    /// Writes the head, and unless it is an answer to HEAD the body too where that is no longer than <paramref
    /// name="window"/> and a few kilobytes, or
    /// in the output's room. What of it is not written is what this returns.
    /// </summary>
    public static ReplyBody Write(
        OutputQueue output,
        int streamId,
        in Reply reply,
        in RequestHead request,
        long window,
        bool resetsTable,
        Http2Context shared,
        out (int Head, int Body) written)
    {
        var content = reply.Content!;
        var fields = content.Fields.As(BakedBlock.Of);
        var multipart = reply.Windows is { } windows
            ? new MultipartBody(content, windows, shared.Common.Boundary)
            : null;
        var range = reply.Status == Status.NotModified ? default : reply.Sent;
        var baked = reply.Status switch
        {
            Status.NotModified => fields.NotModified,
            Status.PartialContent => multipart is null ? fields.WithoutLength : fields.WithoutType,
            _ => fields.All,
        };
        var hasBody = request.Method != Method.Head && (multipart is not null || range.Length > 0);
        var start = shared.StartOf(reply.Status, request.Entrance);
        var most = FrameHeader.Bytes + start.Length + baked.Length + MostOwnBytes;
        // The head would be written over it.
        var copy = reply.IsInRoom && most > OutputQueue.HeadRoom
            ? PinnedBytes.Copy(output.BodyRoom[..(int)range.Length])
            : null;
        var span = output.GetSpan();
        byte[]? rented = null;
        if (most > Math.Min(span.Length, FrameHeader.MostPayload)) span = rented = ArrayPool<byte>.Shared.Rent(most);

        var at = FrameHeader.Bytes;
        if (resetsTable) span[at++] = HpackWriter.NoTable;
        at = Put(span, at, start);
        if (multipart is not null) at = PutMultipart(span, at, multipart, shared.Common.Boundary);
        else if (reply.Status == Status.PartialContent) at = PutRange(span, at, range, content.Length);
        at = Put(span, at, baked);
        written = (at, 0);
        if (rented is not null)
        {
            written.Head = WriteFrames(output, streamId, span[FrameHeader.Bytes..at], hasBody);
            ArrayPool<byte>.Shared.Return(rented);
            return hasBody ? BodyOf(reply, multipart, range, copy) : default;
        }
        var flags = hasBody ? FrameFlags.EndHeaders : FrameFlags.EndHeaders | FrameFlags.EndStream;
        new FrameHeader(at - FrameHeader.Bytes, FrameType.Headers, flags, streamId).Write(span);
        if (!hasBody)
        {
            output.Commit(at);
            return default;
        }
        var isSmall = multipart is null && range.Length <= window;
        if (isSmall && reply.IsInRoom && copy is null)
        {
            written = (at + FrameHeader.Bytes, (int)range.Length);
            output.CommitBody(PutDataHeader(span, at, written.Body, streamId), written.Body);
            return default;
        }
        if (isSmall && content.Body is { } body && range.Length <= OutputQueue.CopyLimit
            && range.Length <= span.Length - at - FrameHeader.Bytes)
        {
            written = (at + FrameHeader.Bytes, (int)range.Length);
            at = PutDataHeader(span, at, written.Body, streamId);
            output.Commit(Put(span, at, body.Span.Slice((int)range.Start, written.Body)));
            GC.KeepAlive(body);
            return default;
        }
        output.Commit(at);
        return BodyOf(reply, multipart, range, copy);
    }

    private static ReplyBody BodyOf(in Reply reply, MultipartBody? multipart, ByteRange range, PinnedBytes? copy) =>
        multipart is not null ? ReplyBody.Of(reply, multipart)
        : copy is not null ? ReplyBody.Of(copy)
        : ReplyBody.Of(reply, range);

    // A head of any length: HEADERS and as many CONTINUATION as it takes.
    private static int WriteFrames(OutputQueue output, int streamId, ReadOnlySpan<byte> block, bool hasBody)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Bytes];
        var written = 0;
        for (var isFirst = true; isFirst || !block.IsEmpty; isFirst = false)
        {
            var piece = block[..Math.Min(block.Length, FrameHeader.MostPayload)];
            block = block[piece.Length..];
            var flags = block.IsEmpty ? FrameFlags.EndHeaders : FrameFlags.None;
            if (isFirst && !hasBody) flags |= FrameFlags.EndStream;
            var type = isFirst ? FrameType.Headers : FrameType.Continuation;
            new FrameHeader(piece.Length, type, flags, streamId).Write(header);
            output.Write(header);
            output.Write(piece);
            written += header.Length + piece.Length;
        }
        return written;
    }

    private static int PutDataHeader(Span<byte> span, int at, int length, int streamId)
    {
        new FrameHeader(length, FrameType.Data, FrameFlags.EndStream, streamId).Write(span[at..]);
        return at + FrameHeader.Bytes;
    }

    private static int PutRange(Span<byte> span, int at, ByteRange window, long length)
    {
        at = PutLength(span, at, window.Length);
        at = Put(span, at, RangeName);
        var text = ContentRange.Write(window, length, span[(at + 1)..]);
        span[at] = (byte)text;
        return at + 1 + text;
    }

    private static int PutMultipart(Span<byte> span, int at, MultipartBody parts, ReadOnlySpan<byte> boundary)
    {
        at = PutLength(span, at, parts.Length);
        at = Put(span, at, TypeName);
        span[at] = (byte)(MultipartBody.MediaType.Length + boundary.Length);
        at = Put(span, at + 1, MultipartBody.MediaType);
        return Put(span, at, boundary);
    }

    private static int PutLength(Span<byte> span, int at, long length)
    {
        at = Put(span, at, LengthName);
        var digits = WriteDecimal(length, span[(at + 1)..]);
        span[at] = (byte)digits;
        return at + 1 + digits;
    }
}
