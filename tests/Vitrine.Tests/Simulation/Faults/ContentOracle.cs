using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// Says whether a reply is right for what was at a name while it was asked for: what is promised is in
/// docs/adr/0004-files-that-change.md.
/// </summary>
internal sealed partial class ContentOracle(
    SimulatedClock clock, Histories histories, TagBook tags, int staleMs, Predicate<string> mayBeBusy)
{
    /// <summary>For how long a file that changes may be waited for, and more.</summary>
    public const int MostSettlingMs = 3_000;

    private const string OurNotFound = "There is nothing at this address.";

    /// <summary>The names of the files that a request can be answered with.</summary>
    public IEnumerable<string> NamesOf(ScriptedRequest request) =>
        [request.Name, request.Name + ".gz", request.Name + ".br"];

    /// <summary>Checks a reply to a request that was all there at one time, and answered by the other.</summary>
    public void Check(ScriptedRequest request, ReadReply reply, long askedMs, long toMs)
    {
        var fromMs = askedMs - staleMs;
        var history = histories.Of(request.Name);
        switch (reply.Status)
        {
            case 200 or 206 or 304 when request.Status == 0:
                CheckContent(request, reply, fromMs, toMs);
                return;
            case 412 when request.Status == 0:
                CheckPrecondition(request, fromMs, toMs);
                return;
            case 416 when request.Status == 0:
                CheckUnsatisfiable(request, reply, fromMs, toMs);
                return;
            case 403 when request.Name == SimulatedDisk.Locked || history.Had(Trouble.Rights, fromMs, toMs):
            case 500 when history.Had(Trouble.Disk, fromMs - MostSettlingMs, toMs):
                return;
            case 503 when mayBeBusy(request.Name) || history.Had(Trouble.Descriptors, fromMs, toMs)
                || history.HasChanged(fromMs - MostSettlingMs, toMs)
                || history.Had(Trouble.Disk, fromMs - MostSettlingMs, toMs):
                return;
            case 404 when request.Status == 0 && history.WasMissing(fromMs, toMs):
            case 404 when request.Status == 404 || (request.Status != 0 && history.HadTrouble(fromMs, toMs)):
                CheckNotFound(request, reply, fromMs, toMs);
                return;
            default:
                throw new OracleException($"{request.Method} {request.Path} is answered with {reply.Status}");
        }
    }

    // The site's page for it, or what of it does not change any more; or the server's own.
    private void CheckNotFound(ScriptedRequest request, ReadReply reply, long fromMs, long toMs)
    {
        if (reply["ETag"] is not null) throw new OracleException("404 has a tag");
        if (request.Method == "HEAD" || Encoding.ASCII.GetString(reply.Body).Contains(OurNotFound)) return;
        if (!histories.Of("404.html").BytesBetween(fromMs, toMs).Any(bytes => bytes.AsSpan().StartsWith(reply.Body)))
            throw new OracleException("the page of a 404 never was there");
    }

    private void CheckContent(ScriptedRequest request, ReadReply reply, long fromMs, long toMs)
    {
        var (coding, tag) = (reply["Content-Encoding"], reply["ETag"]);
        if (coding is not null && !request.Codings.Contains(coding)) throw new OracleException($"sent in {coding}");
        if (reply.Status == 304)
        {
            CheckNotModified(request, tag, fromMs, toMs);
            return;
        }
        var name = request.Name + coding switch { null => "", "gzip" => ".gz", _ => "." + coding };
        var history = histories.Of(name);
        var versions = history.BytesBetween(fromMs, toMs).ToList();
        var date = reply.Date("Last-Modified");
        if (date > clock.LatestSeconds) throw new OracleException("it is modified in the future");
        // What does not rest, or seems to lie ahead, comes without a date, and what cannot be checked without a tag;
        // without either what is said to be empty, and could not be read at first.
        if (date is null && !history.HasChanged(fromMs - MostSettlingMs, toMs) && !MayLieAhead(history, fromMs, toMs)
            && !(tag is null && reply["Content-Length"] == "0" && versions.Exists(bytes => bytes.Length == 0)))
            throw new OracleException("there is no Last-Modified");
        if (tag is null)
        {
            CheckUntagged(request, reply, versions);
            return;
        }
        if (date is null) versions = [.. versions.SelectMany(bytes => Prefixes(bytes, reply))];
        var candidates = reply.Status == 206
            ? CheckRanges(request, reply, versions)
            : CheckWhole(request, reply, versions);
        if (candidates.Count == 0) throw new OracleException($"these bytes of {name} never were there");
        tags.Narrow(name, tag, candidates);
        tags.NoteLatest(request.Name, coding, new SeenTag(tag, reply["Last-Modified"], fromMs, toMs));
        // When what was sent says that it was modified, also where Last-Modified says nothing.
        var dates = history.Between(fromMs, toMs).Where(version => candidates.Contains(version.Bytes!))
            .Select(version => version.ModifiedSeconds).ToList();
        CheckConditions(request, reply, tag, date is null ? null : dates);
    }

    private bool MayLieAhead(NameHistory history, long fromMs, long toMs)
    {
        var earliest = clock.EarliestSeconds(fromMs - MostSettlingMs, toMs);
        return history.Between(fromMs - MostSettlingMs, toMs).Any(version => version.ModifiedSeconds > earliest);
    }

    private static IEnumerable<byte[]> Prefixes(byte[] bytes, ReadReply reply)
    {
        var length = reply.Length;
        if (reply.Status == 206)
        {
            var range = reply["Content-Range"] ?? CompleteLength().Match(Encoding.Latin1.GetString(reply.Body)).Value;
            var lengthAt = range.IndexOf('/', StringComparison.Ordinal) + 1;
            length = int.Parse(range.AsSpan(lengthAt), CultureInfo.InvariantCulture);
        }
        return length <= bytes.Length ? [bytes[..length]] : [];
    }

    // Nobody promised more than that each byte was there.
    private static void CheckUntagged(ScriptedRequest request, ReadReply reply, List<byte[]> versions)
    {
        if (reply.Status != 200) throw new OracleException("a range of what has no tag");
        if (!versions.Exists(bytes => bytes.Length >= reply.Length)) throw new OracleException("it never was so long");
        for (var i = 0; i < reply.Body.Length; i++)
            if (!versions.Exists(bytes => bytes.Length > i && bytes[i] == reply.Body[i]))
                throw new OracleException($"the byte {i} of {request.Name} never was there");
    }

    private static List<byte[]> CheckWhole(ScriptedRequest request, ReadReply reply, List<byte[]> versions)
    {
        if (request is { Method: "GET", Ranges.Length: > 0, IfRange: null } && reply.Length > 0)
            throw new OracleException("the range is passed over");
        return request.Method == "HEAD"
            ? versions.FindAll(bytes => bytes.Length == reply.Length)
            : versions.FindAll(bytes => bytes.AsSpan().SequenceEqual(reply.Body));
    }

    private static List<byte[]> CheckRanges(ScriptedRequest request, ReadReply reply, List<byte[]> versions)
    {
        if (request is { Ranges.Length: 0 } or { Method: "HEAD" }) throw new OracleException("206 to no range");
        return versions.FindAll(bytes =>
        {
            var windows = request.Ranges.Select(range => range.In(bytes.Length)).OfType<(int, int)>().ToList();
            return windows.Count > 0 && (windows.Count == 1
                ? reply["Content-Range"] == NameOf(windows[0], bytes.Length) && IsAt(windows[0], bytes, reply.Body)
                : AreParts(windows, bytes, reply));
        });
    }

    [GeneratedRegex("Content-Range: bytes [0-9]+-[0-9]+/[0-9]+")]
    private static partial Regex CompleteLength();

    private static string NameOf((int Start, int End) window, int length) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {window.Start}-{window.End - 1}/{length}");

    private static bool IsAt((int Start, int End) window, byte[] bytes, ReadOnlySpan<byte> body) =>
        bytes.AsSpan(window.Start..window.End).SequenceEqual(body);

    // Written out as it has to be, but for the type.
    private static bool AreParts(List<(int Start, int End)> windows, byte[] bytes, ReadReply reply)
    {
        const string Prefix = "multipart/byteranges; boundary=";
        if (reply["Content-Type"]?.StartsWith(Prefix, StringComparison.Ordinal) != true) return false;
        var boundary = "\r\n--" + reply["Content-Type"]![Prefix.Length..];
        var typeAt = reply.Body.AsSpan().IndexOf("Content-Type: "u8);
        if (typeAt < 0) return false;
        var typeEnd = typeAt + reply.Body.AsSpan(typeAt).IndexOf("\r\n"u8);
        var type = Encoding.ASCII.GetString(reply.Body.AsSpan(typeAt..typeEnd));
        var expected = new List<byte>();
        foreach (var window in windows)
        {
            var range = $"Content-Range: {NameOf(window, bytes.Length)}";
            expected.AddRange(Encoding.ASCII.GetBytes($"{boundary}\r\n{type}\r\n{range}\r\n\r\n"));
            expected.AddRange(bytes.AsSpan(window.Start..window.End));
        }
        expected.AddRange(Encoding.ASCII.GetBytes($"{boundary}--\r\n"));
        return reply.Body.AsSpan().SequenceEqual(expected.ToArray().AsSpan(2));
    }

    private static void CheckConditions(
        ScriptedRequest request, ReadReply reply, string tag, IReadOnlyList<long>? dates)
    {
        if (request.IfNoneMatch is { } none && (none == "*" || none == tag))
            throw new OracleException("it is sent to one who has it");
        if (request.IfMatch is { } match && match != tag) throw new OracleException("If-Match is passed over");
        if (request.IfModifiedSince is { } since && dates is not null && dates.All(date => date <= Date(since)))
            throw new OracleException("it is sent although it is not modified");
        if (request.IfRange is not { } validator || request.Method == "HEAD") return;
        if (reply.Status == 206 && validator != tag && dates?.Contains(Date(validator)) != true)
            throw new OracleException("a range of something else");
        if (reply.Status == 200 && validator == tag && reply.Length > 0)
            throw new OracleException("the range is passed over");
    }

    private static long Date(string text) =>
        DateTimeOffset.ParseExact(text, "r", CultureInfo.InvariantCulture).ToUnixTimeSeconds();

    // What the tag belongs to was there.
    private void CheckNotModified(ScriptedRequest request, string? tag, long fromMs, long toMs)
    {
        if (request.IfNoneMatch is null && request.IfModifiedSince is null)
            throw new OracleException("304 to a request without a condition");
        // With a coding's name behind it too, as proxies make it. Here what lies beside a file may have its very bytes,
        // so that this is one of our own.
        if (request.IfNoneMatch is { } none && none != "*" && none != tag
            && !(tag is not null && none[1..^1] is var own && own.StartsWith(tag[1..^1], StringComparison.Ordinal)
                && own[(tag.Length - 2)..] is "-gzip" or "-br"))
            throw new OracleException($"304 for {tag}, which the client has not");
        if (request is { IfNoneMatch: null, IfModifiedSince: { } since } && !NamesOf(request)
            .SelectMany(name => histories.Of(name).Between(fromMs, toMs))
            .Any(version => version.Bytes is not null && version.ModifiedSeconds <= Date(since)))
            throw new OracleException($"304 for what was modified after {since}");
        if (!histories.Of(request.Name).BytesBetween(fromMs, toMs).Any())
            throw new OracleException("304 for what is not there");
        if (tag is null)
        {
            // What cannot be checked has none; and "*" asks for no more than that it is there.
            if (request.IfNoneMatch == "*") return;
            throw new OracleException("304 without a tag");
        }
        // The one in a coding has another tag.
        var owners = tags.Knows(request.Name, tag) || request.Codings.Length == 0 ? [request.Name] : NamesOf(request);
        if (!owners.Any(name => tags.MayBe(name, tag, content => IsThere(name, content, fromMs, toMs))))
            throw new OracleException($"304 for {tag}, which is not there any more");
    }

    // Of what does not rest a part may have been sent.
    private bool IsThere(string name, byte[] content, long fromMs, long toMs)
    {
        var history = histories.Of(name);
        var mayBePart = history.HasChanged(fromMs - MostSettlingMs, toMs);
        return history.BytesBetween(fromMs, toMs).Any(bytes => bytes == content
            || bytes.AsSpan().SequenceEqual(content) || (mayBePart && bytes.AsSpan().StartsWith(content)));
    }

    // Wrong for certain only when nothing changed since the tag was seen.
    private void CheckPrecondition(ScriptedRequest request, long fromMs, long toMs)
    {
        if (request.IfMatch is not { } match) throw new OracleException("412 to a request without If-Match");
        if (!histories.Of(request.Name).BytesBetween(fromMs, toMs).Any())
            throw new OracleException("412 for what is not there");
        if (request.Codings.Length > 0 || tags.Latest(request.Name, null) is not { } seen || seen.Tag != match) return;
        var sinceMs = Math.Min(fromMs, seen.FromMs) - MostSettlingMs;
        if (!histories.Of(request.Name).HasChanged(sinceMs, Math.Max(toMs, seen.ToMs)))
            throw new OracleException("412 although it is as it was");
    }

    private void CheckUnsatisfiable(ScriptedRequest request, ReadReply reply, long fromMs, long toMs)
    {
        var isRight = NamesOf(request).SelectMany(name => histories.Of(name).BytesBetween(fromMs, toMs)).Any(bytes =>
            reply["Content-Range"] == string.Create(CultureInfo.InvariantCulture, $"bytes */{bytes.Length}")
            && !request.Ranges.Any(range => range.In(bytes.Length) is not null));
        var mayBeCut = histories.Of(request.Name).HasChanged(fromMs - MostSettlingMs, toMs);
        if (request.Ranges.Length == 0 || request.Method == "HEAD" || (!isRight && !mayBeCut))
            throw new OracleException("416 to a range that there is");
    }
}
