using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Vitrine.Site;

namespace Vitrine.Tests.Site;

public class ListingTests
{
    [Fact]
    public void Folders_come_first_and_names_are_sorted_without_regard_to_case()
    {
        var page = Page("/", File("b"), File("A"), Folder("z"), File("a"), Folder("Y"), File("B"), File("_"));
        Assert.Equal(["Y/", "z/", "A", "a", "B", "b", "_"], Names(page));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1, "1 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 KB")]
    [InlineData(1_049, "1.0 KB")]
    [InlineData(1_050, "1.1 KB")]
    [InlineData(99_900, "99.9 KB")]
    [InlineData(99_960, "100 KB")]
    [InlineData(999_499, "999 KB")]
    [InlineData(1_000_000, "1.0 MB")]
    [InlineData(5_368_709_120, "5.4 GB")]
    [InlineData(2_000_000_000_000, "2.0 TB")]
    [InlineData(9_000_000_000_000_000_000, "9.0 EB")]
    public void A_size_is_told_in_a_unit_that_people_read(long bytes, string expected) =>
        Assert.Contains(
            $"<td class=\"n\">{expected}</td>", Page("/", File("a", bytes)), StringComparison.Ordinal);

    [Theory]
    [InlineData(999_999, "1.0 MB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(999_999_999, "1.0 GB")]
    public void A_size_that_is_rounded_up_to_the_next_unit_is_told_in_it(long bytes, string expected) =>
        Assert.Contains(
            $"<td class=\"n\">{expected}</td>", Page("/", File("a", bytes)), StringComparison.Ordinal);

    [Fact]
    public void A_folder_has_no_size()
    {
        var page = Page("/", Folder("a"));
        Assert.Contains("</a></th><td class=\"n\"></td>", page, StringComparison.Ordinal);
        Assert.Contains("</a></th><td class=\"n\">0 B</td>", Page("/", File("a")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_is_told_to_people_and_to_programs()
    {
        const string Expected =
            "<time datetime=\"2001-09-09T01:46:40Z\">2001-09-09<span class=\"t\"> 01:46</span></time>";
        var entry = new FolderEntry("a", FileKind.File, 0, 1_000_000_000);
        Assert.Contains(Expected, Page("/", entry), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(long.MinValue, "1970-01-01")]
    [InlineData(-1, "1970-01-01")]
    [InlineData(long.MaxValue, "9999-12-31")]
    public void A_time_that_no_calendar_has_does_not_spoil_the_page(long seconds, string expected)
    {
        var page = Page("/", new FolderEntry("a", FileKind.File, 0, seconds));
        Assert.Contains($">{expected}<span class=\"t\">", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_way_up_is_there_but_at_the_top()
    {
        Assert.Contains("<a href=\"../\">", Page("/a/", File("b")), StringComparison.Ordinal);
        Assert.DoesNotContain("<a href=\"../\">", Page("/", File("b")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_folder_and_one_that_is_cut_say_so()
    {
        const string Empty = "This folder is empty";
        const string Cut = "Only the first 1 entries";
        Assert.Contains(Empty, Page("/"), StringComparison.Ordinal);
        Assert.DoesNotContain(Cut, Page("/", File("a")), StringComparison.Ordinal);
        var cut = Encoding.UTF8.GetString(Listing.Page("/"u8, [File("a")], isCut: true));
        Assert.DoesNotContain(Empty, cut, StringComparison.Ordinal);
        Assert.Contains(Cut, cut, StringComparison.Ordinal);
    }

    [Fact]
    public void The_name_of_the_folder_is_escaped()
    {
        var page = Page("/<b>&/");
        Assert.Contains("<h1>Index of /&lt;b&gt;&amp;/</h1>", page, StringComparison.Ordinal);
        Assert.Contains("<title>Index of /&lt;b&gt;&amp;/</title>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b.txt", "./a%20b.txt")]
    [InlineData("javascript:alert(1)", "./javascript:alert(1)")]
    [InlineData("per%41cent", "./per%2541cent")]
    [InlineData("what?#", "./what%3F%23")]
    [InlineData("\"><script>", "./%22%3E%3Cscript%3E")]
    [InlineData("\u20AC", "./%E2%82%AC")]
    [InlineData("line\nbreak", "./line%0Abreak")]
    public void A_name_is_encoded_for_its_link(string name, string href) =>
        Assert.Equal(href, Link(Page("/", File(name))));

    // A browser reads "&lt;" in an attribute as "<".
    [Theory]
    [InlineData("a&lt;b.txt")]
    [InlineData("&amp;")]
    [InlineData("'&quot;'")]
    public void A_name_that_looks_like_a_character_reference_is_linked_as_it_is(string name) =>
        Assert.Equal("./" + name, Uri.UnescapeDataString(Link(Page("/", File(name)))));

    [Fact]
    public void Whatever_a_name_holds_the_page_shows_it_and_links_to_it()
    {
        var name = Gen.OneOf<char>(Gen.Char["<>&\"'%?#: \n;ampltquo"], Gen.Char['\u0001', '\u2FFF'])
            .Array[1, 12].Select(letters => new string(letters).Replace('/', '-'));
        name.Sample(
            text =>
            {
                var page = Page("/", File(text));
                Assert.Equal("./" + text, Uri.UnescapeDataString(Link(page)));
                Assert.Equal([Listing.Visible(text)], Names(page));
            },
            iter: 3_000);
    }

    [Theory]
    [InlineData("a\u001b[31m\r\n\u007f.txt", "a\u241b[31m\u240d\u240a\u2421.txt")]
    [InlineData("a\u202etxt.exe\u2069\u0085", "a\ufffdtxt.exe\ufffd\ufffd")]
    [InlineData("\u00e9\u4e16 -~", "\u00e9\u4e16 -~")]
    public void Nothing_in_a_name_commands_a_terminal_or_turns_text_round(string name, string shown)
    {
        Assert.Equal([shown], Names(Page("/", File(name))));
        var page = WebUtility.HtmlDecode(Page($"/{name}/"));
        Assert.Contains($"<h1>Index of /{shown}/</h1>", page, StringComparison.Ordinal);
    }

    private static FolderEntry File(string name, long length = 0) => new(name, FileKind.File, length, 0);

    private static FolderEntry Folder(string name) => new(name, FileKind.Folder, 4096, 0);

    private static string Page(string path, params FolderEntry[] entries) =>
        Encoding.UTF8.GetString(Listing.Page(Encoding.UTF8.GetBytes(path), [.. entries], isCut: false));

    private static string Link(string page) =>
        WebUtility.HtmlDecode(Regex.Match(page, "<a href=\"([^\"]*)\">").Groups[1].Value);

    private static string[] Names(string page) =>
        [.. Regex.Matches(page, "<a href=\"[^\"]*\">([^<]*)</a>")
            .Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
}
