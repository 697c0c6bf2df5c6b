using System.Globalization;
using System.Text;
using Vitrine.Http.Text;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Pages;

/// <summary>The page that shows what is in a folder.</summary>
internal static class Listing
{
    // Of a page, in characters: 10,000 names are hardly half of it, unless all of them are as long as names can be.
    private const int MostLength = 4 * 1024 * 1024;

    /// <summary>
    /// Makes the page for the folder at <paramref name="path"/>, a canonical path that ends with a slash.
    /// </summary>
    public static ReadOnlySpan<byte> Page(ReadOnlySpan<byte> path, FolderList list)
    {
        var name = VisibleText.Of(Encoding.UTF8.GetString(path));
        var body = new StringBuilder();
        body.Append("<h1>Index of ").Append(Html.Escape(name)).Append("</h1>\n");
        var hasParent = path.Length > 1;
        var shown = 0;
        if (list.Entries.Count > 0)
        {
            body.Append("<table>\n<thead><tr><th scope=\"col\">Name</th><th scope=\"col\" class=\"n\">Size</th>");
            body.Append("<th scope=\"col\" class=\"n\">Modified (UTC)</th></tr></thead>\n<tbody>\n");
            if (hasParent)
                body.Append("<tr><th scope=\"row\"><a href=\"../\">../</a></th>")
                    .Append("<td class=\"n\"></td><td class=\"n\"></td></tr>\n");
            for (; shown < list.Entries.Count && body.Length < MostLength; shown++)
                AppendRow(body, list.Entries[shown]);
            body.Append("</tbody>\n</table>\n");
        }
        else
        {
            body.Append("<p>This folder is empty.</p>\n");
            if (hasParent) body.Append("<p><a href=\"../\">../</a></p>\n");
        }
        AppendNotes(body, list, shown);
        return Html.Page($"Index of {name}", body);
    }

    private static void AppendNotes(StringBuilder body, FolderList list, int shown)
    {
        if (shown < list.Total || list.HasMore)
        {
            var total = list.HasMore ? FolderList.MostNames : list.Total;
            body.Append(
                CultureInfo.InvariantCulture,
                $"<p>{shown:#,0} of {(list.HasMore ? "more than " : "")}{total:#,0} entries are shown"
                + $"{(list.HasMore ? ": there are too many to find the first ones" : "")}.</p>\n");
        }
        if (list.Unshown == 0) return;
        body.Append(CultureInfo.InvariantCulture, $"<p>{list.Unshown:#,0} {(list.Unshown == 1 ? "name" : "names")} ");
        body.Append("cannot be shown: no address can hold what is not UTF-8 or has a backslash.</p>\n");
    }

    private static void AppendRow(StringBuilder body, FolderEntry entry)
    {
        var isFolder = entry.IsFolder;
        // "./" keeps a name with a colon from being taken for a scheme.
        var link = Html.EncodePath(Encoding.UTF8.GetBytes(entry.Name));
        body.Append("<tr><th scope=\"row\"><a href=\"./").Append(Html.Escape(link));
        var name = Html.Escape(VisibleText.Of(entry.Name));
        body.Append(isFolder ? "/\">" : "\">").Append(name).Append(isFolder ? "/" : "");
        body.Append("</a></th><td class=\"n\">").Append(isFolder ? "" : ByteSize.Describe(entry.Length));
        body.Append("</td><td class=\"n\">");
        if (entry.ModifiedSeconds is { } seconds)
        {
            var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
            body.Append(CultureInfo.InvariantCulture, $"<time datetime=\"{time:yyyy-MM-ddTHH:mm:ssZ}\">");
            body.Append(CultureInfo.InvariantCulture, $"{time:yyyy-MM-dd}<span class=\"t\"> {time:HH:mm}</span>");
            body.Append("</time>");
        }
        body.Append("</td></tr>\n");
    }
}
