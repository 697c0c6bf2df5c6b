using System.Globalization;
using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Site;

/// <summary>The page that shows what is in a folder.</summary>
internal static class Listing
{
    // Of a page, in characters: 10,000 names are hardly half of it, unless all of them are as long as names can be.
    private const int MostLength = 4 * 1024 * 1024;

    // Where Unicode has a visible sign for each control character.
    private const int ControlPictures = 0x2400;

    /// <summary>
    /// Makes the page for the folder at <paramref name="path"/>, a canonical path that ends with a slash.
    /// </summary>
    public static ReadOnlySpan<byte> Page(ReadOnlySpan<byte> path, List<FolderEntry> entries, bool isCut)
    {
        entries.Sort(static (a, b) => a.Kind != b.Kind
            ? (a.Kind == FileKind.Folder ? -1 : 1)
            : string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase) is var order and not 0
                ? order
                : string.CompareOrdinal(a.Name, b.Name));
        var name = Visible(Encoding.UTF8.GetString(path));
        var body = new StringBuilder();
        body.Append("<h1>Index of ").Append(Html.Escape(name)).Append("</h1>\n");
        body.Append("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Size</th>");
        body.Append("<th scope=\"col\" class=\"n\">Modified (UTC)</th></tr></thead>\n<tbody>\n");
        if (path.Length > 1)
            body.Append("<tr><th scope=\"row\"><a href=\"../\">../</a></th>")
                .Append("<td class=\"n\"></td><td class=\"n\"></td></tr>\n");
        var shown = 0;
        for (; shown < entries.Count && body.Length < MostLength; shown++) AppendRow(body, entries[shown]);
        body.Append("</tbody>\n</table>\n");
        if (entries.Count == 0) body.Append("<p>This folder is empty.</p>\n");
        if (isCut || shown < entries.Count)
            body.Append(CultureInfo.InvariantCulture, $"<p>Only the first {shown} entries are shown.</p>\n");
        return Html.Page($"Index of {name}", body);
    }

    /// <summary>
    /// A name without the characters that a terminal would obey, or that have a browser turn round what follows: each
    /// is a sign for itself, or for nothing.
    /// </summary>
    internal static string Visible(string name) => string.Create(name.Length, name, static (text, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            var c = from[i];
            text[i] = c < ' ' ? (char)(ControlPictures + c)
                : c == '\x7f' ? (char)(ControlPictures + 0x21)
                : char.IsControl(c) || c is >= '\u202a' and <= '\u202e' or >= '\u2066' and <= '\u2069' ? '\ufffd'
                : c;
        }
    });

    private static void AppendRow(StringBuilder body, FolderEntry entry)
    {
        var isFolder = entry.Kind == FileKind.Folder;
        // "./" keeps a name with a colon from being taken for a scheme.
        var link = Html.EncodePath(Encoding.UTF8.GetBytes(entry.Name));
        body.Append("<tr><th scope=\"row\"><a href=\"./").Append(Html.Escape(link));
        body.Append(isFolder ? "/\">" : "\">").Append(Html.Escape(Visible(entry.Name))).Append(isFolder ? "/" : "");
        body.Append("</a></th><td class=\"n\">").Append(isFolder ? "" : ByteSize.Describe(entry.Length));
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(entry.ModifiedSeconds, 0, 253_402_300_799));
        body.Append("</td><td class=\"n\"><time datetime=\"");
        body.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ssZ}\">");
        body.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd}<span class=\"t\"> {time:HH:mm}</span>");
        body.Append("</time></td></tr>\n");
    }
}
