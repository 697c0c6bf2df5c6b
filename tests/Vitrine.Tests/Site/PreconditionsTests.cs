using Vitrine.Http.Replies;
using Vitrine.Site.Answering;
using Vitrine.Tests.Http.Head;
using Verdict = Vitrine.Site.Answering.Preconditions.Verdict;

namespace Vitrine.Tests.Site;

public class PreconditionsTests
{
    private const string Tag = "\"tag\"";
    private const string Before = "Sun, 06 Nov 1994 08:49:36 GMT";
    private const string Date = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string After = "Sun, 06 Nov 1994 08:49:38 GMT";
    private const long Modified = 784_111_777;
    private const long Now = Modified + 1_000_000;

    private static readonly Representation Content = Make(Tag, Modified);
    private static readonly Representation Undated = Make(Tag, null);

    [Fact]
    public void Without_conditions_a_request_passes() => Assert.Equal(Verdict.Pass, Evaluate());

    [Theory]
    [InlineData("\"tag\"", "Pass")]
    [InlineData("*", "Pass")]
    [InlineData("\"x\", \"tag\"", "Pass")]
    [InlineData("\"x\"", "Failed")]
    [InlineData("W/\"tag\"", "Failed")]
    [InlineData("tag", "Failed")]
    [InlineData("", "Failed")]
    public void If_match_compares_strongly(string list, string verdict) =>
        Assert.Equal(verdict, Evaluate("If-Match: " + list).ToString());

    [Theory]
    [InlineData("\"tag\"", "NotModified")]
    [InlineData("W/\"tag\"", "NotModified")]
    [InlineData("*", "NotModified")]
    [InlineData("\"x\", W/\"tag\"", "NotModified")]
    [InlineData("\"x\"", "Pass")]
    [InlineData("tag", "Pass")]
    [InlineData("", "Pass")]
    public void If_none_match_compares_weakly(string list, string verdict) =>
        Assert.Equal(verdict, Evaluate("If-None-Match: " + list).ToString());

    // As proxies pass it on that compress what they got from here.
    [Theory]
    [InlineData("\"tag-gzip\"", "NotModified")]
    [InlineData("W/\"tag-gzip\"", "NotModified")]
    [InlineData("\"tag--gzip\"", "NotModified")]
    [InlineData("\"x\", \"tag-br\"", "NotModified")]
    [InlineData("\"tag-x\"", "Pass")]
    [InlineData("\"-gzip\"", "Pass")]
    [InlineData("\"tag-gzip-gzip\"", "Pass")]
    public void If_none_match_knows_the_tag_with_the_coding_of_a_proxy_behind_it(string list, string verdict)
    {
        Assert.Equal(verdict, Evaluate("If-None-Match: " + list).ToString());
        // For what asks for the same bytes it is another tag.
        Assert.Equal("Failed", Evaluate("If-Match: " + list).ToString());
        // Where there is one in a coding already, it is that one's.
        var varying = Representation.InMemory(
            PinnedBytes.Copy("x"u8), "text/plain", new Metadata(Tag, Modified, null) { VariesByCoding = true });
        var head = Heads.Parse("GET / HTTP/1.1", "Host: a", "If-None-Match: " + list);
        Assert.Equal(Verdict.Pass, Preconditions.Evaluate(head, varying, Now));
    }

    [Theory]
    [InlineData(Before, "Failed")]
    [InlineData(Date, "Pass")]
    [InlineData(After, "Pass")]
    [InlineData("Sunday, 06-Nov-94 08:49:36 GMT", "Failed")]
    [InlineData("Sun Nov  6 08:49:36 1994", "Failed")]
    [InlineData("yesterday", "Pass")]
    public void If_unmodified_since_fails_when_it_changed_later(string date, string verdict) =>
        Assert.Equal(verdict, Evaluate("If-Unmodified-Since: " + date).ToString());

