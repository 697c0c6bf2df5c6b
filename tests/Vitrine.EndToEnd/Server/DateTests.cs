using System.Globalization;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;

namespace Vitrine.EndToEnd.Server;

/// <summary>Files with the dates that archives, package managers and clocks elsewhere give them.</summary>
public sealed class DateTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<TransportKind> Transports => Servers.Transports;

    public void Dispose() => folder.Dispose();

    // Two contents of the same length and of no date: that of the one is not that of the other.
    [Theory]
    [MemberData(nameof(Transports))]
    public async Task A_file_from_1970_is_not_taken_for_another_of_the_same_date(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        foreach (var content in new[] { "A", "B" })
        {
            File.SetLastWriteTimeUtc(folder.Write("next", content), DateTime.UnixEpoch);
            File.Move(folder.PathOf("next"), folder.PathOf("x"), overwrite: true);
            await Eventually.IsTrue(
                () => Servers.Ask(server.Port, RawClient.Get("/x")).Text == content, $"that it is {content}");
            const string Since = "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
            var reply = Servers.Ask(server.Port, RawClient.Get("/x", Since));
            Assert.Equal((200, content, null), (reply.Status, reply.Text, reply.Field("Last-Modified")));
        }
    }

    [Theory]
    [InlineData(-86_400)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(86_400)]
    public async Task The_date_that_was_sent_is_accepted_back(int secondsFromNow)
    {
        await using var server = await Servers.StartAsync(folder, TransportKind.Auto);
        var path = folder.Write("a.txt", "hello");
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddSeconds(secondsFromNow));
        for (var i = 0; i < 3; i++)
        {
            var told = Servers.Ask(server.Port, RawClient.Get("/a.txt")).Field("Last-Modified");
            if (told is null)
            {
                Assert.True(secondsFromNow > 0, "It has no date.");
                continue;
            }
            Assert.True(DateTimeOffset.Parse(told, CultureInfo.InvariantCulture) <= DateTimeOffset.UtcNow);
            var fields = $"If-Unmodified-Since: {told}\r\n";
            Assert.Equal(200, Servers.Ask(server.Port, RawClient.Get("/a.txt", fields)).Status);
            fields = $"If-Modified-Since: {told}\r\n";
            Assert.Equal(304, Servers.Ask(server.Port, RawClient.Get("/a.txt", fields)).Status);
            await Task.Delay(600, TestContext.Current.CancellationToken);
        }
    }
}
