using System.Text;
using System.Text.Json;
using Vitrine.Site.Media;

namespace Vitrine.Tests.Site;

public class MediaTypeTableTests
{
    private const string Database = "eng/media-types/mime-db-1.54.0.json";
    private const string Table = "src/Vitrine.Site/Media/MediaTypeTable.cs";

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
    [InlineData("/a.cjs", "text/javascript; charset=utf-8")]
    [InlineData("/a.rs", "text/plain; charset=utf-8")]
    [InlineData("/a.dart", "text/plain; charset=utf-8")]
    [InlineData("/a.c", "text/plain; charset=utf-8")]
    [InlineData("/a.sh", "text/plain; charset=utf-8")]
    [InlineData("/a.toml", "text/plain; charset=utf-8")]
    [InlineData("/a.sql", "text/plain; charset=utf-8")]
    [InlineData("/a.srt", "text/plain; charset=utf-8")]
    [InlineData("/.well-known/apple-app-site-association", "application/json")]
    [InlineData("/a.bin", "application/octet-stream")]
    [InlineData("/no-extension", null)]
    [InlineData("/dir.html/no-extension", null)]
    [InlineData("/a.unheard-of", null)]
    [InlineData("/a.ts", null)]
    [InlineData("/a.mts", null)]
    public void A_name_has_the_type_of_its_extension(string name, string? type) =>
        Assert.Equal(type, MediaTypes.OfName(Encoding.UTF8.GetBytes(name)));

    private const string Text = "text/plain; charset=utf-8";
    private const string Binary = "application/octet-stream";
    private const string Json = "application/json";

    [Theory]
    [InlineData("/LICENSE", "MIT License\n", Text)]
    [InlineData("/a.py", "#!/usr/bin/env python3\n", Text)]
    [InlineData("/a.ts", "Game.start()", Text)]
    [InlineData("/a.unheard-of", "gr\u00fc\u00dfe \u4e16", Text)]
    [InlineData("/empty", "", Text)]
    [InlineData("/log", "\u001b[31mred\u001b[0m\tand\r\n", Text)]
    [InlineData("/page", "<script>alert(1)</script>", Text)]
    [InlineData("/a.unheard-of", "MZ\0", Binary)]
    [InlineData("/program", "\u007fELF", Binary)]
    [InlineData("/.well-known/openid-configuration", " \n{\"a\":1}", Json)]
    [InlineData("/.well-known/matrix/server", "[1]", Json)]
    [InlineData("/.well-known/acme-challenge/x", "x.y", Text)]
    [InlineData("/elsewhere", "{\"a\":1}", Text)]
    public void What_the_name_does_not_say_the_beginning_says(string name, string start, string type) =>
        Assert.Equal(type, MediaTypes.OfStart(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(start)));

    [Theory]
    [InlineData(0, 188)]
    [InlineData(4, 192)]
    public void A_piece_of_a_video_is_one(int sync, int packet)
    {
        var start = new byte[MediaTypes.StartBytes];
        for (var at = sync; at < start.Length; at += packet) start[at] = 0x47;
        Assert.Equal("video/mp2t", MediaTypes.OfStart("/a.ts"u8, start));
        start[sync + packet] = 0;
        Assert.Equal(Binary, MediaTypes.OfStart("/a.ts"u8, start));
    }

    // Of the last character that was read only a part may be there.
    [Fact]
    public void Text_that_is_cut_within_a_character_is_text()
    {
        var text = Encoding.UTF8.GetBytes(new string('\u4e16', 400));
        for (var at = 0; at < 3; at++)
        {
            byte[] start = [.. new string('a', at).Select(c => (byte)c), .. text];
            Assert.Equal(Text, MediaTypes.OfStart("/a"u8, start.AsSpan(0, MediaTypes.StartBytes)));
        }
        Assert.Equal(Binary, MediaTypes.OfStart("/a"u8, [.. "caf"u8, 0xe9]));
        Assert.Equal(Binary, MediaTypes.OfStart("/a"u8, [.. "caf"u8, 0xe9, .. "s"u8]));
    }

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
        return "namespace Vitrine.Site.Media;\n\n"
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
