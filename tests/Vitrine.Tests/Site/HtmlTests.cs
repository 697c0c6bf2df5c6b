using System.Net;
using System.Text;
using CsCheck;
using Vitrine.Site.Pages;

namespace Vitrine.Tests.Site;

public class HtmlTests
{
    // What RFC 3986 section 3.3 leaves alone in a path, and the slash between its segments.
    private const string PlainSymbols = "-._~!$&'()*+,;=:@/";

    [Theory]
    [InlineData("a", "a")]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\"a\" 'b'", "&quot;a&quot; &#39;b&#39;")]
    [InlineData("a&amp;b", "a&amp;amp;b")]
    public void Text_is_escaped_for_elements_and_quoted_attributes(string text, string expected) =>
        Assert.Equal(expected, Html.Escape(text));

    [Fact]
    public void Escaped_text_holds_no_markup_and_reads_back()
    {
        var letter = Gen.OneOf<char>(Gen.Char["<>&\"'; \na#39"], Gen.Char['\u0020', '\u2FFF']);
        letter.Array[0, 20].Select(letters => new string(letters)).Sample(
            text =>
            {
                var escaped = Html.Escape(text);
                Assert.DoesNotContain(escaped, c => c is '<' or '>' or '"' or '\'');
                Assert.Equal(text, WebUtility.HtmlDecode(escaped));
            },
            iter: 5_000);
    }

    [Fact]
    public void Every_byte_that_a_path_does_not_leave_alone_is_percent_encoded()
    {
        for (var i = 0; i < 256; i++)
        {
            var isPlain = char.IsAsciiLetterOrDigit((char)i)
                || PlainSymbols.Contains((char)i, StringComparison.Ordinal);
            Assert.Equal(isPlain ? ((char)i).ToString() : $"%{i:X2}", Html.EncodePath([(byte)i]));
        }
    }

    [Fact]
    public void An_encoded_path_is_decoded_to_what_it_was() =>
        Gen.Char['\u0001', '\uD7FF'].Array[0, 20].Select(letters => new string(letters)).Sample(
            path => Assert.Equal(path, Uri.UnescapeDataString(Html.EncodePath(Encoding.UTF8.GetBytes(path)))),
            iter: 2_000);

    [Fact]
    public void A_page_has_its_title_escaped_and_its_body_as_it_is()
    {
        var page = Encoding.UTF8.GetString(Html.Page("</title><b>", new StringBuilder("<p>hello</p>")));
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", page, StringComparison.Ordinal);
        Assert.Contains("<title>&lt;/title&gt;&lt;b&gt;</title>", page, StringComparison.Ordinal);
        Assert.Contains("\n<main>\n<p>hello</p>\n", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
    }
}
