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

    [Theory]
    [InlineData("request-line-bytes=2048", "head-bytes=4096")]
    [InlineData("head-bytes=4096", "request-line-bytes=2048")]
    public async Task Several_have_to_make_sense_together_alone(string one, string other)
    {
        using var vitrine = await VitrineProcess.ServeAsync(folder.Root, "--limit", one, "--limit", other);
        var reply = Servers.Ask(vitrine.Port, RawClient.Get("/a.txt", $"X: {new string('x', 5_000)}\r\n"));
        Assert.Equal(431, reply.Status);
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
    [InlineData("connections=0", "connections cannot be 0. It has to be 1 to ")]
    [InlineData("head-bytes=4096", "head-bytes cannot be 4096. It has to be 8192 to 16777216.")]
    [InlineData("connections=many", "connections takes a whole number, 0 or more and not too large, not 'many'")]
    [InlineData("conections=5", "no limit 'conections'; 'vitrine --help' lists them. Did you mean 'connections'?")]
    [InlineData("connections", "takes NAME=N, as in connections=20000")]
    public async Task One_that_is_none_is_refused(string assignment, string expected)
    {
        using var vitrine = VitrineProcess.Start(folder.Root, "--port", "0", "--limit", assignment);
        var (exit, errors) = await vitrine.EndsAsync();
        Assert.Equal(2, exit);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
    }
}
