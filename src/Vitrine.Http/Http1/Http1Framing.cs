using Vitrine.Http.Head;
using Vitrine.Http.Text;

namespace Vitrine.Http.Http1;

/// <summary>
/// Where a request ends and whether the connection lives on (RFC 9112 sections 6.3 and 9.3). Anything that
/// two servers could understand differently is refused: that is what request smuggling is made of.
/// </summary>
internal static class Http1Framing
{
    /// <summary>Decides how the body ends.</summary>
    public static ParseError TryGetBody(in RequestHead head, Limits limits, out BodyReader body)
    {
        body = default;
        if (head.Has(HeaderId.TransferEncoding))
        {
            if (head.MinorVersion == 0) return ParseError.EncodingInHttp10;
            if (head.Has(HeaderId.ContentLength)) return ParseError.LengthAndEncoding;
            body = BodyReader.OfChunks();
            return CheckTransferEncoding(head);
        }
        var error = BodyLength.Read(head, limits, out var length);
        if (error == ParseError.None && length is { } bytes) body = BodyReader.OfLength(bytes);
        return error;
    }

    /// <summary>Whether the client wants the connection kept.</summary>
    public static bool KeepsAlive(in RequestHead head)
    {
        // What follows CONNECT is meant for the other end of a tunnel, and not for us.
        if (head.Method == Method.Connect) return false;
        var keepAlive = head.MinorVersion >= 1;
        if (!head.Has(HeaderId.Connection)) return keepAlive;
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Id != HeaderId.Connection) continue;
            var list = head[field.Value];
            while (Ascii.TryTakeListElement(ref list, out var option))
            {
                if (Ascii.EqualsIgnoreCase(option, "close"u8)) return false;
                if (Ascii.EqualsIgnoreCase(option, "keep-alive"u8)) keepAlive = true;
            }
        }
        return keepAlive;
    }

    // Exactly one "chunked" and nothing else is what we read. Another coding before it is one that we do not
    // implement (501); anything in which chunked is not the last, or has something hanging on it, leaves the
    // end in doubt (400, which RFC 9112 section 6.3 demands also where the last one is unknown).
    private static ParseError CheckTransferEncoding(in RequestHead head)
    {
        var count = 0;
        var lastIsChunked = false;
        var chunkedBefore = false;
        foreach (ref readonly var field in head.Fields)
        {
            if (field.Id != HeaderId.TransferEncoding) continue;
            var list = head[field.Value];
            while (Ascii.TryTakeListElement(ref list, out var coding))
            {
                if (!Ascii.IsToken(coding)) return ParseError.BadTransferEncoding;
                count++;
                chunkedBefore |= lastIsChunked;
                lastIsChunked = Ascii.EqualsIgnoreCase(coding, "chunked"u8);
            }
        }
        if (chunkedBefore || !lastIsChunked) return ParseError.BadTransferEncoding;
        return count > 1 ? ParseError.UnknownTransferCoding : ParseError.None;
    }
}
