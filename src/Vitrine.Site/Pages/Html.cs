using System.Buffers;
using System.Net;
using System.Text;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Pages;

/// <summary>
/// The frame of the pages that this server makes itself, and the two ways in which a name is escaped in them.
/// </summary>
internal static class Html
{
    /// <summary>Fields of every made page: it needs no script, no frame and nothing from elsewhere.</summary>
    public static FieldSet SecurityFields => new()
    {
        {
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        },
    };

    private const string Style = """
        :root{color-scheme:light dark;--ink:#1c2330;--faint:#5b6675;--line:#d9dee6;--link:#0b5cad;--ground:#fbfcfe}
        @media(prefers-color-scheme:dark){
        :root{--ink:#e6eaf0;--faint:#9aa5b4;--line:#2d3642;--link:#7db7f5;--ground:#12171e}}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
        main{max-width:52rem;margin:0 auto;padding:2.5rem 1.25rem}
        h1{font-size:1.5rem;margin:0 0 1rem;overflow-wrap:anywhere}
        a{color:var(--link);text-underline-offset:.15em}
        a:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        table{width:100%;border-collapse:collapse}
        th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid var(--line);font-weight:400}
        thead th{color:var(--faint);font-size:.85rem}tbody th{overflow-wrap:anywhere}
        .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--faint)}
        p{margin:.5rem 0}.code{font-size:3.5rem;line-height:1;font-weight:700;margin:0 0 .5rem;color:var(--faint)}
        @media(max-width:36rem){.t{display:none}}
        """;

    private const string End = """

        </main>
        </body>
        </html>

        """;

    /// <summary>A whole page around a body that is HTML already, in UTF-8.</summary>
    public static ReadOnlySpan<byte> Page(string title, StringBuilder body)
    {
        var page = new ArrayBufferWriter<byte>(Style.Length + body.Length + body.Length / 4 + 1024);
        var encoder = Encoding.UTF8.GetEncoder(); // which knows of a character that two chunks share
        encoder.Convert(Start(title), page, flush: false, out _, out _);
        foreach (var chunk in body.GetChunks()) encoder.Convert(chunk.Span, page, flush: false, out _, out _);
        encoder.Convert(End, page, flush: true, out _, out _);
        return page.WrittenSpan;
    }

    private static string Start(string title) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Escape(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <main>

        """;

    /// <summary>Text for HTML, in an element or a quoted attribute.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>
    /// A path as it stands in a URL: everything percent-encoded but what RFC 3986 leaves alone in a path;
    /// slashes stay.
    /// </summary>
    public static string EncodePath(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var b in path) Append(text, b, "/-._~!$&'()*+,;=:@");
        return text.ToString();
    }

    /// <summary>
    /// A query with its question mark, as it was sent, but for what RFC 3986 section 3.4 does not allow in
    /// one: that is percent-encoded.
    /// </summary>
    public static string EncodeQuery(ReadOnlySpan<byte> query)
    {
        var text = new StringBuilder(query.Length);
        for (var i = 0; i < query.Length; i++)
        {
            var isEncoded = query[i] == '%' && i + 2 < query.Length
                && char.IsAsciiHexDigit((char)query[i + 1]) && char.IsAsciiHexDigit((char)query[i + 2]);
            if (isEncoded) text.Append('%');
            else Append(text, query[i], "?/-._~!$&'()*+,;=:@");
        }
        return text.ToString();
    }

    private static void Append(StringBuilder text, byte b, string plain)
    {
        if (char.IsAsciiLetterOrDigit((char)b) || plain.Contains((char)b)) text.Append((char)b);
        else text.Append('%').Append(b.ToString("X2", null));
    }
}
