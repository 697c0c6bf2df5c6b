using Vitrine.Http.Text;
using static Vitrine.Http.Text.Ascii;

namespace Vitrine.Http.Replies;

/// <summary>
/// Several ranges of a representation as multipart/byteranges (RFC 9110 section 14.6): what stands before, between and
/// behind them. It is made before it is sent, since its size is in the length.
/// </summary>
internal sealed class MultipartBody
{
    private const int MostHeadBytes = 512;

    /// <summary>Makes it.</summary>
    public MultipartBody(Representation content, ByteRange[] windows, ReadOnlySpan<byte> boundary)
    {
        Windows = windows;
        Heads = new byte[windows.Length + 1][];
        Span<byte> scratch = stackalloc byte[MostHeadBytes];
        for (var i = 0; i < windows.Length; i++)
        {
            var at = Put(scratch, 0, i == 0 ? "--"u8 : "\r\n--"u8);
            at = Put(scratch, at, boundary);
            at = Put(scratch, at, "\r\n"u8);
            at = Put(scratch, at, content.Fields.Type);
            at = Put(scratch, at, "Content-Range: "u8);
            at += ContentRange.Write(windows[i], content.Length, scratch[at..]);
            at = Put(scratch, at, "\r\n\r\n"u8);
            Heads[i] = scratch[..at].ToArray();
            Length += at + windows[i].Length;
        }
        var end = Put(scratch, 0, "\r\n--"u8);
        end = Put(scratch, end, boundary);
        end = Put(scratch, end, "--\r\n"u8);
        Heads[^1] = scratch[..end].ToArray();
        Length += end;
    }

    /// <summary>Its media type, to which the boundary is added.</summary>
    public static ReadOnlySpan<byte> MediaType => "multipart/byteranges; boundary="u8;

    /// <summary>The ranges.</summary>
    public ByteRange[] Windows { get; }

    /// <summary>What stands before each of them, and behind the last one.</summary>
    public byte[][] Heads { get; }

    /// <summary>How many bytes it has.</summary>
    public long Length { get; }
}
