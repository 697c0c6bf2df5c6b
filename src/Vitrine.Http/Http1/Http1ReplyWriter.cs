using Vitrine.Http.Head;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using static Vitrine.Http.Text.Ascii;

namespace Vitrine.Http.Http1;

/// <summary>Writes a reply as HTTP/1.1 (RFC 9112) into the output.</summary>
internal static class Http1ReplyWriter
{
    /// <summary>Whether the connection lives on, and whether that has to be said.</summary>
    public enum Persistence : byte
    {
        /// <summary>It lives on, as is usual in HTTP/1.1.</summary>
        Implied,

        /// <summary>It lives on, which an HTTP/1.0 client has to be told.</summary>
        KeepAlive,

        /// <summary>This reply is its last.</summary>
        Close,
    }

    /// <summary>
    /// Writes head and, unless <paramref name="headOnly"/>, body. Returns the number of bytes of the body.
    /// </summary>
    public static long Write(
        OutputQueue output,
        in Reply reply,
        bool headOnly,
        Persistence persistence,
        ProtocolContext context,
        Entrance? entrance)
    {
        var content = reply.Content!;
        var span = output.GetSpan();
        var at = Put(span, 0, context.HeadOf(reply.Status, entrance));
        if (persistence == Persistence.Close) at = Put(span, at, "Connection: close\r\n"u8);
        else if (persistence == Persistence.KeepAlive) at = Put(span, at, "Connection: keep-alive\r\n"u8);
        if (reply.Windows is { } windows)
        {
            output.Commit(at);
            return WriteParts(output, reply, windows, context.Boundary);
        }
        var window = reply.Sent;
        var fields = content.Fields.All;
        if (reply.Status == Status.NotModified)
        {
            window = default;
            fields = content.Fields.NotModified;
        }
        else if (reply.Status == Status.PartialContent)
        {
            fields = content.Fields.WithoutLength;
            at = PutLength(span, at, window.Length);
            at = PutContentRange(span, at, window, content.Length);
        }
        if (headOnly || window.Length == 0)
        {
            Write(output, span, at, fields);
            return 0;
        }
        if (content.Body is { } body && window.Length <= OutputQueue.CopyLimit
            && fields.Length + window.Length <= span.Length - at)
        {
            // All of it in one piece.
            at = Put(span, at, fields);
            output.Commit(Put(span, at, body.Span.Slice((int)window.Start, (int)window.Length)));
            GC.KeepAlive(body);
            return window.Length;
        }
        if (reply.IsInRoom)
        {
            WriteAroundRoom(output, span, at, fields, (int)window.Length);
            return window.Length;
        }
        Write(output, span, at, fields);
        WriteWindow(output, reply, window);
        return window.Length;
    }

    private static void WriteAroundRoom(
        OutputQueue output, Span<byte> span, int at, ReadOnlySpan<byte> fields, int bodyLength)
    {
        if (at + fields.Length <= OutputQueue.HeadRoom)
        {
            output.CommitBody(Put(span, at, fields), bodyLength);
            return;
        }
        var copy = PinnedBytes.Copy(output.BodyRoom[..bodyLength]); // the head is written over it
        Write(output, span, at, fields);
        output.WriteShared(copy, 0, copy.Length);
    }

    // What is in the span already, and the fields behind it.
    private static void Write(OutputQueue output, Span<byte> span, int at, ReadOnlySpan<byte> fields)
    {
        if (fields.Length <= span.Length - at)
        {
            output.Commit(Put(span, at, fields));
            return;
        }
        output.Commit(at);
        output.Write(fields);
    }

    private static int PutLength(Span<byte> span, int at, long length)
    {
        at = Put(span, at, "Content-Length: "u8);
        at += WriteDecimal(length, span[at..]);
        return Put(span, at, "\r\n"u8);
    }

    private static void WriteWindow(OutputQueue output, in Reply reply, ByteRange window)
    {
        if (reply.Content!.Body is { } body) output.WriteShared(body, window.Start, window.Length);
        else if (reply.File is { } file) output.WriteFile(file, window.Start, window.Length);
    }

    private static long WriteParts(
        OutputQueue output, in Reply reply, ByteRange[] windows, ReadOnlySpan<byte> boundary)
    {
        var parts = new MultipartBody(reply.Content!, windows, boundary);
        var span = output.GetSpan();
        var used = PutLength(span, 0, parts.Length);
        used = Put(span, used, "Content-Type: "u8);
        used = Put(span, used, MultipartBody.MediaType);
        used = Put(span, used, boundary);
        used = Put(span, used, "\r\n"u8);
        Write(output, span, used, reply.Content!.Fields.WithoutType);
        for (var i = 0; i < windows.Length; i++)
        {
            output.Write(parts.Heads[i]);
            WriteWindow(output, reply, windows[i]);
        }
        output.Write(parts.Heads[^1]);
        return parts.Length;
    }

    private static int PutContentRange(Span<byte> span, int at, ByteRange window, long length)
    {
        at = Put(span, at, "Content-Range: "u8);
        at += ContentRange.Write(window, length, span[at..]);
        return Put(span, at, "\r\n"u8);
    }
}
