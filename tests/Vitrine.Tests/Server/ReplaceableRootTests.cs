using Vitrine.Server.Confinement;

namespace Vitrine.Tests.Server;

/// <summary>What a sandbox lets read so that the folder that is served can be replaced.</summary>
public sealed class ReplaceableRootTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("vitrine-").FullName;

    public ReplaceableRootTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no sandbox on Windows, and its paths are others.");
        Directory.CreateDirectory(PathOf("app/releases/7/public"));
        Directory.CreateSymbolicLink(PathOf("app/current"), "releases/7");
        Directory.CreateSymbolicLink(PathOf("there"), PathOf("app/current/public"));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void It_is_the_folder_around_it() => Assert.Equal([PathOf("app")], Around("app/releases"));

    [Fact]
    public void It_is_what_is_around_each_link_on_the_way_too()
    {
        Assert.Equal([PathOf("app"), PathOf("app/releases")], Around("app/current"));
        Assert.Equal([PathOf("app"), PathOf("app/releases/7")], Around("app/current/public"));
        Assert.Equal([root, PathOf("app"), PathOf("app/releases/7")], Around("there"));
    }

    // Of what would be too much it is the folder alone.
    [Theory]
    [InlineData("/var/www", "/var/www")]
    [InlineData("/home/somebody", "/home/somebody")]
    [InlineData("/home/somebody/site", "/home/somebody/site")]
    [InlineData("/etc/site/public", "/etc/site/public")]
    [InlineData("/root/site", "/root/site")]
    [InlineData("/site", "/site")]
    [InlineData("/", "/")]
    [InlineData("/srv/site", "/srv")] // the controls
    [InlineData("/home/somebody/project/dist", "/home/somebody/project")]
    [InlineData("/var/www/site", "/var/www")]
    public void It_is_never_a_home_or_settings_or_the_system(string path, string expected) =>
        Assert.Equal([expected], ReplaceableRoot.Around(path));

    [Fact]
    public void It_is_never_the_home_of_who_runs_it_or_what_has_it_inside()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        Assert.SkipWhen(home.Length == 0, "Who runs this has no home.");
        var site = Path.Combine(home, "site-that-is-not-there");
        Assert.Equal([site], ReplaceableRoot.Around(site));
    }

    private IReadOnlyList<string> Around(string path) => ReplaceableRoot.Around(PathOf(path));

    private string PathOf(string path) => Path.Combine(root, path);
}
