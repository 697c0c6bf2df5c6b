using Vitrine.EndToEnd.Support;
using Vitrine.Http;

namespace Vitrine.EndToEnd.Cli;

public sealed class LimitOptionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public LimitOptionTests() => folder.Write("a.txt", "served");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_help_lists_every_limit_with_its_default()
    {
        using var vitrine = VitrineProcess.Start("--help");
        Assert.Equal((0, ""), await vitrine.EndsAsync());
        foreach (var limit in LimitList.All)
        {
            var start = $"  {limit.OptionName} ";
            var line = Assert.Single(vitrine.Lines, line => line.StartsWith(start, StringComparison.Ordinal));
            Assert.Contains($" {limit.Get(new Limits())}  {limit.Meaning}", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_that_is_set_counts()
    {
        using var vitrine = await VitrineProcess.ServeAsync(
            folder.Root, "--limit", "connections=1", "--limit", "request-line-bytes=100", "--workers", "1");
        using var first = new RawClient(vitrine.Port);
        Assert.Equal(200, first.Ask(RawClient.Get("/a.txt")).Status);
        first.Send(RawClient.Upload);
        await Eventually.IsTrue(() => Servers.Ask(vitrine.Port, "").Status == 503, "that there is no room");
        first.Send("hello");
        Assert.Equal(405, first.ReadReply().Status);
        Assert.Equal(414, first.Ask(RawClient.Get("/" + new string('a', 100))).Status);
    }

    [Theory]
    [InlineData("connections=0")]
    [InlineData("connections=many")]
    [InlineData("conections=5")]
    public async Task One_that_is_none_is_refused(string assignment)
    {
        using var vitrine = VitrineProcess.Start(folder.Root, "--port", "0", "--limit", assignment);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(2, exit);
        Assert.Contains($"not '{assignment}'", errors, StringComparison.Ordinal);
    }
}
