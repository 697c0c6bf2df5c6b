using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Tests.Site;

public class ListingTests
{
    [Fact]
    public void Folders_come_first_and_names_are_sorted_without_regard_to_case()
    {
        var page = Page("/", File("b"), File("A"), Folder("z"), File("a"), Folder("Y"), File("B"), File("_"));
        Assert.Equal(["Y/", "z/", "A", "a", "B", "b", "_"], Names(page));
    }

    [Fact]
    public void Numbers_in_names_are_sorted_by_what_they_count()
    {
        string[] sorted =
        [
            "0", "00", "01", "1", "2", "10", "a", "a01b", "a1b", "a2", "a10", "b 9 x", "b 10 a", "B 10 b",
            "c99999999999999999999", "c100000000000000000000",
        ];
        Assert.Equal(sorted, Names(Page("/", [.. sorted.Reverse().Select(name => File(name))])));
    }

    [Fact]
    public void The_order_of_names_is_one()
    {
        var names = Gen.Char["0019aAbB -."].Array[0, 8].Select(letters => new string(letters));
        Gen.Select(names, names, names).Sample(
            (a, b, c) =>
            {
                var order = NaturalOrder.Instance;
                Assert.Equal(Math.Sign(order.Compare(a, b)), -Math.Sign(order.Compare(b, a)));
                Assert.Equal(a == b, order.Compare(a, b) == 0);
                if (order.Compare(a, b) <= 0 && order.Compare(b, c) <= 0) Assert.True(order.Compare(a, c) <= 0);
            },
            iter: 20_000);
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

    [Fact]
    public void A_time_that_says_nothing_is_not_shown()
    {
        var page = Page("/", new FolderEntry("a", FileKind.File, 0, null));
        Assert.Contains("<td class=\"n\">0 B</td><td class=\"n\"></td></tr>", page, StringComparison.Ordinal);
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
        const string Cut = "entries are shown";
        var empty = Page("/a/");
        Assert.Contains(Empty, empty, StringComparison.Ordinal);
        Assert.DoesNotContain("<table>", empty, StringComparison.Ordinal);
        Assert.Equal(["../"], Names(empty));
        Assert.DoesNotContain(Cut, Page("/", File("a")), StringComparison.Ordinal);
        var names = Enumerable.Range(0, 1_500).Select(i => new FolderList.Name($"{i}", false)).ToList();
        var cut = Page("/", FolderList.Of(names, 1, 0, hasMore: false, name => File(name)));
        Assert.DoesNotContain(Empty, cut, StringComparison.Ordinal);
        Assert.Contains("<p>1 of 1,500 entries are shown.</p>", cut, StringComparison.Ordinal);
        Assert.Equal(["0"], Names(cut));
        var more = Page("/", FolderList.Of(names, 1, 0, hasMore: true, name => File(name)));
        Assert.Contains("<p>1 of more than 100,000 entries are shown: ", more, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "<p>1 name cannot be shown: ")]
    [InlineData(2_000, "<p>2,000 names cannot be shown: ")]
    public void Names_that_cannot_be_shown_are_counted(int count, string? expected)
    {
        var page = Page("/", FolderList.Of([], 10, count, hasMore: false, name => File(name)));
        Assert.Equal(expected is not null, page.Contains("cannot be shown", StringComparison.Ordinal));
        if (expected is not null) Assert.Contains(expected, page, StringComparison.Ordinal);
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
                Assert.Equal([VisibleText.Of(text)], Names(page));
            },
            iter: 3_000);
    }

    [Theory]
    [InlineData("a\u001b[31m\r\n\t\u007f.txt", @"a\u001b[31m\r\n\t\u007f.txt")]
    [InlineData("a\u202etxt.exe\u2069\u0085", @"a\u202etxt.exe\u2069\u0085")]
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
        Page(
            path,
            FolderList.Of(
                [.. entries.Select(entry => new FolderList.Name(entry.Name, entry.IsFolder))],
                entries.Length,
                0,
                hasMore: false,
                name => entries.First(entry => entry.Name == name)));

    private static string Page(string path, FolderList list) =>
        Encoding.UTF8.GetString(Listing.Page(Encoding.UTF8.GetBytes(path), list));

    private static string Link(string page) =>
        WebUtility.HtmlDecode(Regex.Match(page, "<a href=\"([^\"]*)\">").Groups[1].Value);

    private static string[] Names(string page) =>
        [.. Regex.Matches(page, "<a href=\"[^\"]*\">([^<]*)</a>")
            .Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];
}
