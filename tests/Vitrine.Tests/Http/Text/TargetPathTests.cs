using System.Text;
using CsCheck;
using Vitrine.Http.Text;
using Vitrine.Site.Pages;

namespace Vitrine.Tests.Http.Text;

public class TargetPathTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a", "/a")]
    [InlineData("/a/b.html", "/a/b.html")]
    [InlineData("/a/", "/a/")]
    [InlineData("/a+b", "/a+b")]
    [InlineData("/a%20b", "/a b")]
    [InlineData("/%61%2E%68", "/a.h")]
    [InlineData("/%7e%7E", "/~~")]
    [InlineData("/a%3Fb%23c", "/a?b#c")]
    [InlineData("/%0A", "/\n")]
    public void A_path_is_decoded(string path, string expected) => Assert.Equal(expected, Parse(path));

    [Theory]
    [InlineData("/%2541", "/%41")]
    [InlineData("/%252e%252e/", "/%2e%2e/")]
    [InlineData("/%252f", "/%2f")]
    [InlineData("/%25", "/%")]
    public void It_is_decoded_once_and_not_twice(string path, string expected) =>
        Assert.Equal(expected, Parse(path));

    [Theory]
    [InlineData("/%E2%82%AC", "/\u20AC")]
    [InlineData("/%F0%9F%98%80.png", "/\U0001F600.png")]
    [InlineData("/caf%c3%a9", "/caf\u00E9")]
    public void Encoded_utf_8_is_read(string path, string expected) => Assert.Equal(expected, Parse(path));

    [Theory]
    [InlineData("/%FF")]
    [InlineData("/%C3")]
    [InlineData("/%C3x")]
    [InlineData("/%80")]
    [InlineData("/%C0%AF")]
    [InlineData("/%C0%AE%C0%AE/")]
    [InlineData("/%E0%80%AF")]
    [InlineData("/%C0%80")]
    [InlineData("/%ED%A0%80")]
    [InlineData("/%F4%90%80%80")]
    public void Bytes_that_are_no_utf_8_are_refused(string path) =>
        Assert.Equal(TargetPathError.NotUtf8, ErrorOf(path));

    [Theory]
    [InlineData("/a%2Fb")]
    [InlineData("/a%2fb")]
    [InlineData("/a%5Cb")]
    [InlineData("/a%5cb")]
    [InlineData("/a\\b")]
    [InlineData("/\\evil.example")]
    [InlineData("/a%00")]
    [InlineData("/a%00.html")]
    [InlineData("/..%2f..%2fetc/passwd")]
    [InlineData("/..%5c..%5cetc/passwd")]
    public void An_encoded_slash_a_backslash_and_nul_are_refused(string path) =>
        Assert.Equal(TargetPathError.ForbiddenCharacter, ErrorOf(path));

    [Theory]
    [InlineData("/%")]
    [InlineData("/%4")]
    [InlineData("/a%")]
    [InlineData("/%zz")]
    [InlineData("/%4g")]
    [InlineData("/%g4")]
    [InlineData("/%%41")]
    [InlineData("/%u0041")]
    [InlineData("/% 41")]
    public void A_percent_sign_needs_two_hexadecimal_digits(string path) =>
        Assert.Equal(TargetPathError.BadPercentEncoding, ErrorOf(path));

    [Theory]
    [InlineData("/.", "/")]
    [InlineData("/..", "/")]
    [InlineData("/a/.", "/a/")]
    [InlineData("/a/..", "/")]
    [InlineData("/a/../", "/")]
    [InlineData("/a/./b", "/a/b")]
    [InlineData("/a/b/../c", "/a/c")]
    [InlineData("/a/b/../../c", "/c")]
    [InlineData("/../../../etc/passwd", "/etc/passwd")]
    [InlineData("/a/../../..", "/")]
    [InlineData("/%2e%2e/a", "/a")]
    [InlineData("/a/%2E", "/a/")]
    [InlineData("/a/.%2e/b", "/b")]
    [InlineData("/a/%2e./b", "/b")]
    public void Dot_segments_are_removed_encoded_or_not(string path, string expected) =>
        Assert.Equal(expected, Parse(path));

    [Theory]
    [InlineData("/...", "/...")]
    [InlineData("/a..", "/a..")]
    [InlineData("/..a/b", "/..a/b")]
    [InlineData("/a/...b", "/a/...b")]
    [InlineData("/a.b/c.", "/a.b/c.")]
    public void Dots_that_are_part_of_a_name_stay(string path, string expected) =>
        Assert.Equal(expected, Parse(path));

    [Theory]
    [InlineData("//", "/")]
    [InlineData("///", "/")]
    [InlineData("//evil.example", "/evil.example")]
    [InlineData("//evil.example//", "/evil.example/")]
    [InlineData("/a//b///c", "/a/b/c")]
    [InlineData("/.//a", "/a")]
    [InlineData("/a/..//b", "/b")]
    [InlineData("/a//", "/a/")]
    public void Slashes_in_a_row_are_one(string path, string expected) => Assert.Equal(expected, Parse(path));

    [Theory]
    [InlineData("/", true)]
    [InlineData("/a/", true)]
    [InlineData("/a/.", true)]
    [InlineData("/a/b/..", true)]
    [InlineData("/a//", true)]
    [InlineData("/a", false)]
    [InlineData("/a/../b", false)]
    public void It_names_a_folder_when_it_ended_with_a_slash_or_a_dot_segment(string path, bool expected)
    {
        Assert.Equal(
            TargetPathError.None,
            TargetPath.TryParse(Latin.Bytes(path), new byte[path.Length], out var parsed));
        Assert.Equal(expected, parsed.EndsWithSlash);
    }

    [Theory]
    [InlineData("/.git/config", true)]
    [InlineData("/.env", true)]
    [InlineData("/a/.b", true)]
    [InlineData("/a/.b/c", true)]
    [InlineData("/...", true)]
    [InlineData("/.well-known-not", true)]
    [InlineData("/.well-known.bak", true)]
    [InlineData("/.Well-Known/a", true)]
    [InlineData("/a/.well-known/b", true)]
    [InlineData("/.well-known/.secret", true)]
    [InlineData("/.well-known/a/.secret/b", true)]
    [InlineData("/.well-known/.well-known/b", true)]
    [InlineData("/", false)]
    [InlineData("/a.b/c.d", false)]
    [InlineData("/a./b", false)]
    [InlineData("/.well-known", false)]
    [InlineData("/.well-known/", false)]
    [InlineData("/.well-known/acme-challenge/token", false)]
    public void Names_with_a_dot_in_front_are_hidden_but_for_well_known_at_the_top(
        string path, bool expected) =>
        Assert.Equal(expected, TargetPath.IsHidden(Latin.Bytes(path)));

    [Fact]
    public void What_comes_out_is_canonical_and_comes_out_again_as_it_is()
    {
        var piece = Gen.OneOf(
            "/", "/", ".", "..", "%2e", "%2E", "a", "b.c", "+", "%20", "%25", "%2541", "%E2%82%AC", "%3F",
            "%2F",
            "%5c", "%00", "\\", "%", "%c0%af", "~", "%C3%A9");
        var accepted = 0;
        piece.Array[0, 12].Select(pieces => "/" + string.Concat(pieces)).Sample(
            path =>
            {
                var scratch = new byte[path.Length];
                var error = TargetPath.TryParse(Latin.Bytes(path), scratch, out var parsed);
                if (error != TargetPathError.None) return;
                Interlocked.Increment(ref accepted);
                var text = Encoding.UTF8.GetString(parsed.Value);
                Assert.StartsWith("/", text, StringComparison.Ordinal);
                Assert.DoesNotContain("//", text, StringComparison.Ordinal);
                Assert.DoesNotContain("/../", text + "/", StringComparison.Ordinal);
                Assert.DoesNotContain("/./", text + "/", StringComparison.Ordinal);
                Assert.Equal(-1, text.AsSpan().IndexOfAny('\\', '\0'));
                Assert.Equal(text, Parse(Html.EncodePath(parsed.Value)));
            },
            iter: 20_000);
        Assert.True(accepted > 1_000, $"Only {accepted} of the paths were taken.");
    }

    [Fact]
    public void No_bytes_after_the_slash_make_it_throw() =>
        Gen.Byte.Array[0, 40].Sample(
            bytes =>
            {
                byte[] path = [(byte)'/', .. bytes];
                var error = TargetPath.TryParse(path, new byte[path.Length], out var parsed);
                Assert.True(error != TargetPathError.None || parsed.Value[0] == '/');
            },
            iter: 20_000);

    private static string Parse(string path)
    {
        var error = TargetPath.TryParse(Latin.Bytes(path), new byte[path.Length], out var parsed);
        Assert.Equal(TargetPathError.None, error);
        return Encoding.UTF8.GetString(parsed.Value);
    }

    private static TargetPathError ErrorOf(string path) =>
        TargetPath.TryParse(Latin.Bytes(path), new byte[path.Length], out _);
}
