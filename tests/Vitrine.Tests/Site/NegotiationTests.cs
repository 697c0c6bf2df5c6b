namespace Vitrine.Tests.Site;

/// <summary>Which of a file and what lies beside it a client gets; that these are whole is believed here.</summary>
public sealed class NegotiationTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public NegotiationTests()
    {
        temporary.Write("a.css", "plain and long enough");
        temporary.Write("a.css.br", "brotli");
        temporary.Write("a.css.gz", "gzip-gzip");
        temporary.Write("a.css.zst", "zstd-zstd-zs");
        temporary.Write("alone.css", "alone");
        Resting();
    }

    public static TheoryData<int> BodyLimits => [1024 * 1024, 0];

    public void Dispose() => temporary.Dispose();

    [Theory]
    [InlineData(null, "plain and long enough")]
    [InlineData("", "plain and long enough")]
    [InlineData("br", "brotli")]
    [InlineData("gzip", "gzip-gzip")]
    [InlineData("x-gzip", "gzip-gzip")]
    [InlineData("GZIP", "gzip-gzip")]
    [InlineData("zstd", "zstd-zstd-zs")]
    [InlineData("gzip, deflate, br, zstd", "brotli")]
    [InlineData("gzip, zstd", "gzip-gzip")]
    [InlineData("gzip;q=1.0, br;q=0.9", "gzip-gzip")]
    [InlineData("br;q=0, gzip;q=0.1", "gzip-gzip")]
    [InlineData("br;q=0", "plain and long enough")]
    [InlineData("identity, br;q=0.5", "plain and long enough")]
    [InlineData("identity;q=0.5, br", "brotli")]
    [InlineData("identity;q=0, gzip", "gzip-gzip")]
    [InlineData("*", "brotli")]
    [InlineData("br;q=0, *", "gzip-gzip")]
    [InlineData("br;q=0.3, gzip;q=0.1, zstd;q=0.1, *;q=0.5", "plain and long enough")]
    [InlineData("*;q=0, gzip", "gzip-gzip")]
    [InlineData("identity, *;q=0", "plain and long enough")]
    [InlineData("deflate, compress", "plain and long enough")]
    [InlineData("br;q=nonsense", "plain and long enough")]
    public void The_smallest_of_what_the_client_weighs_highest_is_sent(string? accepted, string expected)
    {
        using var site = SiteClient.OpenBelieving(temporary);
        var answer = Ask(site, "/a.css", accepted);
        Assert.Equal((200, expected), (answer.Status, answer.Text));
        Assert.Equal("text/css; charset=utf-8", answer.Field("Content-Type"));
        Assert.Equal("Accept-Encoding", answer.Field("Vary"));
        var coding = expected[0] switch { 'b' => "br", 'g' => "gzip", 'z' => "zstd", _ => null };
        Assert.Equal(coding, answer.Field("Content-Encoding"));
    }

    [Theory]
    [InlineData(63, "brotli")]
    [InlineData(64, "plain and long enough")]
    public void Of_a_list_that_only_costs_time_the_rest_is_not_looked_at(int before, string expected)
    {
        using var site = SiteClient.OpenBelieving(temporary);
        var others = string.Concat(Enumerable.Range(0, before).Select(i => $"x{i}, "));
        Assert.Equal(expected, Ask(site, "/a.css", others + "br").Text);
    }

    [Theory]
    [InlineData("identity;q=0, deflate", "/a.css")]
    [InlineData("*;q=0", "/a.css")]
    [InlineData("identity;q=0", "/alone.css")]
    [InlineData("br, *;q=0", "/alone.css")]
    public void A_client_that_accepts_none_of_them_is_told_so(string accepted, string target)
    {
        using var site = SiteClient.OpenBelieving(temporary);
        var answer = Ask(site, target, accepted);
        Assert.Equal(406, answer.Status);
        Assert.Equal("Accept-Encoding", answer.Field("Vary"));
        Assert.Equal(200, Ask(site, target, "br").Status);
    }

    // Compressing a file usually keeps its time: then several representations have the same date, which makes it weak
    // (RFC 9110 sections 8.8.1 and 13.1.5). The rest of the one must not be taken for the rest of the other.
    [Fact]
    public void A_date_allows_a_range_only_where_there_is_one_representation()
    {
        var time = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var name in (string[])["a.css", "a.css.br", "a.css.gz", "a.css.zst", "alone.css"])
            File.SetLastWriteTimeUtc(temporary.PathOf(name), time);
        Resting();
        using var site = SiteClient.OpenBelieving(temporary);
        foreach (var (target, accepted, expected) in new[]
            { ("/a.css", "gzip", 200), ("/a.css", "identity", 200), ("/alone.css", "gzip", 206) })
        {
            var date = Ask(site, target, null).Field("Last-Modified");
            Assert.NotNull(date);
            var part = new SiteClient(site).Get(
                target, $"Accept-Encoding: {accepted}", "Range: bytes=2-3", $"If-Range: {date}");
            Assert.Equal(expected, part.Status);
        }
    }

    // Even if somebody puts a copy there: a tag is of one representation (RFC 9110 section 8.8.3.3).
    [Theory]
    [MemberData(nameof(BodyLimits))]
    public void Equal_bytes_in_another_coding_have_another_tag(int cachedBodyBytes)
    {
        temporary.Write("b.css", "the same");
        temporary.Write("b.css.gz", "the same");
        Resting();
        using var site = SiteClient.OpenBelieving(temporary, Keeping(cachedBodyBytes));
        var coded = Ask(site, "/b.css", "gzip, identity;q=0");
        Assert.Equal("gzip", coded.Field("Content-Encoding"));
        Assert.NotEqual(Ask(site, "/b.css", null).Tag, coded.Tag);
    }

    // What is weighed higher is not given up for a few bytes.
    [Fact]
    public void A_plain_file_that_is_smaller_and_weighs_less_is_not_sent()
    {
        temporary.Write("b.css", "b");
        temporary.Write("b.css.gz", "gzip-gzip");
        Resting();
        using var site = SiteClient.OpenBelieving(temporary);
        Assert.Equal("gzip-gzip", Ask(site, "/b.css", "gzip, identity;q=0.1").Text);
        Assert.Equal("b", Ask(site, "/b.css", "gzip").Text);
        Assert.Equal("b", Ask(site, "/b.css", "gzip, identity").Text);
    }

    [Theory]
    [InlineData("gzip, identity;q=0")]
    [InlineData("br")]
    [InlineData(null)]
    public void A_file_that_has_a_coding_by_its_name_has_it_for_everybody(string? accepted)
    {
        temporary.Write("pic.svgz", "gzipped");
        temporary.Write("pic.svgz.br", "br");
        Resting();
        using var site = SiteClient.OpenBelieving(temporary);
        var answer = Ask(site, "/pic.svgz", accepted);
        Assert.Equal((200, "gzipped", "gzip"), (answer.Status, answer.Text, answer.Field("Content-Encoding")));
    }

    [Fact]
    public void A_file_with_nothing_beside_it_does_not_vary()
    {
        using var site = SiteClient.OpenBelieving(temporary);
        var answer = Ask(site, "/alone.css", "br, gzip");
        Assert.Equal((200, "alone"), (answer.Status, answer.Text));
        Assert.Null(answer.Field("Vary"));
        Assert.Null(answer.Field("Content-Encoding"));
    }

    [Theory]
    [MemberData(nameof(BodyLimits))]
    public void Each_coding_has_a_tag_of_its_own_and_ranges_are_of_the_encoded_bytes(int cachedBodyBytes)
    {
        using var site = SiteClient.OpenBelieving(temporary, Keeping(cachedBodyBytes));
        var client = new SiteClient(site);
        var tags = new HashSet<string>();
        foreach (var coding in (string[])["identity", "br", "gzip", "zstd"])
        {
            var accepts = $"Accept-Encoding: {coding}";
            var answer = client.Get("/a.css", accepts);
            Assert.True(tags.Add(answer.Tag));
            var same = client.Get("/a.css", accepts, $"If-None-Match: {answer.Tag}");
            Assert.Equal(304, same.Status);
            Assert.Equal($"ETag: {answer.Tag}\r\nVary: Accept-Encoding\r\n\r\n", NotModified(same));
            var part = client.Get("/a.css", accepts, "Range: bytes=2-3", $"If-Range: {answer.Tag}");
            Assert.Equal((206, answer.Text[2..4]), (part.Status, part.Text));
            // What one client has is not what another asks for.
            Assert.Equal(coding == "identity" ? 304 : 200, client.Get("/a.css", $"If-None-Match: {answer.Tag}").Status);
        }
    }

    [Theory]
    [MemberData(nameof(BodyLimits))]
    public void What_is_older_than_the_plain_file_is_not_sent(int cachedBodyBytes)
    {
        using var site = SiteClient.OpenBelieving(temporary, Keeping(cachedBodyBytes));
        Assert.Equal("brotli", Ask(site, "/a.css", "br").Text);
        var plain = temporary.Write("a.css", "newer, and long enough");
        File.SetLastWriteTimeUtc(plain, DateTime.UtcNow.AddSeconds(-100));
        File.SetLastWriteTimeUtc(temporary.PathOf("a.css.br"), DateTime.UtcNow.AddSeconds(-101));
        foreach (var other in (string[])["a.css.gz", "a.css.zst"])
            File.SetLastWriteTimeUtc(temporary.PathOf(other), DateTime.UtcNow.AddSeconds(-99));
        Resting();
        Assert.Equal("newer, and long enough", Ask(site, "/a.css", "br").Text);
        Assert.Equal("gzip-gzip", Ask(site, "/a.css", "br, gzip").Text);
        File.SetLastWriteTimeUtc(temporary.PathOf("a.css.br"), File.GetLastWriteTimeUtc(plain));
        Resting();
        Assert.Equal("brotli", Ask(site, "/a.css", "br").Text);
    }

    [Theory]
    [MemberData(nameof(BodyLimits))]
    public void What_comes_goes_or_changes_beside_a_file_is_seen(int cachedBodyBytes)
    {
        using var site = SiteClient.OpenBelieving(temporary, Keeping(cachedBodyBytes));
        Assert.Equal("alone", Ask(site, "/alone.css", "br").Text);
        temporary.Write("alone.css.br", "br 1");
        Resting();
        Assert.Equal("br 1", Ask(site, "/alone.css", "br").Text);
        Assert.Equal("Accept-Encoding", Ask(site, "/alone.css", null).Field("Vary"));
        temporary.Write("alone.css.br", "br 2");
        Resting();
        Assert.Equal("br 2", Ask(site, "/alone.css", "br").Text);
        File.Delete(temporary.PathOf("alone.css.br"));
        Assert.Equal("alone", Ask(site, "/alone.css", "br").Text);
        Assert.Null(Ask(site, "/alone.css", null).Field("Vary"));
    }

    [Fact]
    public void What_lies_beside_a_file_and_leads_outside_or_is_no_file_is_not_sent()
    {
        using var outside = new TemporaryFolder();
        temporary.Link("alone.css.br", outside.Write("secret", "secret"));
        temporary.MakeFolder("alone.css.gz");
        Resting();
        using var site = SiteClient.OpenBelieving(temporary);
        Assert.Equal("alone", Ask(site, "/alone.css", "br, gzip").Text);
        Assert.Equal("brotli", Ask(site, "/a.css", "br").Text);
    }

    [Fact]
    public void An_encoded_file_can_be_asked_for_by_its_own_name_and_an_index_has_them_too()
    {
        temporary.Write("index.html", "plain index");
        temporary.Write("index.html.br", "br");
        temporary.Write("pic.svgz", "gzipped");
        Resting();
        using var site = SiteClient.OpenBelieving(temporary);
        Assert.Equal("br", Ask(site, "/", "br").Text);
        var direct = Ask(site, "/a.css.br", "br");
        Assert.Equal(("brotli", null), (direct.Text, direct.Field("Content-Encoding")));
        var picture = Ask(site, "/pic.svgz", null);
        Assert.Equal(("image/svg+xml", "gzip"), (picture.Field("Content-Type"), picture.Field("Content-Encoding")));
    }

    private static Vitrine.Http.Limits Keeping(int cachedBodyBytes) =>
        SiteClient.AlwaysFresh with { CachedBodyBytes = cachedBodyBytes };

    // A file that was written just now is passed over until it has rested.
    private static void Resting() => Thread.Sleep(40);

    private static SiteAnswer Ask(Vitrine.Site.FolderSite site, string target, string? accepted)
    {
        var client = new SiteClient(site);
        return accepted is null ? client.Get(target) : client.Get(target, $"Accept-Encoding: {accepted}");
    }

    private static string NotModified(SiteAnswer answer) =>
        System.Text.Encoding.ASCII.GetString(answer.Reply.Content!.Fields.NotModified);
}