    [Theory]
    [InlineData(Before, "Pass")]
    [InlineData(Date, "NotModified")]
    [InlineData(After, "NotModified")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", "NotModified")]
    [InlineData("Sun Nov  6 08:49:37 1994", "NotModified")]
    [InlineData("yesterday", "Pass")]
    public void If_modified_since_is_for_what_did_not_change_later(string date, string verdict) =>
        Assert.Equal(verdict, Evaluate("If-Modified-Since: " + date).ToString());

    // RFC 9110 section 13.2.2, steps 1 to 4, for every combination.
    [Fact]
    public void The_conditions_are_taken_in_their_order()
    {
        string?[] tags = [null, Tag, "\"x\"", "*"];
        string?[] dates = [null, Before, Date, "yesterday"];
        var seen = new HashSet<Verdict>();
        foreach (var match in tags)
            foreach (var unmodified in dates)
                foreach (var noneMatch in tags)
                    foreach (var modified in dates)
                    {
                        var expected = InOrder(match, unmodified, noneMatch, modified);
                        var actual = Evaluate(
                        [
                            .. Field("If-Modified-Since", modified), .. Field("If-None-Match", noneMatch),
                            .. Field("If-Unmodified-Since", unmodified), .. Field("If-Match", match),
                        ]);
                        Assert.True(
                            expected == actual, $"{match}; {unmodified}; {noneMatch}; {modified}: {actual}");
                        seen.Add(actual);
                    }
        Assert.Equal(3, seen.Count);
    }

    [Fact]
    public void A_list_in_several_lines_is_one_list()
    {
        Assert.Equal(Verdict.Pass, Evaluate("If-Match: \"x\"", "If-Match: " + Tag));
        Assert.Equal(Verdict.Failed, Evaluate("If-Match: \"x\"", "If-Match: \"y\""));
        Assert.Equal(Verdict.NotModified, Evaluate("If-None-Match: \"x\"", "If-None-Match: " + Tag));
        Assert.Equal(Verdict.Pass, Evaluate("If-None-Match: \"x\"", "If-None-Match: \"y\""));
    }

    [Fact]
    public void A_date_that_is_there_twice_is_ignored()
    {
        Assert.Equal(Verdict.NotModified, Evaluate("If-Modified-Since: " + Date));
        Assert.Equal(Verdict.Pass, Evaluate("If-Modified-Since: " + Date, "If-Modified-Since: " + Date));
        Assert.Equal(Verdict.Failed, Evaluate("If-Unmodified-Since: " + Before));
        Assert.Equal(
            Verdict.Pass, Evaluate("If-Unmodified-Since: " + Before, "If-Unmodified-Since: " + Before));
    }

    [Fact]
    public void Conditions_on_a_time_are_ignored_where_there_is_none()
    {
        Assert.Equal(
            Verdict.Pass, Preconditions.Evaluate(Heads.Get("/", "If-Modified-Since: " + Date), Undated, Now));
        Assert.Equal(
            Verdict.Pass,
            Preconditions.Evaluate(Heads.Get("/", "If-Unmodified-Since: " + Before), Undated, Now));
        Assert.Equal(
            Verdict.NotModified,
            Preconditions.Evaluate(Heads.Get("/", "If-None-Match: " + Tag), Undated, Now));
    }

    [Theory]
    [InlineData("\"tag\"", true)]
    [InlineData(Date, true)]
    [InlineData("Sun Nov  6 08:49:37 1994", true)]
    [InlineData("W/\"tag\"", false)]
    [InlineData("\"x\"", false)]
    [InlineData("\"tag\", \"x\"", false)]
    [InlineData("*", false)]
    [InlineData("tag", false)]
    [InlineData("", false)]
    [InlineData(Before, false)]
    [InlineData(After, false)]
    public void If_range_allows_a_range_only_for_exactly_this_state(string validator, bool expected) =>
        Assert.Equal(expected, AllowsRange(Content, Now, "If-Range: " + validator));

    [Fact]
    public void A_request_without_if_range_may_have_a_range_and_one_with_two_may_not()
    {
        Assert.True(AllowsRange(Content, Now));
        Assert.True(AllowsRange(Content, Now, "If-Range: " + Tag));
        Assert.False(AllowsRange(Content, Now, "If-Range: " + Tag, "If-Range: " + Tag));
    }

    // RFC 9110 section 8.8.2.2: within its own second a time of change is a weak validator.
    [Fact]
    public void A_date_is_no_strong_validator_before_its_second_is_over()
    {
        Assert.False(AllowsRange(Content, Modified, "If-Range: " + Date));
        Assert.False(AllowsRange(Content, Modified + 1, "If-Range: " + Date));
        Assert.True(AllowsRange(Content, Modified + 2, "If-Range: " + Date));
        Assert.True(AllowsRange(Content, Modified, "If-Range: " + Tag));
        Assert.False(AllowsRange(Undated, Now, "If-Range: " + Date));
    }

    private static Verdict InOrder(string? match, string? unmodified, string? noneMatch, string? modified)
    {
        if (match is not null)
        {
            if (match == "\"x\"") return Verdict.Failed;
        }
        else if (unmodified == Before)
        {
            return Verdict.Failed;
        }
        if (noneMatch is not null) return noneMatch == "\"x\"" ? Verdict.Pass : Verdict.NotModified;
        return modified == Date ? Verdict.NotModified : Verdict.Pass;
    }

    private static string[] Field(string name, string? value) => value is null ? [] : [$"{name}: {value}"];

    private static Verdict Evaluate(params string[] fields) =>
        Preconditions.Evaluate(Heads.Get("/", fields), Content, Now);

    private static bool AllowsRange(Representation content, long now, params string[] fields) =>
        Preconditions.AllowsRange(Heads.Get("/", fields), content, now);

    private static Representation Make(string tag, long? modified) =>
        Representation.InMemory(PinnedBytes.Copy("body"u8), "text/plain", new Metadata(tag, modified, null));
}
