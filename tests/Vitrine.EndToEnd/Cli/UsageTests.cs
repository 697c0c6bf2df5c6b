using Vitrine.EndToEnd.Support;

namespace Vitrine.EndToEnd.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Help_names_every_option()
    {
        using var vitrine = VitrineProcess.Start("--help");
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        await vitrine.SaysAsync(line => line.Contains("FOLDER", StringComparison.Ordinal));
        string[] options =
        [
            "-p, --port", "--host", "--public", "-o, --open", "-q, --quiet", "--wire", "--log", "--workers",
            "--cache-mb", "--watch", "--no-listing", "--no-server-header", "--transport", "--limit", "--admin",
            "--user", "--sandbox", "--no-sandbox", "--check-sandbox", "--version", "--help", "VITRINE_",
        ];
        foreach (var option in options)
            await vitrine.SaysAsync(line => line.Contains(option, StringComparison.Ordinal));
        // No default that nobody may give.
        Assert.DoesNotContain(vitrine.Lines, line => line.Contains("default: -1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Version_is_one_line_with_a_number()
    {
        using var vitrine = VitrineProcess.Start("--version");
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        await vitrine.SaysAsync(_ => true);
        Assert.Matches(@"^\d+\.\d+\.\d+", Assert.Single(vitrine.Lines));
    }

    [Fact]
    public async Task An_unknown_option_is_a_usage_error_that_names_it_and_the_help()
    {
        var error = await FailAsync(2, folder.Root, "--nope");
        Assert.Contains("--nope", error, StringComparison.Ordinal);
        Assert.Contains("vitrine --help", error, StringComparison.Ordinal);
    }

    // As with a variable that is not set: it must not come to all addresses.
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_empty_host_is_a_usage_error(string host) =>
        Assert.Contains("--host", await FailAsync(2, folder.Root, "--host", host), StringComparison.Ordinal);

    [Fact]
    public async Task An_unknown_option_alone_is_not_taken_for_a_folder()
    {
        var error = await FailAsync(2, "--nope");
        Assert.Contains("--nope", error, StringComparison.Ordinal);
        Assert.Contains("vitrine --help", error, StringComparison.Ordinal);
        Assert.DoesNotContain("does not exist", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@site", "'@site' does not exist")]
    [InlineData("[suggest]", "write './[suggest]'")]
    public async Task What_the_command_line_library_has_a_meaning_for_is_a_name_here(string name, string complaint)
    {
        var error = await FailAsync(2, name);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port", "65536")]
    [InlineData("--port", "many")]
    [InlineData("--port", "-1")]
    [InlineData("--log", "fancy")]
    [InlineData("--workers", "9999")]
    [InlineData("--host", "300.300.300.300")]
    public async Task A_value_that_makes_no_sense_is_a_usage_error(string option, string value)
    {
        var error = await FailAsync(2, folder.Root, option, value);
        Assert.Contains(value, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VITRINE_PORT", "65536")]
    [InlineData("VITRINE_PORT", "http")]
    [InlineData("PORT", "http")]
    [InlineData("VITRINE_LOG", "fancy")]
    [InlineData("VITRINE_TRANSPORT", "pigeon")]
    [InlineData("VITRINE_WORKERS", "many")]
    [InlineData("VITRINE_HOST", "300.300.300.300")]
    [InlineData("VITRINE_NO_LISTING", "2")]
    [InlineData("VITRINE_PUBLIC", "maybe")]
    public async Task A_value_in_the_environment_that_makes_no_sense_is_a_usage_error(
        string variable, string value)
    {
        var setting = new VitrineProcess.Setting { Environment = new() { [variable] = value } };
        using var vitrine = VitrineProcess.Start(setting, folder.Root);
        var error = await FailAsync(2, vitrine);
        Assert.Contains($"'{value}'", error, StringComparison.Ordinal);
        Assert.Contains(variable, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Public_and_host_exclude_each_other()
    {
        var error = await FailAsync(2, folder.Root, "--public", "--host", "127.0.0.1");
        Assert.Contains("--public and --host", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--open", "--sandbox", "strict")]
    [InlineData("--no-sandbox", "--sandbox", "strict")]
    public async Task Options_that_exclude_each_other_are_a_mistake(params string[] args)
    {
        var error = await FailAsync(2, [folder.Root, .. args]);
        Assert.Contains($"{args[0]} and {args[1]} exclude each other", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VITRINE_PUBLIC", "VITRINE_HOST", "127.0.0.1")]
    [InlineData("VITRINE_OPEN", "VITRINE_SANDBOX", "strict")]
    [InlineData("VITRINE_NO_SANDBOX", "VITRINE_SANDBOX", "strict")]
    public async Task Variables_that_exclude_each_other_are_a_mistake(string flag, string other, string value)
    {
        var setting = new VitrineProcess.Setting { Environment = new() { [flag] = "1", [other] = value } };
        using var vitrine = VitrineProcess.Start(setting, folder.Root);
        var error = await FailAsync(2, vitrine);
        Assert.Contains($"{flag} and {other} exclude each other", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("VITRINE_OPEN")]
    [InlineData("VITRINE_NO_SANDBOX")]
    public async Task A_sandbox_that_the_command_line_asks_for_is_there_whatever_the_environment_says(string flag)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux has sandboxes.");
        var setting = new VitrineProcess.Setting { Environment = new() { [flag] = "1" } };
        using var vitrine = VitrineProcess.Start(
            setting, folder.Root, "--port", "0", "--sandbox", "strict", "--check-sandbox");
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        Assert.DoesNotContain(vitrine.Lines, line => line.StartsWith("ALLOWED", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--sandbox")]
    [InlineData("--sandbox=")]
    [InlineData("--sandbox", "strict", "--sandbox", "none")]
    [InlineData("--host")]
    [InlineData("--log", "json", "--log", "json")]
    public async Task An_option_without_a_value_or_with_two_is_a_mistake(params string[] args)
    {
        var error = await FailAsync(2, [folder.Root, .. args]);
        Assert.Contains("--", error, StringComparison.Ordinal);
    }

    // As in "vitrine --help | head -1", and on a disk that is full.
    [Theory]
    [InlineData("--help", "\"$@\" | true", 0)]
    [InlineData("--version", "\"$@\" | true", 0)]
    [InlineData("--help", "exec \"$@\" >/dev/full", 1)]
    [InlineData("--version", "exec \"$@\" >/dev/full", 1)]
    public async Task What_nobody_reads_is_no_bug(string option, string how, int expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/dev/full is Linux's.");
        var setting = new VitrineProcess.Setting
        {
            Before = [Tool.Require("bash"), "-c", $"set -o pipefail; {how}", "0"],
        };
        using var vitrine = VitrineProcess.Start(setting, option);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(expected, exit);
        Assert.Equal(expected == 0 ? "" : "vitrine: could not print it: No space left on device.\n", errors);
    }

    [Theory]
    [InlineData("--prot", "--prot", "80")]
    [InlineData("--quiet=maybe", "--quiet takes no value", "samples")]
    [InlineData("-x", "write './-x'", "samples")]
    public async Task A_wrong_flag_is_blamed_and_not_what_follows_it(string flag, string complaint, string next)
    {
        var error = await FailAsync(2, flag, next);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--prot", "Did you mean '--port'?")]
    [InlineData("--no-listng", "Did you mean '--no-listing'?")]
    [InlineData("--cachemb", "Did you mean '--cache-mb'?")]
    public async Task A_misspelt_option_is_told_the_one_that_was_meant(string option, string expected)
    {
        foreach (string[] args in new[] { [folder.Root, option], [option, "8080"], new[] { $"{option}=80" } })
            Assert.Contains(expected, await FailAsync(2, args), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_too_many_is_blamed_and_not_the_folder()
    {
        Assert.Contains(
            $"'serve' is one word too many: write 'vitrine {folder.Root}'",
            await FailAsync(2, "serve", folder.Root),
            StringComparison.Ordinal);
        Assert.Contains(
            "'again' is one word too many", await FailAsync(2, folder.Root, "again"), StringComparison.Ordinal);
        Assert.Contains(
            "one folder is served, and these are 2", await FailAsync(2, "serve", "none"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_looks_like_an_option_can_be_named_behind_two_dashes()
    {
        folder.Write("--x/a.txt", "served");
        var setting = new VitrineProcess.Setting { WorkingDirectory = folder.Root };
        using var vitrine = VitrineProcess.Start(setting, "--port", "0", "--", "--x");
        await vitrine.IsReadyAsync();
        Assert.Equal("served", Servers.Ask(vitrine.Port, RawClient.Get("/a.txt")).Text);
    }

    [Fact]
    public async Task Who_asks_for_help_gets_it_whatever_else_is_wrong()
    {
        using var vitrine = VitrineProcess.Start("-h", "--nope", "a", "b");
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        await vitrine.SaysAsync(line => line.Contains("--port", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_misspelt_folder_is_told_the_one_that_was_meant()
    {
        folder.Write("site/a.txt", "");
        Assert.Contains(
            "Did you mean 'site'?", await FailAsync(2, folder.PathOf("sitee")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_terminal_would_obey_is_said_without_that()
    {
        var error = await FailAsync(2, folder.PathOf("no\e[31m"));
        Assert.Contains("no\\u001b[31m", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-v")]
    [InlineData("-V")]
    public async Task Version_has_a_short_name(string option)
    {
        using var vitrine = VitrineProcess.Start(option);
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        Assert.Matches(@"^\d+\.\d+\.\d+", Assert.Single(vitrine.Lines));
    }

    [Fact]
    public async Task All_addresses_of_ipv6_are_all_addresses()
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root, "--host", "::");
        Assert.Equal(200, Servers.Ask(vitrine.Port, RawClient.Get("/")).Status); // which asks 127.0.0.1
    }

    // What the help and the README say of the same thing.
    [Fact]
    public async Task Help_and_readme_agree_on_exit_codes_switches_and_the_sandbox()
    {
        using var vitrine = VitrineProcess.Start("--help");
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        var help = OneLine(string.Join(' ', vitrine.Lines));
        var readme = OneLine(await File.ReadAllTextAsync(
            Repository.PathOf("README.md"), TestContext.Current.CancellationToken));
        string[] sayings =
        [
            "130 or 143 when a second one ends it at once", "1, true, yes or on", "0, false, no or off",
            "what every program reads of its system",
            "reads what is around the folder too, so that another can take its place",
        ];
        foreach (var saying in sayings)
        {
            Assert.Contains(saying, help, StringComparison.Ordinal);
            Assert.Contains(saying, readme, StringComparison.Ordinal);
        }

        static string OneLine(string text) =>
            string.Join(' ', text.Replace("`", "", StringComparison.Ordinal)
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_missing_folder_is_a_usage_error()
    {
        var error = await FailAsync(2, folder.PathOf("missing"));
        Assert.Contains("missing' does not exist", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_a_file_is_a_usage_error()
    {
        var error = await FailAsync(2, folder.Write("a.txt", "a"));
        Assert.Contains("a.txt' is a file, not a folder", error, StringComparison.Ordinal);
        error = await FailAsync(2, folder.PathOf("a.txt") + "/");
        Assert.Contains("a.txt/' is a file, not a folder", error, StringComparison.Ordinal);
    }

    // One line on the standard error, nothing on the standard output.
    private static async Task<string> FailAsync(int exitCode, params string[] args)
    {
        using var vitrine = VitrineProcess.Start(args);
        return await FailAsync(exitCode, vitrine);
    }

    private static async Task<string> FailAsync(int exitCode, VitrineProcess vitrine)
    {
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(exitCode, exit);
        Assert.Empty(vitrine.Lines);
        Assert.StartsWith("vitrine: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        return errors;
    }
}
