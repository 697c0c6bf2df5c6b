using System.Text;
using System.Text.Json;
using Vitrine.Site;

namespace Vitrine.Tests.Site;

public class MediaTypeTableTests
{
    private const string Database = "eng/media-types/mime-db-1.54.0.json";
    private const string Table = "src/Vitrine.Site/MediaTypeTable.cs";

    // What browsers need, where the rules would choose otherwise.
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["js"] = "text/javascript",
        ["xml"] = "application/xml",
        ["rtf"] = "application/rtf",
        ["asc"] = "application/pgp-signature",
    };

    private static readonly string[] Kinds = ["video", "model", "audio", "image", "text", "font"];

    [Fact]
    public void The_table_is_what_the_database_gives()
    {
        var expected = Generate();
        var path = Repository.PathOf(Table);
        if (Environment.GetEnvironmentVariable("VITRINE_UPDATE") == "1") File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("/a.html", "text/html; charset=utf-8")]
    [InlineData("/a.css", "text/css; charset=utf-8")]
    [InlineData("/a.js", "text/javascript; charset=utf-8")]
    [InlineData("/a.mjs", "text/javascript; charset=utf-8")]
    [InlineData("/a.json", "application/json")]
    [InlineData("/a.svg", "image/svg+xml")]
    [InlineData("/a.wasm", "application/wasm")]
    [InlineData("/a.woff2", "font/woff2")]
    [InlineData("/A.PNG", "image/png")]
    [InlineData("/a.webp", "image/webp")]
    [InlineData("/a.avif", "image/avif")]
    [InlineData("/a.mp4", "video/mp4")]
    [InlineData("/a.mp3", "audio/mpeg")]
    [InlineData("/a.pdf", "application/pdf")]
    [InlineData("/a.txt", "text/plain; charset=utf-8")]
    [InlineData("/a.webmanifest", "application/manifest+json")]
    [InlineData("/a.zip", "application/zip")]
    [InlineData("/a.tar.gz", "application/gzip")]
    [InlineData("/a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    [InlineData("/no-extension", "application/octet-stream")]
    [InlineData("/dir.html/no-extension", "application/octet-stream")]
    [InlineData("/a.unheard-of", "application/octet-stream")]
    public void A_name_has_the_type_of_its_extension(string name, string type) =>
        Assert.Equal(type, MediaTypes.OfName(Encoding.UTF8.GetBytes(name)));

    private static string Generate()
    {
        using var database = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(Database)));
        var best = new SortedDictionary<string, (string Type, bool Registered)>(StringComparer.Ordinal);
        foreach (var type in database.RootElement.EnumerateObject())
        {
            if (!type.Value.TryGetProperty("extensions", out var extensions)) continue;
            var registered = type.Value.TryGetProperty("source", out var source) && source.GetString() == "iana";
            foreach (var extension in extensions.EnumerateArray().Select(e => e.GetString()!))
            {
                var candidate = (type.Name, registered);
                if (!best.TryGetValue(extension, out var known) || IsBetter(extension, candidate, known))
                    best[extension] = candidate;
            }
        }
        var lines = best.GroupBy(entry => entry.Value.Type, entry => entry.Key)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => $"        {group.Key} {string.Join(' ', group)}\n");
        return "namespace Vitrine.Site;\n\n"
            + "/// <summary>\n"
            + "/// Each line: a media type and its file extensions. Made by <c>MediaTypeTableTests</c>; see\n"
            + "/// eng/media-types.\n"
            + "/// </summary>\n"
            + "internal static class MediaTypeTable\n{\n"
            + "    /// <summary>The table.</summary>\n"
            + "    public static ReadOnlySpan<char> Lines => \"\"\"\n"
            + string.Concat(lines)
            + "        \"\"\";\n}\n";
    }

    private static bool IsBetter(string extension, (string Type, bool Registered) a, (string Type, bool Registered) b)
    {
        if (Fixed.TryGetValue(extension, out var wanted) && (a.Type == wanted || b.Type == wanted))
            return a.Type == wanted;
        return Rank(a).CompareTo(Rank(b)) < 0;
    }

    private static (int, int, int, int, string) Rank((string Type, bool Registered) candidate)
    {
        var slash = candidate.Type.IndexOf('/', StringComparison.Ordinal);
        var name = candidate.Type[(slash + 1)..];
        var facet = name.StartsWith("x-", StringComparison.Ordinal) ? 2
            : name.StartsWith("vnd.", StringComparison.Ordinal) ? 1
            : 0;
        var kind = Array.IndexOf(Kinds, candidate.Type[..slash]);
        return (candidate.Registered ? 0 : 1, facet, kind < 0 ? Kinds.Length : kind, name.Length, candidate.Type);
    }
}
