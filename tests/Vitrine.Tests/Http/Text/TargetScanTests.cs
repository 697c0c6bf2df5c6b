using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public class TargetScanTests
{
    [Theory]
    [InlineData("/", true, -1, true)]
    [InlineData("/a/b.c", true, -1, true)]
    [InlineData("/a?b", true, 2, true)]
    [InlineData("/a?b?c", true, 2, true)]
    [InlineData("/?/../%41", true, 1, true)]
    [InlineData("/a%41", true, -1, false)]
    [InlineData("/a\\b", true, -1, false)]
    [InlineData("/./a", true, -1, false)]
    [InlineData("/a/..", true, -1, false)]
    [InlineData("//a", true, -1, false)]
    [InlineData("/a//?b", true, 4, false)]
    [InlineData("/.hidden", true, -1, false)]
    [InlineData("/a b", false, 0, false)]
    [InlineData("/a#b", false, 0, false)]
    [InlineData("/caf\u00E9", false, 0, false)]
    public void It_sees_what_is_in_a_target(string target, bool isValid, int question, bool isCanonical)
    {
        var scan = TargetScan.Of(Latin.Bytes(target));
        Assert.Equal((isValid, isCanonical), (scan.IsValid, scan.IsCanonical));
        if (isValid) Assert.Equal(question, scan.Question);
    }

    [Fact]
    public void A_path_that_it_finds_canonical_comes_out_of_decoding_as_it_went_in()
    {
        var piece = Gen.OneOf("/", "/", ".", "..", "%41", "a", "b.c", "+", "~", "\\");
        var canonical = 0;
        piece.Array[0, 8].Select(pieces => "/" + string.Concat(pieces)).Sample(
            path =>
            {
                if (!TargetScan.Of(Latin.Bytes(path)).IsCanonical) return;
                Interlocked.Increment(ref canonical);
                var error = TargetPath.TryParse(Latin.Bytes(path), new byte[path.Length], out var parsed);
                Assert.Equal((TargetPathError.None, path), (error, Latin.Text(parsed.Value)));
            },
            iter: 20_000);
        Assert.True(canonical > 1_000, $"Only {canonical} of the paths were canonical.");
    }
}
