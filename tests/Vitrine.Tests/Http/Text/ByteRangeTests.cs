using System.Globalization;
using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public class ByteRangeTests
{
    private const int Most = 16;

    [Theory]
    [InlineData("bytes=0-0", "0-0")]
    [InlineData("bytes=0-99", "0-99")]
    [InlineData("bytes=10-19", "10-19")]
    [InlineData("bytes=90-", "90-99")]
    [InlineData("bytes=0-", "0-99")]
    [InlineData("bytes=-1", "99-99")]
    [InlineData("bytes=-100", "0-99")]
    [InlineData("BYTES=1-2", "1-2")]
    [InlineData("bytes=001-002", "1-2")]
    public void One_range_is_resolved_against_the_length(string field, string expected) =>
        Assert.Equal(expected, Resolve(field, 100));

    [Theory]
    [InlineData("bytes=98-100", "98-99")]
    [InlineData("bytes=99-99999999999999999999", "99-99")]
    [InlineData("bytes=-101", "0-99")]
    [InlineData("bytes=-99999999999999999999", "0-99")]
    [InlineData("bytes=0-9223372036854775807", "0-99")]
    public void A_range_that_goes_past_the_end_is_cut_there(string field, string expected) =>
        Assert.Equal(expected, Resolve(field, 100));

    [Theory]
    [InlineData("bytes=100-")]
    [InlineData("bytes=100-200")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=100-100,-0,500-")]
    [InlineData("bytes=9223372036854775807-")]
    [InlineData("bytes=99999999999999999999-")]
    public void A_range_past_the_end_is_unsatisfiable(string field) =>
        Assert.Equal("unsatisfiable", Resolve(field, 100));

    [Theory]
    [InlineData("")]
    [InlineData("bytes")]
    [InlineData("bytes=")]
    [InlineData("bytes=,")]
    [InlineData("bytes= , ,")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1")]
    [InlineData("bytes=1-2-3")]
    [InlineData("bytes=2-1")]
    [InlineData("bytes=500-400")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-+2")]
    [InlineData("bytes=1 - 2")]
    [InlineData("bytes =1-2")]
    [InlineData("bytes:1-2")]
    [InlineData("bytes 1-2")]
    [InlineData("byte=1-2")]
    [InlineData("items=1-2")]
    [InlineData("bytes=--1")]
    [InlineData("bytes=0x1-2")]
    [InlineData("bytes=1-2;q=1")]
    [InlineData("bytes=\"1-2\"")]
    public void A_malformed_field_is_ignored(string field) => Assert.Equal("ignored", Resolve(field, 1000));

    [Theory]
    [InlineData("bytes=0-1,x")]
    [InlineData("bytes=x,0-1")]
    [InlineData("bytes=0-1,5-4")]
    [InlineData("bytes=0-1,bytes=3-4")]
    public void One_malformed_spec_spoils_the_whole_field(string field) =>
        Assert.Equal("ignored", Resolve(field, 100));

    [Theory]
    [InlineData("bytes=0-1,5-6", "0-1,5-6")]
    [InlineData("bytes= 0-1 ,\t5-6 ,", "0-1,5-6")]
    [InlineData("bytes=0-1,100-200,5-6", "0-1,5-6")]
    [InlineData("bytes=-2,0-1", "98-99,0-1")]
    public void Several_ranges_keep_their_order_and_lose_what_does_not_exist(string field, string expected) =>
        Assert.Equal(expected, Resolve(field, 100));

    [Theory]
    [InlineData("bytes=0-9,5-14", "0-14")]
    [InlineData("bytes=0-9,10-19", "0-19")]
    [InlineData("bytes=10-19,0-9", "0-19")]
    [InlineData("bytes=0-9,11-19", "0-9,11-19")]
    [InlineData("bytes=0-99,3-4,50-", "0-99")]
    [InlineData("bytes=0-9,20-29,10-19", "0-29")]
    [InlineData("bytes=-1,0-,5-6", "0-99")]
    public void Ranges_that_overlap_or_touch_are_sent_once(string field, string expected) =>
        Assert.Equal(expected, Resolve(field, 100));

    [Theory]
    [InlineData("bytes=50-59,0-9,58-69", "50-69,0-9")]
    [InlineData("bytes=50-59,0-9,10-19", "50-59,0-19")]
    [InlineData("bytes=80-89,50-59,0-9,10-49", "80-89,0-59")]
    [InlineData("bytes=50-59,80-89,0-9,60-79", "50-89,0-9")]
    public void A_coalesced_range_stands_where_its_first_piece_was_mentioned(string field, string expected) =>
        Assert.Equal(expected, Resolve(field, 100));

    [Fact]
    public void Sixteen_ranges_are_sent_and_seventeen_are_ignored()
    {
        Assert.Equal(16, Resolve(Apart(16), 1000).Split(',').Length);
        Assert.Equal("ignored", Resolve(Apart(17), 1000));
    }

    [Fact]
    public void The_limit_holds_for_what_is_left_after_coalescing() =>
        Assert.Equal(
            "0-16", Resolve("bytes=" + string.Join(',', Enumerable.Range(0, 17).Select(Single)), 1000));

    [Fact]
    public void As_many_specs_as_are_looked_at_are_answered_and_one_more_is_ignored()
    {
        var all = Enumerable.Range(0, RangeSet.MostSpecs).Select(Single).ToArray();
        Assert.Equal("0-127", Resolve("bytes=" + string.Join(',', all), 1000));
        Assert.Equal("ignored", Resolve("bytes=" + string.Join(',', [.. all, "0-0"]), 1000));
    }

    [Fact]
    public void As_many_separate_ranges_as_specs_fit_when_they_are_wanted()
    {
        var ranges = new ByteRange[RangeSet.MostSpecs];
        var outcome = RangeSet.Resolve(Latin.Bytes(Apart(RangeSet.MostSpecs)), 1000, ranges, out var count);
        Assert.Equal(RangeOutcome.Satisfiable, outcome);
        Assert.Equal(RangeSet.MostSpecs, count);
        Assert.Equal(Enumerable.Range(0, count).Select(i => new ByteRange(2 * i, 1)), ranges);
    }

    [Theory]
    [InlineData("bytes=0-")]
    [InlineData("bytes=0-0")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=0-0,5-")]
    public void Nothing_of_an_empty_file_can_be_sent_as_a_range(string field)
    {
        Assert.Equal("unsatisfiable", Resolve(field, 0));
        Assert.Equal("ignored", Resolve(field + ",x", 0));
    }

    [Fact]
    public void Positions_past_four_gigabytes_are_exact()
    {
        const long Length = 5L << 30;
        Assert.Equal("4294967295-4294967296", Resolve("bytes=4294967295-4294967296", Length));
        Assert.Equal("5368709119-5368709119", Resolve("bytes=-1", Length));
        Assert.Equal("0-9223372036854775806", Resolve("bytes=0-", long.MaxValue));
    }

    [Fact]
    public void The_bytes_selected_are_those_that_the_specs_name_and_no_two_ranges_touch()
    {
        var position = Gen.Int[0, 30];
        var spec = Gen.OneOf<string>(
            Gen.Select(position, position, (a, b) => $"{Math.Min(a, b)}-{Math.Max(a, b)}"),
            position.Select(a => $"{a}-"),
            position.Select(a => $"-{a}"));
        Gen.Select(spec.Array[1, 12], Gen.Int[0, 26]).Sample(
            (specs, length) =>
            {
                var ranges = new ByteRange[RangeSet.MostSpecs];
                var field = Latin.Bytes("bytes=" + string.Join(',', specs));
                var outcome = RangeSet.Resolve(field, length, ranges, out var count);
                var expected = NaiveUnion(specs, length);
                // The end of an empty file can be had, but not described: the whole is sent.
                var isIgnored = length == 0 && specs.Any(text => text[0] == '-' && text != "-0");
                Assert.Equal(
                    isIgnored ? RangeOutcome.Ignored
                        : expected.Count == 0 ? RangeOutcome.Unsatisfiable
                        : RangeOutcome.Satisfiable,
                    outcome);
                if (isIgnored) return;
                var sorted = ranges[..count].OrderBy(range => range.Start).ToArray();
                Assert.Equal(expected.Order(), sorted.SelectMany(PositionsOf));
                Assert.All(sorted, range => Assert.True(range.Length > 0));
                for (var i = 1; i < count; i++)
                    Assert.True(sorted[i - 1].End < sorted[i].Start, $"{sorted[i - 1]} and {sorted[i]}");
                Assert.Equal(
                    FirstMentions(specs, length, sorted), ranges[..count].Select(range => range.Start));
            },
            iter: 5_000);
    }

    [Fact]
    public void No_bytes_make_it_throw_or_answer_outside_of_the_file() =>
        Gen.Select(Gen.Char["0123456789-,= \"\\x"].Array[0, 60], Gen.Long[0, long.MaxValue]).Sample(
            (letters, length) =>
            {
                var ranges = new ByteRange[Most];
                var field = Latin.Bytes("bytes=" + new string(letters));
                var outcome = RangeSet.Resolve(field, length, ranges, out var count);
                if (outcome != RangeOutcome.Satisfiable) return;
                Assert.InRange(count, 1, Most);
                Assert.All(ranges[..count], range =>
                {
                    Assert.InRange(range.Start, 0, length - 1);
                    Assert.InRange(range.Length, 1, length - range.Start);
                });
            },
            iter: 20_000);

    private static string Resolve(string field, long length)
    {
        var ranges = new ByteRange[Most];
        var outcome = RangeSet.Resolve(Latin.Bytes(field), length, ranges, out var count);
        return outcome switch
        {
            RangeOutcome.Satisfiable => string.Join(
                ',', ranges[..count].Select(r => $"{r.Start}-{r.End - 1}")),
            RangeOutcome.Unsatisfiable => "unsatisfiable",
            _ => "ignored",
        };
    }

    private static string Single(int position) => $"{position}-{position}";

    private static string Apart(int count) =>
        "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => Single(2 * i)));

    private static IEnumerable<long> PositionsOf(ByteRange range) =>
        Enumerable.Range((int)range.Start, (int)range.Length).Select(position => (long)position);

    private static HashSet<long> NaiveUnion(string[] specs, int length) =>
        [.. Enumerable.Range(0, length)
            .Select(at => (long)at)
            .Where(at => specs.Any(spec => Names(spec, at, length)))];

    // The starts of the ranges in the order in which their first piece was mentioned.
    private static IEnumerable<long> FirstMentions(string[] specs, int length, ByteRange[] ranges) =>
        specs.SelectMany(spec => ranges.Where(range => PositionsOf(range).Any(at => Names(spec, at, length))))
            .Distinct()
            .Select(range => range.Start);

    private static bool Names(string spec, long at, int length)
    {
        var dash = spec.IndexOf('-', StringComparison.Ordinal);
        var first = Position(spec[..dash]);
        var last = Position(spec[(dash + 1)..]);
        return first is null ? at >= length - last : at >= first && (last is null || at <= last);
    }

    private static long? Position(string text) =>
        text.Length == 0 ? null : long.Parse(text, CultureInfo.InvariantCulture);
}
