using System.Globalization;
using System.Text;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>Makes up requests for files, with conditions on tags that were seen before.</summary>
internal sealed class RequestMaker(Random random, TagBook tags)
{
    private const int NoTag = 20;

    public ScriptedRequest Make()
    {
        if (random.Next(8) == 0) return Malformed.Make(random);
        var path = PathOf(random.Next(40));
        var request = new ScriptedRequest(random.Next(10) == 0 ? "HEAD" : "GET", path);
        if (path == "/" + SimulatedDisk.Folder) request = request with { Status = 301 };
        var minor = random.Next(12) == 0 ? 0 : 1;
        var isKept = random.Next(2) == 0;
        var text = new StringBuilder();
        if (random.Next(20) == 0) text.Append("\r\n");
        text.Append(CultureInfo.InvariantCulture, $"{request.Method} {Spell(path)} HTTP/1.{minor}\r\nHost: a\r\n");
        if (minor == 0)
        {
            request = request with { IsLast = !isKept, IsToldToStay = isKept };
            if (isKept) text.Append("Connection: keep-alive\r\n");
        }
        else if (random.Next(15) == 0)
        {
            request = request with { IsLast = true };
            text.Append("connection: CLOSE\r\n");
        }
        if (random.Next(3) == 0)
        {
            request = request with { Codings = random.Next(3) == 0 ? ["gzip", "br"] : ["gzip"] };
            text.Append("Accept-Encoding: ").AppendJoin(", ", request.Codings).Append("\r\n");
        }
        request = AddCondition(AddRange(request, text), text);
        if (random.Next(15) == 0) text.Append("Content-Length: 7\r\n\r\nignored");
        else text.Append("\r\n");
        return request with { Text = text.ToString() };
    }

    private string PathOf(int choice) => choice switch
    {
        0 => "/" + SimulatedDisk.Bad,
        1 => "/" + SimulatedDisk.Locked,
        2 => "/" + SimulatedDisk.Folder,
        3 => "/",
        4 => "/sub/",
        < 12 => "/page.css",
        < 15 => "/large.js",
        < 22 => "/a.txt",
        < 26 => "/large.bin",
        _ => "/" + SimulatedDisk.Files[random.Next(SimulatedDisk.Files.Length)],
    };

    private string Spell(string path) => random.Next(12) switch
    {
        0 => "/." + path,
        1 => "/x/.." + path,
        2 => "/" + path,
        3 => "http://b" + path,
        4 => path + "?q=" + random.Next(),
        5 => path.Replace("a", "%61", StringComparison.Ordinal),
        _ => path,
    };

    private ScriptedRequest AddRange(ScriptedRequest request, StringBuilder text)
    {
        if (random.Next(4) != 0) return request;
        var at = random.Next(random.Next(2) == 0 ? 100 : 30_000);
        RangeSpec[] ranges = random.Next(8) switch
        {
            0 => [new RangeSpec(null, at + 1)],
            1 => [new RangeSpec(at, null)],
            2 => [new RangeSpec(0, 3), new RangeSpec(7, 9)],
            3 => [new RangeSpec(0, 3), new RangeSpec(at + 7, at + 900), new RangeSpec(at + 2_000, null)],
            _ => [new RangeSpec(at, at + random.Next(3_000))],
        };
        text.Append("Range: bytes=").AppendJoin(",", ranges).Append("\r\n");
        return request with { Ranges = ranges };
    }

    private ScriptedRequest AddCondition(ScriptedRequest request, StringBuilder text)
    {
        if (random.Next(3) != 0) return request;
        var coding = request.Codings.Length > 0 && random.Next(2) == 0 ? request.Codings[0] : null;
        var known = tags.Latest(request.Name, coding);
        var date = known?.Date;
        var tag = known is null || random.Next(NoTag) == 0 ? "\"none\"" : known.Tag;
        switch (random.Next(5))
        {
            case 0 when request.Ranges.Length > 0:
                if (date is not null && random.Next(3) == 0) tag = date;
                text.Append(CultureInfo.InvariantCulture, $"If-Range: {tag}\r\n");
                return request with { IfRange = tag };
            case 0 or 1:
                text.Append(CultureInfo.InvariantCulture, $"If-Match: {tag}\r\n");
                return request with { IfMatch = tag };
            case 2 when date is not null:
                text.Append(CultureInfo.InvariantCulture, $"If-Modified-Since: {date}\r\n");
                return request with { IfModifiedSince = date };
            default:
                if (random.Next(NoTag) == 0) tag = "*";
                text.Append(CultureInfo.InvariantCulture, $"If-None-Match: {tag}\r\n");
                return request with { IfNoneMatch = tag };
        }
    }
}
