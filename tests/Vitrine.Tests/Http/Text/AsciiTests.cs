using System.Globalization;
using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public class AsciiTests
{
    private const string TokenSymbols = "!#$%&'*+-.^_`|~";

    [Fact]
    public void A_token_character_is_a_letter_a_digit_or_one_of_fifteen_symbols()
    {
        for (var i = 0; i < 256; i++)
        {
            var expected = char.IsAsciiLetterOrDigit((char)i)
                || TokenSymbols.Contains((char)i, StringComparison.Ordinal);
            Assert.True(expected == Ascii.IsTokenCharacter((byte)i), $"0x{i:X2}");
        }
    }

    [Fact]
    public void A_target_character_is_visible_ascii_but_what_ends_it()
    {
        for (var i = 0; i < 256; i++)
        {
            var expected = i is > 0x20 and < 0x7F && i != '#';
            Assert.True(expected == Ascii.Is((byte)i, CharacterClasses.Target), $"0x{i:X2}");
        }
    }

    [Fact]
    public void A_character_of_a_hosts_name_is_unreserved_or_a_delimiter_of_its_own()
    {
        for (var i = 0; i < 256; i++)
        {
            var expected = char.IsAsciiLetterOrDigit((char)i) || "-._~!$&'()*+,;=".Contains((char)i);
            Assert.True(expected == Ascii.Is((byte)i, CharacterClasses.HostName), $"0x{i:X2}");
            Assert.True("%\\/.?".Contains((char)i) == Ascii.Is((byte)i, CharacterClasses.PathMark), $"0x{i:X2}");
        }
    }

    [Theory]
    [InlineData("host")]
    [InlineData("range")]
    [InlineData("if-range")]
    [InlineData("if-none-match")]
    [InlineData("transfer-encoding")]
    [InlineData("a-1b-2c-3d-4e-5f-6g-7h-8i")]
    public void A_literal_is_equal_in_any_case_and_differs_in_any_other_bit(string literal)
    {
        var lower = Latin.Bytes(literal);
        Assert.True(Ascii.EqualsLiteral(Latin.Bytes(literal.ToUpperInvariant()), lower));
        Assert.False(Ascii.EqualsLiteral(lower.AsSpan(1), lower));
        for (var i = 0; i < lower.Length; i++)
        {
            for (var b = 0; b < 256; b++)
            {
                var text = lower.ToArray();
                text[i] = (byte)b;
                Assert.Equal(Ascii.EqualsIgnoreCase(text, lower), Ascii.EqualsLiteral(text, lower));
            }
        }
    }

    [Fact]
    public void A_hexadecimal_digit_has_the_value_that_the_runtime_gives_it()
    {
        for (var i = 0; i < 256; i++)
        {
            var expected = char.IsAsciiHexDigit((char)i) ? Convert.ToInt32(((char)i).ToString(), 16) : -1;
            Assert.True(expected == Ascii.HexValue((byte)i), $"0x{i:X2}");
        }
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("X-Request-Id", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a:", false)]
    [InlineData("a\t", false)]
    [InlineData("caf\u00E9", false)]
    public void A_token_is_one_token_character_or_more(string text, bool expected) =>
        Assert.Equal(expected, Ascii.IsToken(Latin.Bytes(text)));

    [Theory]
    [InlineData("Content-Length", "content-LENGTH", true)]
    [InlineData("a", "b", false)]
    [InlineData("a", "ab", false)]
    [InlineData("[", "{", false)]
    [InlineData("\u00E9", "\u00C9", false)]
    public void Only_the_case_of_ascii_letters_is_left_out_of_account(
        string left, string right, bool expected) =>
        Assert.Equal(expected, Ascii.EqualsIgnoreCase(Latin.Bytes(left), Latin.Bytes(right)));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("007", 7)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void A_decimal_is_read_up_to_the_largest_number(string text, long expected)
    {
        Assert.True(Ascii.TryParseDecimal(Latin.Bytes(text), out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("0x1")]
    [InlineData("1,1")]
    [InlineData("9223372036854775808")]
    [InlineData("18446744073709551617")]
    [InlineData("99999999999999999999999999999999999999")]
    public void What_is_no_decimal_or_overflows_is_refused(string text) =>
        Assert.False(Ascii.TryParseDecimal(Latin.Bytes(text), out _));

    [Fact]
    public void A_written_decimal_reads_back() =>
        Gen.Long[0, long.MaxValue].Sample(
            number =>
            {
                var text = new byte[20];
                var length = Ascii.WriteDecimal(number, text);
                Assert.Equal(
                    number.ToString(CultureInfo.InvariantCulture), Latin.Text(text.AsSpan(0, length)));
                Assert.True(Ascii.TryParseDecimal(text.AsSpan(0, length), out var back));
                Assert.Equal(number, back);
            },
            iter: 1_000);

    [Fact]
    public void A_destination_that_is_too_short_for_a_decimal_is_a_fault()
    {
        Assert.Throws<ArgumentException>(() => Ascii.WriteDecimal(100, new byte[2]));
        Assert.Equal(3, Ascii.WriteDecimal(100, new byte[3]));
    }

    [Fact]
    public void White_space_is_space_and_tab_and_nothing_else()
    {
        Assert.Equal("a b", Latin.Text(Ascii.TrimWhiteSpace(Latin.Bytes(" \t a b\t "))));
        Assert.Equal("\va\u00A0", Latin.Text(Ascii.TrimWhiteSpace(Latin.Bytes(" \va\u00A0 "))));
        Assert.Equal("", Latin.Text(Ascii.TrimWhiteSpace(Latin.Bytes(" \t "))));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData(" , ,\t,", "")]
    [InlineData("a", "a")]
    [InlineData(" a , b,,c ", "a|b|c")]
    [InlineData("a b,c", "a b|c")]
    [InlineData("\"x,y\",z", "\"x,y\"|z")]
    [InlineData("k=\"x\\\",y\",z", "k=\"x\\\",y\"|z")]
    [InlineData("\"never,closed", "\"never,closed")]
    [InlineData("\"ends in a backslash\\", "\"ends in a backslash\\")]
    public void A_list_is_cut_at_commas_outside_of_quotes(string list, string expected) =>
        Assert.Equal(expected, string.Join('|', Elements(Latin.Bytes(list))));

    [Fact]
    public void Elements_without_commas_and_quotes_come_back_as_they_were_put_in()
    {
        var element = Gen.Char["abc;=-*"].Array[1, 5].Select(letters => new string(letters));
        element.Array[0, 12].Sample(elements =>
        {
            var list = string.Join(" ,\t", elements);
            Assert.Equal(elements, Elements(Latin.Bytes(list)));
        });
    }

    [Fact]
    public void No_list_is_ever_read_for_longer_than_it_is() =>
        Gen.Char[",\"\\ a\t"].Array[0, 40].Sample(
            letters =>
            {
                var elements = Elements(Latin.Bytes(new string(letters)));
                Assert.DoesNotContain("", elements);
                Assert.True(elements.Sum(element => element.Length) <= letters.Length);
            },
            iter: 2_000);

    private static List<string> Elements(byte[] list)
    {
        var elements = new List<string>();
        ReadOnlySpan<byte> rest = list;
        while (Ascii.TryTakeListElement(ref rest, out var element)) elements.Add(Latin.Text(element));
        return elements;
    }
}
