namespace Vitrine.Http.Text;

/// <summary>The value of Content-Range (RFC 9110 section 14.4).</summary>
internal static class ContentRange
{
    /// <summary>Writes it; returns how many bytes, 70 at most.</summary>
    public static int Write(ByteRange window, long length, Span<byte> destination)
    {
        "bytes "u8.CopyTo(destination);
        var at = "bytes "u8.Length;
        at += Ascii.WriteDecimal(window.Start, destination[at..]);
        destination[at++] = (byte)'-';
        at += Ascii.WriteDecimal(window.End - 1, destination[at..]);
        destination[at++] = (byte)'/';
        return at + Ascii.WriteDecimal(length, destination[at..]);
    }
}
