namespace Vitrine.Http.Text;

/// <summary>
/// A list with weights, as in <c>br;q=1.0, gzip;q=0.5, *;q=0</c> (RFC 9110 section 12.4.2). Weights are counted in
/// thousandths, since they have three digits at most.
/// </summary>
public static class QualityList
{
    /// <summary>The weight of what has none, and the highest.</summary>
    public const int Full = 1000;

    /// <summary>
    /// Takes the next element off the list; false at its end. An element whose weight is malformed is passed
    /// over, as if it were not there.
    /// </summary>
    public static bool TryTake(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> name, out int weight)
    {
        while (Ascii.TryTakeListElement(ref list, out var element))
        {
            var semicolon = element.IndexOf((byte)';');
            name = semicolon < 0 ? element : Ascii.TrimWhiteSpace(element[..semicolon]);
            weight = Full;
            if (semicolon < 0) return true;
            if (TryParseWeight(Ascii.TrimWhiteSpace(element[(semicolon + 1)..]), out weight)) return true;
        }
        name = [];
        weight = 0;
        return false;
    }

    // "q=" ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
    private static bool TryParseWeight(ReadOnlySpan<byte> text, out int weight)
    {
        weight = 0;
        if (text.Length is < 3 or > 7 || text[0] is not ((byte)'q' or (byte)'Q') || text[1] != '=') return false;
        if (text[2] is not ((byte)'0' or (byte)'1') || (text.Length > 3 && text[3] != '.')) return false;
        weight = (text[2] - '0') * Full;
        var unit = Full;
        for (var i = 4; i < text.Length; i++)
        {
            if (!Ascii.IsDigit(text[i])) return false;
            weight += (text[i] - '0') * (unit /= 10);
        }
        return weight <= Full;
    }
}
