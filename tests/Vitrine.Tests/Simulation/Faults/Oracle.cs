using System.Text;
using System.Text.RegularExpressions;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// Says whether what a client got is right, from what it sent and what was on the disk. It shares no code with the
/// server: requests come to it as they were made up, and replies are read by a reader of its own.
/// </summary>
internal sealed partial class Oracle(SimulatedClock clock, Histories histories, ContentOracle contents)
{
    // docs/LIMITS.md.
    private const int HeadTimeoutMs = 10_000;
    private const int WriteTimeoutMs = 30_000;

    // Who has input or room is told of it at once, but may be told so a few times before it is so.
    private const int MostWaits = 10;

    /// <summary>How many replies there were of each status.</summary>
    public SortedDictionary<int, long> Statuses { get; } = [];

    /// <summary>How many connections were cut.</summary>
    public long Cuts { get; private set; }

    /// <summary>How many bytes were received.</summary>
    public long Bytes { get; private set; }

    public void Check(ScriptedClient client)
    {
        Bytes += client.Received.Count;
        var requests = client.Script.Requests;
        var reader = new ReplyReader([.. client.Received]);
        var (answered, isLast) = (0, false);
        while (!reader.IsAtEnd)
        {
            if (isLast) throw new OracleException("something follows the last reply");
            var request = answered < requests.Length ? requests[answered] : null;
            if (request is null || !HasStarted(client, request))
            {
                if (answered > 0 || !client.MayBeRefused) throw new OracleException("nobody asked for a reply");
                request ??= requests[0];
            }
            var reply = reader.Read(request.Method == "HEAD");
            if (reply is null)
            {
                if (client.WasAborted || client.Cause == CutCause.Broken || !client.ReadsAll) break;
                throw new OracleException("a reply is cut, and the connection is not");
            }
            Statuses[reply.Status] = Statuses.GetValueOrDefault(reply.Status) + 1;
            CheckReply(client, request, reply, isFirst: answered == 0);
            isLast = reply.IsLast;
            answered++;
            // Whoever is told so before his request was read may get a page that HEAD does not ask for.
            if (isLast && request.Method == "HEAD" && reply.Status is 400 or 408 or 503) break;
        }
        CheckEnd(client, requests.AsSpan(answered), isLast);
    }

    private static bool HasStarted(ScriptedClient client, ScriptedRequest request) =>
        client.Delivered > request.Start;

    private static bool IsComplete(ScriptedClient client, ScriptedRequest request) =>
        client.Delivered >= request.End;

    private void CheckReply(ScriptedClient client, ScriptedRequest request, ReadReply reply, bool isFirst)
    {
        var toMs = client.ReceivedMs(reply.End);
        var isRefused = reply.Status == 503 && isFirst && client.MayBeRefused && reply.IsLast;
        var startedMs = isRefused ? client.OpenedMs : Math.Min(client.DeliveredMs(request.Start + 1), toMs);
        if (reply.Date("Date") is not { } date || !clock.HasSaid(date, startedMs, toMs))
            throw new OracleException($"the date is {reply["Date"]}");
        if (isRefused) return;
        if (reply.Status == 408)
        {
            if (!reply.IsLast || toMs - startedMs < HeadTimeoutMs) throw new OracleException("408 came too early");
            return;
        }
        if (!IsComplete(client, request))
        {
            // Cut off; what is wrong with it may have been seen before.
            if (reply.IsLast && (reply.Status == 400 || (reply.Status == request.Status && request.IsLast))) return;
            throw new OracleException($"half a request is answered with {reply.Status}");
        }
        if (reply.IsLast != request.IsLast) throw new OracleException("the connection ends, or not, unasked");
        if (request.IsToldToStay != (reply["Connection"] == "keep-alive"))
            throw new OracleException($"the connection's option is {reply["Connection"]}");
        if (request.Status != 0 && reply.Status == request.Status && reply.Status != 404) return;
        contents.Check(request, reply, client.DeliveredMs(request.End), toMs);
    }

    private void CheckEnd(ScriptedClient client, ReadOnlySpan<ScriptedRequest> unanswered, bool isLast)
    {
        if (client.WasAborted)
        {
            Cuts++;
            var isLate = client.SilentMs >= WriteTimeoutMs && client.WaitsUnsent <= MostWaits;
            if (client.Cause == CutCause.None && !isLate)
                throw new OracleException("the connection was cut for no reason");
            if (client.Cause == CutCause.Changed && !unanswered.ToArray().Any(request => IsExcused(client, request)))
                throw new OracleException("the connection was cut for a file that did not change");
            return;
        }
        if (isLast || !client.ReadsAll || client.Cause == CutCause.Broken) return;
        // Who has no request under way, or no whole one, goes when others need the place.
        if (client.Cause == CutCause.Displaced && (unanswered.IsEmpty || client.Taken < unanswered[0].End)) return;
        if (client.WaitsUnread > MostWaits) throw new OracleException("what was sent was never read");
        if (unanswered.IsEmpty) return;
        if (client.SilentMs >= HeadTimeoutMs) return;
        // Nothing of the next request came in time, and an empty line is nothing.
        if (client.UnsentMs >= HeadTimeoutMs && client.TakenAtEnd <= unanswered[0].Start) return;
        if (IsComplete(client, unanswered[0])) throw new OracleException("a request has no reply");
        if (HasStarted(client, unanswered[0]) && client.Script.Ending == Ending.Finishes)
            throw new OracleException("half a request has no reply");
    }

    private bool IsExcused(ScriptedClient client, ScriptedRequest request) =>
        contents.NamesOf(request).Any(name =>
            histories.Of(name).HasChanged(client.OpenedMs - ContentOracle.MostSettlingMs, client.ClosedMs)
            || histories.Of(name).HadTrouble(client.OpenedMs, client.ClosedMs));

    /// <summary>What was sent and what came, for people.</summary>
    public static string Describe(ScriptedClient client) =>
        $"{client.Script.Ending}, {(client.WasAborted ? "aborted" : "closed")}, {client.Cause}, open from "
        + $"{client.OpenedMs} to {client.ClosedMs}, silent for {client.SilentMs}, {client.WaitsUnread} waits unread, "
        + $"{client.WaitsUnsent} unsent\n--- sent {client.Delivered}\n"
        + $"{Cut(client.Script.Stream.AsSpan(0, client.Delivered))}\n--- received {client.Received.Count}\n"
        + Cut([.. client.Received]);

    private static string Cut(ReadOnlySpan<byte> bytes) =>
        NotShown().Replace(Encoding.ASCII.GetString(bytes[..Math.Min(bytes.Length, 1_500)]), "");

    [GeneratedRegex("[^ -~\n]|\\?{3,}")]
    private static partial Regex NotShown();
}
