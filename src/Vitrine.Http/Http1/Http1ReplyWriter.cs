using Vitrine.Http.Replies;
using Vitrine.Http.Text;

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
        OutputQueue output, in Reply reply, bool headOnly, Persistence persistence, ProtocolContext context)
    {
        var content = reply.Content!;
        WriteStatusLine(output, reply.Status, persistence, context);
        if (reply.Status == Status.NotModified)
        {
            EndHead(output, content.NotModifiedFields.Span);
            return 0;
        }
        if (reply.Windows is { } windows) return WriteParts(output, reply, windows, context.Boundary);
        var window = new ByteRange(0, content.Length);
        if (reply.Status == Status.PartialContent)
        {
            window = reply.Window;
            WriteLength(output, window.Length);
            WriteContentRange(output, window, content.Length);
            EndHead(output, content.FieldsWithoutLength.Span);
        }
        else
        {
            EndHead(output, content.Fields.Span);
        }
        if (headOnly) return 0;
        WriteWindow(output, reply, window);
        return window.Length;
    }

    private static void WriteStatusLine(
        OutputQueue output, Status status, Persistence persistence, ProtocolContext context)
    {
        var span = output.GetSpan();
        var at = Put(span, 0, "HTTP/1.1 "u8);
        at = Put(span, at, Statuses.Line(status));
        at = Put(span, at, context.Preamble);
        if (persistence == Persistence.Close) at = Put(span, at, "Connection: close\r\n"u8);
        else if (persistence == Persistence.KeepAlive) at = Put(span, at, "Connection: keep-alive\r\n"u8);
        output.Commit(at);
    }

    private static void EndHead(OutputQueue output, ReadOnlySpan<byte> fields)
    {
        output.Write(fields);
        output.Write("\r\n"u8);
    }

    private static void WriteLength(OutputQueue output, long length)
    {
        var span = output.GetSpan();
        var at = Put(span, 0, "Content-Length: "u8);
        at += Ascii.WriteDecimal(length, span[at..]);
        output.Commit(Put(span, at, "\r\n"u8));
    }

    private static void WriteContentRange(OutputQueue output, ByteRange window, long length)
    {
        var span = output.GetSpan();
        output.Commit(PutContentRange(span, 0, window, length));
    }

    private static void WriteWindow(OutputQueue output, in Reply reply, ByteRange window)
    {
        if (reply.Content!.Body is { } body) output.WriteShared(body, window.Start, window.Length);
        else if (reply.File is { } file) output.WriteFile(file, window.Start, window.Length);
    }

    // multipart/byteranges, RFC 9110 section 14.6. The heads of the parts are made first: their sizes are in
    // the length.
    private static long WriteParts(
        OutputQueue output, in Reply reply, ByteRange[] windows, ReadOnlySpan<byte> boundary)
    {
        var content = reply.Content!;
        var heads = new byte[windows.Length][];
        Span<byte> scratch = stackalloc byte[512];
        long length = 0;
        for (var i = 0; i < windows.Length; i++)
        {
            var at = Put(scratch, 0, i == 0 ? "--"u8 : "\r\n--"u8);
            at = Put(scratch, at, boundary);
            at = Put(scratch, at, "\r\nContent-Type: "u8);
            at = Put(scratch, at, content.MediaType);
            at = Put(scratch, at, "\r\n"u8);
            at = PutContentRange(scratch, at, windows[i], content.Length);
            at = Put(scratch, at, "\r\n"u8);
            heads[i] = scratch[..at].ToArray();
            length += at + windows[i].Length;
        }
        var end = Put(scratch, 0, "\r\n--"u8);
        end = Put(scratch, end, boundary);
        end = Put(scratch, end, "--\r\n"u8);
        length += end;

        WriteLength(output, length);
        output.Write("Content-Type: multipart/byteranges; boundary="u8);
        output.Write(boundary);
        output.Write("\r\n"u8);
        EndHead(output, content.FieldsWithoutType.Span);
        for (var i = 0; i < windows.Length; i++)
        {
            output.Write(heads[i]);
            WriteWindow(output, reply, windows[i]);
        }
        output.Write(scratch[..end]);
        return length;
    }

    private static int PutContentRange(Span<byte> span, int at, ByteRange window, long length)
    {
        at = Put(span, at, "Content-Range: bytes "u8);
        at += Ascii.WriteDecimal(window.Start, span[at..]);
        at = Put(span, at, "-"u8);
        at += Ascii.WriteDecimal(window.End - 1, span[at..]);
        at = Put(span, at, "/"u8);
        at += Ascii.WriteDecimal(length, span[at..]);
        return Put(span, at, "\r\n"u8);
    }

    private static int Put(Span<byte> span, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(span[at..]);
        return at + bytes.Length;
    }
}
