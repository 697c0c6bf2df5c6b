using System.Numerics;
using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Testing.Fuzzing;

/// <summary>
/// A Range field for a length of 0 to 255 (the first byte): the ranges are the bytes that a simple reader marks, each
/// once.
/// </summary>
internal static class RangeTarget
{
    private const int Most = 16;

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return;
        int length = input[0];
        var field = input[1..];
        Span<ByteRange> ranges = stackalloc ByteRange[Most];
        var outcome = RangeSet.Resolve(field, length, ranges, out var count);
        var wanted = Mark(Encoding.Latin1.GetString(field), length);
        if (outcome == RangeOutcome.Ignored)
        {
            // Not more parts than can be: then it is malformed.
            FuzzException.ThrowUnless(
                wanted is null || Runs(wanted) > Most || length == 0 || field.Count((byte)',') >= RangeSet.MostSpecs,
                "a field that is ignored is malformed or too long");
            return;
        }
        FuzzException.ThrowUnless(wanted is not null, "a field that is used is well-formed");
        var marked = new bool[length];
        foreach (var range in ranges[..(outcome == RangeOutcome.Satisfiable ? count : 0)])
        {
            FuzzException.ThrowUnless(range.Length > 0 && range.End <= length, "a range lies inside");
            for (var i = range.Start; i < range.End; i++)
            {
                FuzzException.ThrowUnless(!marked[i], "no byte is sent twice");
                marked[i] = true;
            }
        }
        FuzzException.ThrowUnless(marked.AsSpan().SequenceEqual(wanted), "the bytes are those that were asked for");
        FuzzException.ThrowUnless(
            outcome == RangeOutcome.Satisfiable == Array.Exists(marked, isMarked => isMarked),
            "it is satisfiable when there is a byte");
        FuzzException.ThrowUnless(
            outcome != RangeOutcome.Satisfiable || count == Runs(marked), "ranges that touch are one");
    }

    // RFC 9110 section 14.1.2, in the simplest way; null when it is malformed.
    private static bool[]? Mark(string field, int length)
    {
        if (!field.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase) || field.Contains('"')) return null;
        var marked = new bool[length];
        var any = false;
        foreach (var spec in field[6..].Split(',').Select(part => part.Trim(' ', '\t')).Where(part => part.Length > 0))
        {
            any = true;
            var ends = spec.Split('-');
            if (ends.Length != 2 || ends.Any(end => end.Any(c => c is < '0' or > '9'))) return null;
            if (ends.All(end => end.Length == 0)) return null;
            var first = ends[0].Length > 0 ? Number(ends[0]) : BigInteger.Max(length - Number(ends[1]), 0);
            var last = ends[0].Length > 0 && ends[1].Length > 0 ? Number(ends[1]) : length - 1;
            if (ends[0].Length > 0 && ends[1].Length > 0 && last < first) return null;
            for (var i = 0; i < length; i++) marked[i] |= i >= first && i <= last;
        }
        return any ? marked : null;
    }

    private static BigInteger Number(string text) =>
        BigInteger.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static int Runs(bool[] marked) =>
        Enumerable.Range(0, marked.Length).Count(i => marked[i] && (i == 0 || !marked[i - 1]));
}
