using System.Text.Unicode;

namespace Vitrine.Http.Text;

/// <summary>
/// The path of a request target, decoded once and in canonical form: it starts with one slash, its segments
/// are separated by one slash, dot-segments are removed (RFC 3986 section 5.2.4), and it ends with a slash if
/// it names a folder. Slices of the caller's memory.
/// </summary>
public readonly ref struct TargetPath
{
    private TargetPath(ReadOnlySpan<byte> value) => Value = value;

    /// <summary>The canonical path as UTF-8.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>True when the path names a folder: it ended with a slash or a dot-segment.</summary>
    public bool EndsWithSlash => Value[^1] == '/';

    /// <summary>
    /// True when a segment of a canonical path starts with a dot, but for <c>.well-known</c> at the top (RFC
    /// 8615): such names are not served.
    /// </summary>
    public static bool IsHidden(ReadOnlySpan<byte> canonicalPath)
    {
        var isWellKnown = canonicalPath.StartsWith("/.well-known/"u8) || canonicalPath.SequenceEqual("/.well-known"u8);
        return (isWellKnown ? canonicalPath["/.well-known".Length..] : canonicalPath).IndexOf("/."u8) >= 0;
    }

    /// <summary>
    /// Decodes <paramref name="path"/>, which starts with a slash, into <paramref name="scratch"/>, which must be as
    /// long. (One that <see cref="TargetScan"/> found to be canonical stays as it is.)
    /// </summary>
    public static TargetPathError TryParse(ReadOnlySpan<byte> path, Span<byte> scratch, out TargetPath result)
    {
        result = default;
        var error = Decode(path, scratch, out var length);
        if (error != TargetPathError.None) return error;
        if (!Utf8.IsValid(scratch[..length])) return TargetPathError.NotUtf8;
        result = new TargetPath(scratch[..RemoveDotSegments(scratch[..length])]);
        return TargetPathError.None;
    }

    private static TargetPathError Decode(ReadOnlySpan<byte> path, Span<byte> decoded, out int length)
    {
        length = 0;
        for (var i = 0; i < path.Length; i++)
        {
            var b = path[i];
            if (b == '%')
            {
                if (i + 2 >= path.Length) return TargetPathError.BadPercentEncoding;
                var high = Ascii.HexValue(path[i + 1]);
                var low = Ascii.HexValue(path[i + 2]);
                if (high < 0 || low < 0) return TargetPathError.BadPercentEncoding;
                b = (byte)(high << 4 | low);
                if (b is (byte)'/' or 0) return TargetPathError.ForbiddenCharacter;
                i += 2;
            }
            if (b == '\\') return TargetPathError.ForbiddenCharacter;
            decoded[length++] = b;
        }
        return TargetPathError.None;
    }

    // In place: what is written never overtakes what is read.
    private static int RemoveDotSegments(Span<byte> path)
    {
        var length = 0;
        var at = 0;
        while (at < path.Length)
        {
            // path[at] is a slash; the segment goes up to the next one.
            var next = path[(at + 1)..].IndexOf((byte)'/');
            var end = next < 0 ? path.Length : at + 1 + next;
            var segment = path[(at + 1)..end];
            var isLast = end == path.Length;
            if (segment.IsEmpty || segment.SequenceEqual("."u8) || segment.SequenceEqual(".."u8))
            {
                if (segment.Length == 2) length = Math.Max(path[..length].LastIndexOf((byte)'/'), 0);
                if (isLast) path[length++] = (byte)'/';
            }
            else
            {
                path[length] = (byte)'/';
                segment.CopyTo(path[(length + 1)..]);
                length += 1 + segment.Length;
            }
            at = end;
        }
        return length;
    }
}
