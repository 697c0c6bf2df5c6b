using Microsoft.Playwright;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Clients;

public sealed class ChromiumTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Chromium_shows_the_hello_page()
    {
        await using var server = await WebServer.StartAsync(
            Servers.Options(Repository.Samples, TransportKind.Auto));
        await using var chromium = await ChromiumBrowser.StartAsync();
        var page = chromium.Page;

        var reply = await page.GotoAsync(UrlOf(server, "HelloWorld.html"));

        Assert.Equal(200, reply?.Status);
        Assert.Equal("Hello, World", await page.TitleAsync());
        var heading = page.GetByRole(AriaRole.Heading, new() { Name = "Hello, World!" });
        Assert.True(await heading.IsVisibleAsync());
        // The page's own style is at work: plain headings are 2em, which is 32px.
        Assert.Equal("56px", await heading.EvaluateAsync<string>("e => getComputedStyle(e).fontSize"));
        Assert.Empty(chromium.Complaints);
    }

    [Fact]
    public async Task Chromium_shows_the_sites_404_page_and_its_link_leads_on()
    {
        await using var server = await WebServer.StartAsync(
            Servers.Options(Repository.Samples, TransportKind.Auto));
        await using var chromium = await ChromiumBrowser.StartAsync();
        var page = chromium.Page;

        var reply = await page.GotoAsync(UrlOf(server, "NotAFile.html"));

        Assert.Equal(404, reply?.Status);
        Assert.True(
            await page.GetByRole(AriaRole.Heading, new() { Name = "404 Not Found" }).IsVisibleAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "Say hello instead." }).ClickAsync();
        await page.WaitForURLAsync("**/HelloWorld.html");
        Assert.Contains("Hello, World!", await page.InnerTextAsync("body"), StringComparison.Ordinal);
        Assert.Empty(ComplaintsBut404(chromium, UrlOf(server, "NotAFile.html")));
    }

    [Fact]
    public async Task Chromium_shows_our_own_404_page()
    {
        folder.Write("a.txt", "a");
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        await using var chromium = await ChromiumBrowser.StartAsync();

        var reply = await chromium.Page.GotoAsync(UrlOf(server, "missing"));

        Assert.Equal(404, reply?.Status);
        var text = await chromium.Page.InnerTextAsync("body");
        Assert.Contains("404", text, StringComparison.Ordinal);
        Assert.Contains("There is nothing at this address.", text, StringComparison.Ordinal);
        Assert.Empty(ComplaintsBut404(chromium, UrlOf(server, "missing")));
    }

    [Fact]
    public async Task Chromium_shows_a_listing_and_its_links_work_by_click()
    {
        string[] names =
        [
            "50% off?#1.txt", "a&b <i>.txt", "größe.txt", "javascript:alert(1).txt", "plain.txt",
        ];
        foreach (var name in names) folder.Write($"dir/{name}", $"this is {name}");
        folder.Write("dir/sub folder/deep.txt", "this is deep");
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        await using var chromium = await ChromiumBrowser.StartAsync();
        var page = chromium.Page;

        var reply = await page.GotoAsync(UrlOf(server, "dir"));
        Assert.Equal(200, reply?.Status);
        Assert.Equal(UrlOf(server, "dir/"), page.Url);
        Assert.Equal("Index of /dir/", await page.TitleAsync());
        var links = await page.GetByRole(AriaRole.Link).AllInnerTextsAsync();
        Assert.Equal(["../", "sub folder/", .. names], links);
        var columns = await page.GetByRole(AriaRole.Columnheader).AllInnerTextsAsync();
        Assert.Equal(["Name", "Size", "Modified (UTC)"], columns);
        // The style that the page's own policy allows is at work.
        Assert.Equal("collapse", await page.Locator("table").EvaluateAsync<string>(
            "e => getComputedStyle(e).borderCollapse"));

        foreach (var name in names)
        {
            await page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();
            await Assertions.Expect(page.Locator("body")).ToHaveTextAsync($"this is {name}");
            await page.GotoAsync(UrlOf(server, "dir/"));
        }
        await page.GetByRole(AriaRole.Link, new() { Name = "sub folder/" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "deep.txt" }).ClickAsync();
        await Assertions.Expect(page.Locator("body")).ToHaveTextAsync("this is deep");
        Assert.Equal(UrlOf(server, "dir/sub%20folder/deep.txt"), page.Url);
        await page.GotoAsync(UrlOf(server, "dir/sub%20folder/"));
        await page.GetByRole(AriaRole.Link, new() { Name = "../" }).ClickAsync();
        await Assertions.Expect(page).ToHaveTitleAsync("Index of /dir/");
        Assert.Equal(UrlOf(server, "dir/"), page.Url);
        Assert.Empty(chromium.Complaints);
    }

    [Fact]
    public async Task A_violation_of_the_policy_would_be_seen()
    {
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        await using var chromium = await ChromiumBrowser.StartAsync();
        await chromium.Page.GotoAsync(UrlOf(server, ""));
        Assert.Empty(chromium.Complaints);

        await chromium.Page.EvaluateAsync("""
            const image = document.createElement('img');
            image.src = '/picture.png';
            document.body.append(image);
            """);
        await Eventually.IsTrue(
            () => chromium.Complaints.Any(
                complaint => complaint.StartsWith("CSP: img-src", StringComparison.Ordinal)),
            "the violation");
    }

    private static string UrlOf(WebServer server, string target) =>
        $"http://127.0.0.1:{server.Port}/{target}";

    // Chromium itself complains of the status, once, which is the page that was asked for.
    private static IEnumerable<string> ComplaintsBut404(ChromiumBrowser chromium, string url) =>
        chromium.Complaints.Where(complaint => !(complaint.StartsWith(url, StringComparison.Ordinal)
            && complaint.EndsWith("status of 404 (Not Found)", StringComparison.Ordinal)));
}
