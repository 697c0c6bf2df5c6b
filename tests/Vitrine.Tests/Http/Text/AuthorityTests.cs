using System.Buffers;
using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public class AuthorityTests
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("/\\?#@ \0\u00E9");

    [Theory]
    [InlineData("localhost")]
    [InlineData("localhost:8000")]
    [InlineData("example.com")]
    [InlineData("EXAMPLE.com.")]
    [InlineData("127.0.0.1:80")]
    [InlineData("a_b-c~d")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("b%C3%BCcher.example")]
    [InlineData("%41%42")]
    [InlineData("[::1]")]
    [InlineData("[::1]:8000")]
    [InlineData("[2001:db8::ff00:42:8329]")]
    [InlineData("[::ffff:192.0.2.1]:1")]
    [InlineData("[1::]")]
    [InlineData("[::]")]
    public void A_host_with_or_without_a_port_is_valid(string text) => Assert.True(IsValid(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":80")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    [InlineData("a#b")]
    [InlineData("a,b c")]
    [InlineData("a<b")]
    [InlineData("a\"b")]
    [InlineData("a\0b")]
    [InlineData("caf\u00E9")]
    [InlineData("http://a")]
    [InlineData("user@a")]
    [InlineData("user:password@a")]
    [InlineData("a:80:80")]
    [InlineData("%")]
    [InlineData("a%4")]
    [InlineData("a%4g")]
    [InlineData("%41%4")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[:]")]
    [InlineData("[::1")]
    [InlineData("::1")]
    [InlineData("[::1]a")]
    [InlineData("[::1]:x")]
    [InlineData("[::g]")]
    [InlineData("[fe80::1%25eth0]")]
    [InlineData("a[::1]")]
    [InlineData("[:1::2]")]
    [InlineData("[1::2:]")]
    [InlineData("[::1.2.3.004]")]
    public void What_is_no_host_is_refused(string text) => Assert.False(IsValid(text));

    [Theory]
    [InlineData("a:", true)]
    [InlineData("a:0", true)]
    [InlineData("a:00080", true)]
    [InlineData("a:65535", true)]
    [InlineData("a:65536", false)]
    [InlineData("a:99999999999999999999", false)]
    [InlineData("a:-1", false)]
    [InlineData("a:+1", false)]
    [InlineData("a: 80", false)]
    [InlineData("a:80 ", false)]
    [InlineData("a:8o", false)]
    public void A_port_is_a_number_up_to_65535(string text, bool expected) =>
        Assert.Equal(expected, IsValid(text));

    [Fact]
    public void Nothing_that_could_end_a_host_in_a_url_is_ever_in_a_valid_one() =>
        Gen.Char["a1.:[]%4/\\?#@ ,\0\u00E9"].Array[0, 8].Sample(
            letters =>
            {
                var text = new string(letters);
                if (!IsValid(text)) return;
                Assert.NotEqual("", text);
                Assert.Equal(-1, text.AsSpan().IndexOfAny(Ends));
            },
            iter: 20_000);

    private static bool IsValid(string text) => Authority.IsValid(Latin.Bytes(text));
}
