using System.Net;
using System.Net.Sockets;
using Vitrine.Testing.Corpus;

namespace Vitrine.Attacks.Corpus;

/// <summary>Plays all cases against a server, many at a time.</summary>
internal static class Player
{
    private const int AtATime = 16;

    /// <summary>The cases.</summary>
    public static IReadOnlyList<RawRequest> Cases { get; } =
        [.. RawRequest.ReadAll(Testing.Repository.PathOf("tests/corpus"))];

    /// <summary>What came of each.</summary>
    public static CorpusOutcome[] Play(IPEndPoint server)
    {
        var client = new CorpusClient(server);
        var outcomes = new CorpusOutcome[Cases.Count];
        var next = -1;
        Harness.Threads.RunAll(AtATime, _ =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < Cases.Count;) outcomes[i] = Observe(client, Cases[i]);
        });
        // What waits may only have been slow, on a busy machine: once more, with nobody beside it.
        for (var i = 0; i < outcomes.Length; i++)
            if (outcomes[i].End == CorpusEnd.Wait && Cases[i].Expected.End != CorpusEnd.Wait)
                outcomes[i] = Observe(client, Cases[i]);
        return outcomes;
    }

    private static CorpusOutcome Observe(CorpusClient client, RawRequest request)
    {
        try
        {
            return client.Observe(request);
        }
        catch (SocketException)
        {
            // Reset while it was still being sent, or by one that was being shut down.
            return new CorpusOutcome([], CorpusEnd.Close);
        }
    }
}
