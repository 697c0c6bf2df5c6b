namespace Vitrine.Http.Text;

/// <summary>
/// The Range field (RFC 9110 section 14.2): parsed, resolved against a length, coalesced and bounded.
/// </summary>
public static class RangeSet
{
    /// <summary>
    /// Range specs that are looked at; a field with more is ignored. Real clients send a handful.
    /// </summary>
    public const int MostSpecs = 128;

    /// <summary>
    /// Reads <paramref name="field"/> for a representation of <paramref name="length"/> bytes into
    /// <paramref name="ranges"/>, whose size is the most ranges wanted. Ranges that overlap or touch are sent
    /// once (CVE-2011-3192: many overlapping ranges of one file exhausted a server), in the order of their
    /// first mention.
    /// </summary>
    public static RangeOutcome Resolve(ReadOnlySpan<byte> field, long length, Span<ByteRange> ranges, out int count)
    {
        count = 0;
        if (field.Length < 6 || !Ascii.EqualsIgnoreCase(field[..5], "bytes"u8) || field[5] != '=')
            return RangeOutcome.Ignored;
        Span<ByteRange> found = stackalloc ByteRange[MostSpecs];
        var specs = field[6..];
        var seen = 0;
        while (Ascii.TryTakeListElement(ref specs, out var spec))
        {
            if (++seen > MostSpecs || !TryResolveSpec(spec, length, out var range)) return RangeOutcome.Ignored;
            if (range.Length > 0) count = Merge(found, count, range);
        }
        if (seen == 0) return RangeOutcome.Ignored;
        if (count == 0) return RangeOutcome.Unsatisfiable;
        if (count > ranges.Length) return RangeOutcome.Ignored;
        found[..count].CopyTo(ranges);
        return RangeOutcome.Satisfiable;
    }

    // False for a malformed spec; a length of 0 for one that cannot be satisfied.
    private static bool TryResolveSpec(ReadOnlySpan<byte> spec, long length, out ByteRange range)
    {
        range = default;
        var dash = spec.IndexOf((byte)'-');
        if (dash < 0) return false;
        var firstText = spec[..dash];
        var lastText = spec[(dash + 1)..];
        if (firstText.IsEmpty)
        {
            if (!TryParsePosition(lastText, out var suffix)) return false;
            // The end of nothing is nothing: it can be had, but no Content-Range can say so. The whole is
            // sent.
            if (length == 0 && suffix > 0) return false;
            var taken = Math.Min(suffix, length);
            range = new ByteRange(length - taken, taken);
            return true;
        }
        if (!TryParsePosition(firstText, out var first)) return false;
        var last = long.MaxValue;
        if (!lastText.IsEmpty && !TryParsePosition(lastText, out last)) return false;
        if (last < first || IsLess(lastText, firstText)) return false;
        if (first < length) range = new ByteRange(first, Math.Min(last, length - 1) - first + 1);
        return true;
    }

    // Two numbers that are both too large for us can still be told apart.
    private static bool IsLess(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        left = left.TrimStart((byte)'0');
        right = right.TrimStart((byte)'0');
        if (left.Length != right.Length) return left.Length > 0 && left.Length < right.Length;
        return left.SequenceCompareTo(right) < 0;
    }

    // A number too large for us is still well-formed: it lies past every end.
    private static bool TryParsePosition(ReadOnlySpan<byte> text, out long position)
    {
        position = 0;
        if (text.IsEmpty || text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0) return false;
        if (!Ascii.TryParseDecimal(text, out position)) position = long.MaxValue;
        return true;
    }

    private static int Merge(Span<ByteRange> found, int count, ByteRange range)
    {
        var place = count;
        for (var i = 0; i < count;)
        {
            if (range.Start > found[i].End || found[i].Start > range.End)
            {
                i++;
                continue;
            }
            var start = Math.Min(range.Start, found[i].Start);
            range = new ByteRange(start, Math.Max(range.End, found[i].End) - start);
            place = Math.Min(place, i);
            found[(i + 1)..count].CopyTo(found[i..]);
            count--;
            i = 0; // the grown range may now touch an earlier one
        }
        found[place..count].CopyTo(found[(place + 1)..]);
        found[place] = range;
        return count + 1;
    }
}
