using System.Globalization;
using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public class HttpDateTests
{
    private const long LastSecond = 253_402_300_799; // 9999-12-31T23:59:59Z

    // 1994-11-06T08:49:37Z, the moment of RFC 9110 section 5.6.7.
    private const long Example = 784_111_777;

    private static readonly long Now = Seconds(2026, 7, 15);

    private static readonly Gen<long> AnySecond = Gen.Long[0, LastSecond];

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void All_three_forms_name_the_same_second(string text) => Assert.Equal(Example, Parse(text));

    [Fact]
    public void What_is_written_is_the_r_format_of_the_runtime_and_reads_back() =>
        AnySecond.Sample(
            seconds =>
            {
                var written = Write(seconds);
                var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
                Assert.Equal(time.ToString("r", CultureInfo.InvariantCulture), written);
                Assert.Equal(seconds, Parse(written));
            },
            iter: 5_000);

    [Fact]
    public void An_asctime_date_reads_back() =>
        AnySecond.Sample(
            seconds =>
            {
                var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
                var text = time.ToString("ddd MMM ", CultureInfo.InvariantCulture)
                    + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2)
                    + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture);
                Assert.Equal(seconds, Parse(text));
            },
            iter: 2_000);

    [Fact]
    public void An_rfc_850_date_of_the_last_49_or_the_next_49_years_of_a_century_reads_back()
    {
        var both = Gen.Select(Gen.Long[Seconds(2001, 1, 1), Seconds(2099, 12, 31)], Gen.Int[2001, 2099]);
        both.Where((seconds, year) => Math.Abs(YearOf(seconds) - year) < 50).Sample(
            (seconds, year) =>
            {
                var text = DateTimeOffset.FromUnixTimeSeconds(seconds)
                    .ToString("dddd, dd-MMM-yy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture);
                Assert.Equal(seconds, Parse(text, Seconds(year, 7, 1)));
            },
            iter: 2_000);
    }

    [Theory]
    [InlineData("94", 1994)]
    [InlineData("99", 1999)]
    [InlineData("00", 2000)]
    [InlineData("26", 2026)]
    [InlineData("75", 2075)]
    [InlineData("77", 1977)]
    public void A_year_of_two_digits_lies_at_most_50_years_ahead(string digits, int year) =>
        Assert.Equal(Seconds(year, 1, 1), Parse($"Monday, 01-Jan-{digits} 00:00:00 GMT"));

    // RFC 9110 section 5.6.7: it is the timestamp that must not be more than 50 years in the future.
    [Fact]
    public void Fifty_years_ahead_is_counted_from_the_second_and_not_from_the_year()
    {
        Assert.Equal(Seconds(2076, 7, 14), Parse("Tuesday, 14-Jul-76 00:00:00 GMT"));
        Assert.Equal(Seconds(1976, 7, 16), Parse("Friday, 16-Jul-76 00:00:00 GMT"));
    }

    [Theory]
    [InlineData("Tue, 29 Feb 2000 00:00:00 GMT", 2000, 2, 29)]
    [InlineData("Thu, 29 Feb 2024 00:00:00 GMT", 2024, 2, 29)]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 1970, 1, 1)]
    [InlineData("Sat, 01 Jan 0001 00:00:00 GMT", 1, 1, 1)]
    public void A_day_that_exists_is_read(string text, int year, int month, int day) =>
        Assert.Equal(Seconds(year, month, day), Parse(text));

    [Theory]
    [InlineData("Thu, 29 Feb 1900 00:00:00 GMT")]
    [InlineData("Thu, 29 Feb 2023 00:00:00 GMT")]
    [InlineData("Mon, 31 Apr 2023 00:00:00 GMT")]
    [InlineData("Mon, 00 Jan 2023 00:00:00 GMT")]
    [InlineData("Mon, 01 Jan 0000 00:00:00 GMT")]
    [InlineData("Mon, 32 Jan 2023 00:00:00 GMT")]
    public void A_day_that_does_not_exist_is_refused(string text) => Assert.Null(Parse(text));

    [Fact]
    public void A_leap_second_is_read_and_a_second_one_is_not()
    {
        Assert.Equal(Seconds(1999, 1, 1), Parse("Thu, 31 Dec 1998 23:59:60 GMT"));
        Assert.Null(Parse("Thu, 31 Dec 1998 23:59:61 GMT"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("784111777")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 gmt")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 94 08:49:37 GMT")]
    [InlineData("Sun, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08-49-37 GMT")]
    [InlineData("Sun, 06 Nov 1994  8:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37")]
    [InlineData("Sunday, 06 Nov 94 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("Someday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sunday 06-Nov-94 08:49:37 GMT+00")]
    [InlineData("Sun Nov  6 08:49:37 94  ")]
    [InlineData("Sun Nov  6 08:49:37 1994 GMT")]
    [InlineData("Sun Nov 6 08:49:37 1994 ")]
    public void What_is_none_of_the_three_forms_is_refused(string text) => Assert.Null(Parse(text));

    [Fact]
    public void No_bytes_make_it_throw()
    {
        var parts = Gen.OneOf(
            "Sun", "Sunday", ",", " ", "-", ":", "Nov", "Feb", "06", "30", "94", "1994", "0000", "9999",
            "08:49:37",
            "99:99:99", " GMT", "\0", "\u00FF");
        var shuffled = parts.Array[0, 12].Select(string.Concat);
        var mutated = Gen.Select(Gen.OneOf(
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"),
            Gen.Int[0, 23],
            Gen.Char['\0', '\u00FF'],
            (text, at, letter) => string.Concat(text.AsSpan(0, at), [letter], text.AsSpan(at + 1)));
        Gen.Select(Gen.OneOf<string>(shuffled, mutated), Gen.Long).Sample(
            (text, now) =>
            {
                if (Parse(text, now) is not { } seconds) return;
                // Whatever is taken for a date has a year of four digits.
                Assert.InRange(seconds, -62_135_596_800, LastSecond + 1);
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData(-1, "Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData(long.MinValue, "Thu, 01 Jan 1970 00:00:00 GMT")]
    [InlineData(LastSecond, "Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData(LastSecond + 1, "Fri, 31 Dec 9999 23:59:59 GMT")]
    [InlineData(long.MaxValue, "Fri, 31 Dec 9999 23:59:59 GMT")]
    public void A_time_outside_of_the_years_1970_to_9999_is_held_to_them(long seconds, string expected) =>
        Assert.Equal(expected, Write(seconds));

    private static string Write(long seconds)
    {
        var text = new byte[HttpDate.Length];
        HttpDate.Write(seconds, text);
        return Latin.Text(text);
    }

    private static long? Parse(string text) => Parse(text, Now);

    private static long? Parse(string text, long now) =>
        HttpDate.TryParse(Latin.Bytes(text), now, out var seconds) ? seconds : null;

    private static long Seconds(int year, int month, int day) =>
        new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    private static int YearOf(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds).Year;
}
