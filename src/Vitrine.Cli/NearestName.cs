namespace Vitrine.Cli;

/// <summary>The name that somebody may have meant.</summary>
internal static class NearestName
{
    private const int MostLength = 64;

    /// <summary>
    /// <c> Did you mean 'port'?</c> for a word that one or two slips of the finger make out of one of the names; else
    /// nothing. All of them begin with <paramref name="common"/> characters that are the same.
    /// </summary>
    public static string Suggest(string word, IEnumerable<string> names, int common = 0)
    {
        if (word.Length > MostLength) return "";
        var (nearest, distance) = names.Select(name => (name, Distance(word, name)))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        // Of a short word two letters are half of it, and then anything is near.
        var most = word[common..].Trim('-').Length <= 4 ? 1 : 2;
        return distance <= most ? $" Did you mean '{nearest}'?" : "";
    }

    // Letters that are missing, too many, wrong, or in the place of their neighbour (optimal string alignment).
    private static int Distance(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var isSame = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]);
                rows[i, j] = Math.Min(
                    Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (isSame ? 0 : 1));
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[left.Length, right.Length];
    }
}
