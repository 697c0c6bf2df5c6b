using System.Globalization;
using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public sealed class QualityListTests
{
    [Theory]
    [InlineData("br", "br 1000")]
    [InlineData("br;q=0.5", "br 500")]
    [InlineData("br ; q=0.5 , gzip", "br 500, gzip 1000")]
    [InlineData("br;Q=0.123", "br 123")]
    [InlineData("br;q=0.", "br 0")]
    [InlineData("br;q=0", "br 0")]
    [InlineData("br;q=1.000", "br 1000")]
    [InlineData("*;q=0.001", "* 1")]
    [InlineData(", ,br,,", "br 1000")]
    [InlineData("", "")]
    [InlineData(" ", "")]
    public void Elements_come_with_their_weights(string text, string expected) => Assert.Equal(expected, Read(text));

    [Theory]
    [InlineData("q=1.001")]
    [InlineData("q=2")]
    [InlineData("q=-1")]
    [InlineData("q=.5")]
    [InlineData("q=0.1234")]
    [InlineData("q=0.x")]
    [InlineData("q =1")]
    [InlineData("q=")]
    [InlineData("level=1")]
    [InlineData("q=1;q=1")]
    public void An_element_with_a_malformed_weight_is_passed_over(string weight) =>
        Assert.DoesNotContain("br", Read($"br;{weight}, gzip"), StringComparison.Ordinal);

    [Fact]
    public void Every_weight_with_up_to_three_digits_is_read_as_it_is() =>
        Gen.Int[0, 1000].Sample(weight =>
        {
            var text = (weight / 1000m).ToString("0.000", CultureInfo.InvariantCulture);
            Assert.Equal($"br {weight}", Read($"br;q={text}"));
            Assert.Equal($"br {weight}", Read($"br;q={text.TrimEnd('0')}"));
        });

    [Fact]
    public void No_bytes_are_read_beyond_the_list() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        ReadOnlySpan<byte> list = bytes;
        for (var i = 0; QualityList.TryTake(ref list, out var name, out var weight); i++)
        {
            Assert.InRange(weight, 0, QualityList.Full);
            Assert.True(i <= bytes.Length && name.Length <= bytes.Length);
        }
        Assert.True(list.IsEmpty);
    });

    private static string Read(string text)
    {
        ReadOnlySpan<byte> list = Latin.Bytes(text);
        var elements = new List<string>();
        while (QualityList.TryTake(ref list, out var name, out var weight))
            elements.Add($"{Latin.Text(name)} {weight}");
        return string.Join(", ", elements);
    }
}
