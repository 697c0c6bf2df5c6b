using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

/// <summary>
/// Each way in which the command can be started, and each place in which the runtime can lie, sandbox on: what is
/// loaded late has to be readable then.
/// </summary>
public sealed class WaysToStartTests : IDisposable
{
    private static readonly TimeSpan PatienceWithBuild = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder site = new();
    private readonly TemporaryFolder elsewhere = new();

    public WaysToStartTests()
    {
        Assert.SkipWhen(VitrineProcess.IsNative, "A native build needs no runtime.");
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is a sandbox on Linux alone.");
        site.Write("HelloWorld.html", "<h1>Hello</h1>");
    }

    public void Dispose()
    {
        site.Dispose();
        elsewhere.Dispose();
    }

    [Theory]
    [InlineData("follow")]
    [InlineData("strict")]
    [InlineData("sealed")]
    public Task By_the_app_host(string sandbox) => ServesAsync(VitrineProcess.CommandLine(), sandbox: sandbox);

    [Fact]
    public Task By_dotnet() => ServesAsync([Path.Combine(VitrineProcess.RuntimeRoot, "dotnet"), Assembly]);

    [Fact]
    public Task By_a_link_to_dotnet()
    {
        File.CreateSymbolicLink(elsewhere.PathOf("dotnet"), Path.Combine(VitrineProcess.RuntimeRoot, "dotnet"));
        return ServesAsync([elsewhere.PathOf("dotnet"), Assembly]);
    }

    [Fact]
    public Task With_a_link_to_the_runtime()
    {
        Directory.CreateSymbolicLink(elsewhere.PathOf("dotnet"), VitrineProcess.RuntimeRoot);
        return ServesAsync(VitrineProcess.CommandLine(), elsewhere.PathOf("dotnet"));
    }

    [Fact]
    public async Task With_a_runtime_in_a_home()
    {
        var home = elsewhere.PathOf("home/someone/.dotnet");
        CopyRuntime((from, to) => File.Copy(from, to), home);
        await ServesAsync(VitrineProcess.CommandLine(), home);
        await ServesAsync([Path.Combine(home, "dotnet"), Assembly], home);
    }

    // As package managers do that put files of many packages into one folder.
    [Fact]
    public Task With_a_runtime_whose_files_are_links()
    {
        var folder = elsewhere.PathOf("profile/dotnet");
        CopyRuntime((from, to) => File.CreateSymbolicLink(to, from), folder);
        return ServesAsync(VitrineProcess.CommandLine(), folder);
    }

    [Theory]
    [InlineData("--no-self-contained")]
    [InlineData("--self-contained")]
    public async Task As_a_single_file(string kind)
    {
        await BuildAsync(
            "publish", "-r", System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier, kind,
            "-p:PublishSingleFile=true", "-o", elsewhere.PathOf("bin"));
        await ServesAsync([elsewhere.PathOf("bin/vitrine")]);
    }

    [Fact]
    public async Task As_a_tool()
    {
        await BuildAsync(
            "pack", "-p:PackAsTool=true", "-p:ToolCommandName=vitrine", "-o", elsewhere.PathOf("packages"));
        await RunDotnetAsync(
            "tool", "install", "vitrine", "--tool-path", elsewhere.PathOf("tools"), "--source",
            elsewhere.PathOf("packages"));
        await ServesAsync([elsewhere.PathOf("tools/vitrine")]);
    }

    // What is still to be loaded when the disk, or a sandbox around this one, does not let it.
    [Fact]
    public async Task A_part_that_cannot_be_loaded_is_said_in_a_sentence()
    {
        var late = Path.Combine(AppContext.BaseDirectory, "Vitrine.Site.dll");
        var setting = VitrineProcess.Setting.Traced("-P", late, "-e", "inject=openat,open:error=EACCES");
        using var vitrine = VitrineProcess.Start(setting, site.Root, "--port", "0");
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(1, exit);
        Assert.StartsWith("vitrine: a part of this program or of .NET cannot be loaded", errors);
        Assert.Contains("Vitrine.Site", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    private static string Assembly => Path.Combine(AppContext.BaseDirectory, "vitrine.dll");

    // The pages, and what is needed late: a listing, an error page, a refusal on the standard error, the end.
    private async Task ServesAsync(string[] way, string? runtime = null, string sandbox = "follow")
    {
        var setting = new VitrineProcess.Setting
        {
            Way = way,
            Environment = { ["DOTNET_ROOT"] = runtime ?? VitrineProcess.RuntimeRoot },
        };
        using var vitrine = await VitrineProcess.ServeAsync(setting, site.Root, "--sandbox", sandbox, "--watch");
        Assert.Contains(vitrine.Lines, line => line.StartsWith("  Sandbox reads ", StringComparison.Ordinal));
        Assert.Equal("<h1>Hello</h1>", Servers.Ask(vitrine.Port, RawClient.Get("/HelloWorld.html")).Text);
        Assert.Equal(404, Servers.Ask(vitrine.Port, RawClient.Get("/NotAFile.html")).Status);
        Assert.Equal(200, Servers.Ask(vitrine.Port, RawClient.Get("/")).Status);
        Assert.Equal(400, Servers.Ask(vitrine.Port, RawClient.Get("/%00")).Status);
        await vitrine.ComplainsAsync(" refused ");
        vitrine.Send(VitrineProcess.Signal.Interrupt);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(0, exit);
        Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }

    private static void CopyRuntime(Action<string, string> copy, string to)
    {
        var version = Environment.Version.ToString();
        string[] parts = ["dotnet", $"host/fxr/{version}", $"shared/Microsoft.NETCore.App/{version}"];
        foreach (var part in parts)
        {
            var from = Path.Combine(VitrineProcess.RuntimeRoot, part);
            var files = File.Exists(from) ? [from] : Directory.GetFiles(from);
            foreach (var file in files)
            {
                var place = Path.Combine(to, Path.GetRelativePath(VitrineProcess.RuntimeRoot, file));
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                copy(file, place);
            }
        }
    }

    // Of a copy, so that what the tests run, and the lock files, stay as they are.
    private Task BuildAsync(string verb, params string[] args)
    {
        string[] sources = ["src", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"];
        foreach (var file in sources.SelectMany(FilesOf))
            elsewhere.Write(file, File.ReadAllBytes(Repository.PathOf(file)));
        return RunDotnetAsync(
            [verb, elsewhere.PathOf("src/Vitrine.Cli"), "-c", "Release", "-p:PublishAot=false", .. args]);
    }

    private static IEnumerable<string> FilesOf(string name) => File.Exists(Repository.PathOf(name))
        ? [name]
        : Directory.EnumerateFiles(Repository.PathOf(name), "*", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Repository.Root, path));

    private static async Task RunDotnetAsync(params string[] args)
    {
        var dotnet = Path.Combine(VitrineProcess.RuntimeRoot, "dotnet");
        var (exit, output, errors) = await Tool.RunAsync(PatienceWithBuild, dotnet, args);
        Assert.True(exit == 0, output + errors);
    }
}
