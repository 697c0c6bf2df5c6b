namespace Vitrine.Site.Origins;

/// <summary>
/// The order in which people look for names: letters without regard to case, and numbers by what they count
/// (<c>file 2</c> before <c>file 10</c>). No two different names are equal.
/// </summary>
internal sealed class NaturalOrder : IComparer<string>
{
    /// <summary>The one that there is.</summary>
    public static NaturalOrder Instance { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        // What is the same in both needs no look at each letter; but a number counts as a whole.
        var left = x.AsSpan();
        var right = y.AsSpan();
        var same = left.CommonPrefixLength(right);
        while (same > 0 && char.IsAsciiDigit(left[same - 1])) same--;
        left = left[same..];
        right = right[same..];
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var order = char.IsAsciiDigit(left[0]) && char.IsAsciiDigit(right[0])
                ? CompareNumbers(ref left, ref right)
                : CompareLetters(ref left, ref right);
            if (order != 0) return order;
        }
        return left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(x, y);
    }

    private static int CompareLetters(ref ReadOnlySpan<char> left, ref ReadOnlySpan<char> right)
    {
        var order = char.ToUpperInvariant(left[0]).CompareTo(char.ToUpperInvariant(right[0]));
        left = left[1..];
        right = right[1..];
        return order;
    }

    // Of any length, so as digits: without the zeros in front the longer one is greater.
    private static int CompareNumbers(ref ReadOnlySpan<char> left, ref ReadOnlySpan<char> right)
    {
        var first = TakeNumber(ref left);
        var second = TakeNumber(ref right);
        return first.Length != second.Length
            ? first.Length.CompareTo(second.Length)
            : first.SequenceCompareTo(second);
    }

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyExceptInRange('0', '9');
        if (length < 0) length = text.Length;
        var number = text[..length].TrimStart('0');
        text = text[length..];
        return number;
    }
}
