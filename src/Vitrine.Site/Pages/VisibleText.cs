using System.Globalization;
using System.Text;

namespace Vitrine.Site.Pages;

/// <summary>Names as they are shown to people, on a page or at a terminal.</summary>
internal static class VisibleText
{
    /// <summary>
    /// A name without the characters that a terminal would obey, or that have a browser turn round what follows: each
    /// as it is written in a program, which no name that is shown can hold as it is.
    /// </summary>
    public static string Of(string name)
    {
        if (!name.Any(IsCommand)) return name;
        var text = new StringBuilder(name.Length + 8);
        foreach (var c in name)
        {
            if (!IsCommand(c)) text.Append(c);
            else if (c == '\n') text.Append("\\n");
            else if (c == '\r') text.Append("\\r");
            else if (c == '\t') text.Append("\\t");
            else text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }
        return text.ToString();
    }

    private static bool IsCommand(char c) =>
        char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069';
}
