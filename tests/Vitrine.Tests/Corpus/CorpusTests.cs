using System.Net;
using Vitrine.Http.Protocols;
using Vitrine.Testing.Corpus;
using Vitrine.Tests.Wire;

namespace Vitrine.Tests.Corpus;

/// <summary>
/// The raw requests of <c>tests/corpus</c>; those that need a folder are played in the end-to-end tests.
/// </summary>
public class CorpusTests
{
    private const int LeastCases = 400;

    // Of a longer case the places near its ends, and some between: it is made of repetition.
    private const int EveryPlaceBytes = 600;

    private static readonly string Folder = Repository.PathOf("tests/corpus");

    public static TheoryData<string> Files =>
    [
        .. Directory.EnumerateFiles(Folder, "*.http").Select(Path.GetFileName).OfType<string>()
            .Where(name => !name.StartsWith("site-", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string, string> FilesAndTransports
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Files)
                foreach (var kind in WireServer.Kinds) data.Add(file.Data, kind);
            return data;
        }
    }

    [Fact]
    public void There_are_many_and_each_has_a_name_of_its_own_and_a_source()
    {
        var all = RawRequest.ReadAll(Folder).ToList();
        Assert.InRange(all.Count, LeastCases, int.MaxValue);
        Assert.Equal(all.Count, all.Select(request => request.Name).Distinct().Count());
        Assert.All(all, request => Assert.Matches(@"(RFC \d{4} sections? \d|CVE-\d{4}-\d+)", request.Source));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void The_outcome_is_the_one_that_it_must_be(string file) =>
        CheckAll(file, request => [Run(request, [request.Sent])]);

    [Theory]
    [MemberData(nameof(Files))]
    public void It_is_the_same_at_every_split(string file)
    {
        foreach (var request in RawRequest.Read(PathOf(file)))
        {
            var whole = ProtocolRun.Run([request.Sent], request.Ends);
            foreach (var at in Places(request.Sent.Length))
            {
                var split = ProtocolRun.Run(
                    [request.Sent.AsMemory(0, at), request.Sent.AsMemory(at)], request.Ends);
                var isSame = whole.Want == split.Want && whole.Output.AsSpan().SequenceEqual(split.Output);
                Assert.True(isSame, $"{request.Name}, split at {at}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(FilesAndTransports))]
    public void It_is_the_same_on_every_transport_at_every_split(string file, string transport)
    {
        using var server = WireServer.Start(transport);
        var client = new CorpusClient(new IPEndPoint(IPAddress.Loopback, server.Port));
        CheckAll(file, request => PlacesOnTheWire(request).Select(at => client.Check(request, at)));
    }

    private static void CheckAll(string file, Func<RawRequest, IEnumerable<CorpusOutcome>> run)
    {
        var wrong = new List<string>();
        foreach (var request in RawRequest.Read(PathOf(file)))
        {
            var others = run(request).Where(outcome => !outcome.Equals(request.Expected)).Distinct();
            wrong.AddRange(others.Select(outcome => $"{request.Name}: {outcome} instead of {request.Expected}"));
        }
        Assert.Empty(wrong);
    }

    private static CorpusOutcome Run(RawRequest request, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var (output, want) = ProtocolRun.Run(pieces, request.Ends);
        var statuses = CorpusClient.StatusesOf(output);
        if (want is Want.Close or Want.Linger) return new CorpusOutcome(statuses, CorpusEnd.Close);
        // Whether it could be used for a further request shows when there is one.
        var (more, _) = ProtocolRun.Run([.. pieces, CorpusClient.LastRequest], ended: true);
        var isKept = CorpusClient.StatusesOf(more).SequenceEqual([.. statuses, 200]);
        return new CorpusOutcome(statuses, isKept ? CorpusEnd.Keep : CorpusEnd.Wait);
    }

    /// <summary>The path of one of its files.</summary>
    internal static string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Where a case is split: everywhere, if it is not very long.</summary>
    internal static IEnumerable<int> Places(int length)
    {
        for (var at = 1; at < length; at += length > EveryPlaceBytes && at > 200 && at < length - 200 ? 97 : 1)
            yield return at;
    }

    // Whether somebody waits takes time to see.
    private static IEnumerable<int> PlacesOnTheWire(RawRequest request)
    {
        var length = request.Sent.Length;
        return request.Expected.End == CorpusEnd.Wait
            ? new[] { 0, length / 3, Math.Max(length - 1, 0) }.Distinct()
            : Places(length).Prepend(0);
    }
}
