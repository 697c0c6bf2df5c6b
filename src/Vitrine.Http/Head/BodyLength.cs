using Vitrine.Http.Text;

namespace Vitrine.Http.Head;

/// <summary>Content-Length of a request (RFC 9110 section 8.6).</summary>
internal static class BodyLength
{
    /// <summary>Reads it; null when it is not there.</summary>
    public static ParseError Read(in RequestHead head, Limits limits, out long? length)
    {
        length = null;
        if (!head.Has(HeaderId.ContentLength)) return ParseError.None;
        if (head.IsRepeated(HeaderId.ContentLength)) return ParseError.SeveralContentLengths;
        var text = head.First(HeaderId.ContentLength);
        if (text.IndexOf((byte)',') >= 0) return ParseError.SeveralContentLengths;
        if (!Ascii.TryParseDecimal(text, out var bytes)) return ParseError.BadContentLength;
        length = bytes;
        return bytes > limits.BodyBytes ? ParseError.BodyTooLarge : ParseError.None;
    }
}
