using System.Globalization;
using System.Text;
using Vitrine.Http.Text;

namespace Vitrine.Site;

/// <summary>The page that shows what is in a folder.</summary>
internal static class Listing
{
    /// <summary>
    /// Makes the page for the folder at <paramref name="path"/>, a canonical path that ends with a slash.
    /// </summary>
    public static byte[] Page(ReadOnlySpan<byte> path, List<FolderEntry> entries, bool isCut)
    {
        entries.Sort(static (a, b) => a.Kind != b.Kind
            ? (a.Kind == FileKind.Folder ? -1 : 1)
            : string.Compare(a.Name, b.Name, StringComparison.OrdinalIgnoreCase) is var order and not 0
                ? order
                : string.CompareOrdinal(a.Name, b.Name));
        var name = Encoding.UTF8.GetString(path);
        var body = new StringBuilder();
        body.Append("<h1>Index of ").Append(Html.Escape(name)).Append("</h1>\n");
        body.Append("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Size</th>");
        body.Append("<th scope=\"col\" class=\"n\">Modified (UTC)</th></tr></thead>\n<tbody>\n");
        if (path.Length > 1)
            body.Append("<tr><th scope=\"row\"><a href=\"../\">../</a></th>")
                .Append("<td class=\"n\"></td><td class=\"n\"></td></tr>\n");
        foreach (var entry in entries) AppendRow(body, entry);
        body.Append("</tbody>\n</table>\n");
        if (entries.Count == 0) body.Append("<p>This folder is empty.</p>\n");
        if (isCut)
            body.Append(CultureInfo.InvariantCulture, $"<p>Only the first {entries.Count} entries are shown.</p>\n");
        return Html.Page($"Index of {name}", body.ToString());
    }

    private static void AppendRow(StringBuilder body, FolderEntry entry)
    {
        var isFolder = entry.Kind == FileKind.Folder;
        // "./" keeps a name with a colon from being taken for a scheme.
        var link = Html.EncodePath(Encoding.UTF8.GetBytes(entry.Name));
        body.Append("<tr><th scope=\"row\"><a href=\"./").Append(Html.Escape(link));
        body.Append(isFolder ? "/\">" : "\">").Append(Html.Escape(entry.Name)).Append(isFolder ? "/" : "");
        body.Append("</a></th><td class=\"n\">").Append(isFolder ? "" : ByteSize.Describe(entry.Length));
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(entry.ModifiedSeconds, 0, 253_402_300_799));
        body.Append("</td><td class=\"n\"><time datetime=\"");
        body.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ssZ}\">");
        body.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd}<span class=\"t\"> {time:HH:mm}</span>");
        body.Append("</time></td></tr>\n");
    }
}
