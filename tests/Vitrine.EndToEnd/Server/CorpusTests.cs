using System.Net;
using Vitrine.EndToEnd.Support;
using Vitrine.Server;
using Vitrine.Testing.Corpus;

namespace Vitrine.EndToEnd.Server;

/// <summary>The raw requests of <c>tests/corpus</c>, against a folder that is served.</summary>
public sealed class CorpusTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public CorpusTests() => folder.Write("hello", "hello, world\n");

    public static TheoryData<TransportKind> Transports => Servers.Transports;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Every_outcome_is_the_one_that_it_must_be(TransportKind transport)
    {
        await using var server = await Servers.StartAsync(folder, transport);
        var client = new CorpusClient(new IPEndPoint(IPAddress.Loopback, server.Port));
        var wrong = new List<string>();
        foreach (var request in RawRequest.ReadAll(Repository.PathOf("tests/corpus")))
        {
            // The others are split elsewhere, without a folder.
            foreach (var at in Enumerable.Range(0, request.NeedsFolder ? request.Sent.Length : 1))
            {
                var outcome = client.Check(request, at);
                if (!outcome.Equals(request.Expected))
                    wrong.Add($"{request.File}/{request.Name} at {at}: {outcome} instead of {request.Expected}");
            }
        }
        Assert.Empty(wrong);
    }
}
