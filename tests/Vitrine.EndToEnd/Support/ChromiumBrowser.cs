using Microsoft.Playwright;

namespace Vitrine.EndToEnd.Support;

/// <summary>Headless Chromium, the system's own; a page of it that writes down every complaint.</summary>
internal sealed class ChromiumBrowser : IAsyncDisposable
{
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly List<string> complaints = [];

    private ChromiumBrowser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        this.playwright = playwright;
        this.browser = browser;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is not ("error" or "warning")) return;
            // That a site has an icon is the browser's own wish; nothing in the page asks for one.
            if (!message.Location.Contains("/favicon.ico", StringComparison.Ordinal))
                Add($"{message.Location}: {message.Text}");
        };
        page.PageError += (_, error) => Add(error);
        page.RequestFailed += (_, request) => Add($"{request.Url}: {request.Failure}");
    }

    public IPage Page { get; }

    /// <summary>Errors on the console, of scripts, of loading, and violations of a policy.</summary>
    public string[] Complaints
    {
        get
        {
            lock (complaints) return [.. complaints];
        }
    }

    /// <summary>Starts it, in the home of another user than its own if need be.</summary>
    public static async Task<ChromiumBrowser> StartAsync(string? home = null)
    {
        var path = Tool.Require("chromium", "chromium-browser", "google-chrome");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = path,
            Headless = true,
            Timeout = 30_000,
            Env = home is null ? null : new Dictionary<string, string>
            {
                ["HOME"] = home,
                ["PATH"] = Environment.GetEnvironmentVariable("PATH") ?? "",
            },
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--no-proxy-server",
            ],
        });
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(20_000);
        var chromium = new ChromiumBrowser(playwright, browser, page);
        await page.ExposeFunctionAsync("reportViolation", (string what) => chromium.Add(what));
        await page.AddInitScriptAsync("""
            document.addEventListener('securitypolicyviolation',
                violation => window.reportViolation('CSP: ' + violation.violatedDirective));
            """);
        return chromium;
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private void Add(string complaint)
    {
        lock (complaints) complaints.Add(complaint);
    }
}
