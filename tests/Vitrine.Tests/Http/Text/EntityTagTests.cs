using CsCheck;
using Vitrine.Http.Text;

namespace Vitrine.Tests.Http.Text;

public class EntityTagTests
{
    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"a\"")]
    [InlineData("W/\"a\"")]
    [InlineData("W/\"\"")]
    [InlineData("\"a,b\"")]
    [InlineData("\"a\\\"")]
    [InlineData("\"!\u00FF\"")]
    public void A_tag_is_quoted_and_may_be_weak(string text) =>
        Assert.True(EntityTag.IsValid(Latin.Bytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    [InlineData("a")]
    [InlineData("W/")]
    [InlineData("W/\"")]
    [InlineData("w/\"a\"")]
    [InlineData("W/a")]
    [InlineData("W \"a\"")]
    [InlineData("\"a")]
    [InlineData("a\"")]
    [InlineData("\"a b\"")]
    [InlineData("\"a\tb\"")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\u007F\"")]
    [InlineData("'a'")]
    public void What_is_no_tag_is_refused(string text) => Assert.False(EntityTag.IsValid(Latin.Bytes(text)));

    // The table of RFC 9110 section 8.8.3.2.
    [Theory]
    [InlineData("W/\"1\"", "W/\"1\"", false, true)]
    [InlineData("W/\"1\"", "W/\"2\"", false, false)]
    [InlineData("W/\"1\"", "\"1\"", false, true)]
    [InlineData("\"1\"", "W/\"1\"", false, true)]
    [InlineData("\"1\"", "\"1\"", true, true)]
    [InlineData("\"1\"", "\"2\"", false, false)]
    [InlineData("\"a\"", "\"A\"", false, false)]
    public void Comparison_is_as_in_the_table(string left, string right, bool strong, bool weak)
    {
        Assert.Equal(strong, EntityTag.StrongEquals(Latin.Bytes(left), Latin.Bytes(right)));
        Assert.Equal(weak, EntityTag.WeakEquals(Latin.Bytes(left), Latin.Bytes(right)));
    }

    [Theory]
    [InlineData("*")]
    [InlineData(" * ")]
    [InlineData("\"tag\"")]
    [InlineData("\"x\",\"tag\"")]
    [InlineData("\"tag\" , \"x\"")]
    [InlineData(",, \"x\",\t,\"tag\",")]
    [InlineData("W/\"x\",\"tag\"")]
    [InlineData("\"a,b\",\"tag\"")]
    [InlineData("\"back\\\",\"tag\"")]
    [InlineData("junk, \"tag\"")]
    [InlineData("\"junk\"junk, \"tag\"")]
    public void A_list_that_names_the_tag_matches(string list)
    {
        Assert.True(Matches(list, "\"tag\"", strong: true));
        Assert.True(Matches(list, "\"tag\"", strong: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("tag")]
    [InlineData("\"tag")]
    [InlineData("\"Tag\"")]
    [InlineData("\"x\"")]
    [InlineData("\"x,\"tag\"\"")]
    [InlineData("\"x\", *")]
    [InlineData("**")]
    [InlineData("\"a, \"tag")]
    [InlineData("\"tag\"junk")]
    public void A_list_that_does_not_name_the_tag_does_not_match(string list)
    {
        Assert.False(Matches(list, "\"tag\"", strong: true));
        Assert.False(Matches(list, "\"tag\"", strong: false));
    }

    [Fact]
    public void A_weak_tag_in_a_list_matches_only_weakly()
    {
        Assert.True(Matches("W/\"tag\"", "\"tag\"", strong: false));
        Assert.False(Matches("W/\"tag\"", "\"tag\"", strong: true));
    }

    [Fact]
    public void A_tag_inside_of_another_one_is_not_taken_for_one() =>
        Assert.False(
            Matches("\"a,b\"", "\"b\"", strong: false) || Matches("\"a,b\"", "\"a\"", strong: false));

    [Fact]
    public void A_list_matches_exactly_the_tags_that_were_put_in()
    {
        var tag = Gen.Select(
            Gen.Bool,
            Gen.Char["ab,\\/W*"].Array[0, 3],
            (weak, text) => $"{(weak ? "W/" : "")}\"{new string(text)}\"");
        Gen.Select(tag.Array[0, 6], tag).Sample(
            (tags, wanted) =>
            {
                var list = string.Join(" ,", tags);
                var weakly = tags.Any(one => one.TrimStart('W', '/') == wanted.TrimStart('W', '/'));
                var strongly = wanted[0] != 'W' && tags.Contains(wanted);
                Assert.Equal(weakly, Matches(list, wanted, strong: false));
                Assert.Equal(strongly, Matches(list, wanted, strong: true));
            },
            iter: 5_000);
    }

    private static bool Matches(string list, string tag, bool strong) =>
        EntityTag.ListMatches(Latin.Bytes(list), Latin.Bytes(tag), strong);
}
