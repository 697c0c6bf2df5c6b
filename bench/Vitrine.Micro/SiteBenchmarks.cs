using System.Text;
using BenchmarkDotNet.Attributes;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;
using Vitrine.Http.Replies;
using Vitrine.Site;

namespace Vitrine.Micro;

/// <summary>From a head to a reply: path, cache, negotiation, conditions, ranges.</summary>
[MemoryDiagnoser]
public class SiteBenchmarks
{
    private static readonly Limits Limits = new() { FreshnessMs = int.MaxValue };

    private readonly byte[] room = new byte[OutputQueue.BodyRoomBytes];
    private readonly Dictionary<string, (byte[] Bytes, HeadBuilder Head)> requests = [];
    private DirectoryInfo? folder;
    private FolderSite? site;

    [GlobalSetup]
    public void MakeSite()
    {
        folder = Directory.CreateTempSubdirectory("vitrine-micro-");
        foreach (var name in (string[])["page.html", "style.css", "style.css.br"])
            File.WriteAllText(Path.Combine(folder.FullName, name), new string('x', 783));
        Thread.Sleep(4_000); // until the files rest
        site = new FolderSite(new SiteOptions(folder.FullName, Listing: true, Limits));
        Add("page", "GET /page.html HTTP/1.1");
        Add("encoded", "GET /style.css HTTP/1.1", "Accept-Encoding: gzip, deflate, br");
        Add("dotted", "GET /a/../page%2Ehtml HTTP/1.1");
        Add("not modified", "GET /page.html HTTP/1.1", "If-None-Match: *");
        Add("range", "GET /page.html HTTP/1.1", "Range: bytes=10-19");
        Add("missing", "GET /missing.html HTTP/1.1");
        foreach (var name in requests.Keys)
            while (Ask(name).Pending is not null) Thread.Sleep(20);
    }

    [GlobalCleanup]
    public void RemoveSite()
    {
        site!.Dispose();
        folder!.Delete(recursive: true);
    }

    [Benchmark(Baseline = true)]
    public Status Page() => Ask("page").Status;

    [Benchmark]
    public Status Encoded() => Ask("encoded").Status;

    [Benchmark]
    public Status DecodedPath() => Ask("dotted").Status;

    [Benchmark]
    public Status NotModified() => Ask("not modified").Status;

    [Benchmark]
    public Status Range() => Ask("range").Status;

    [Benchmark]
    public Status Missing() => Ask("missing").Status;

    private void Add(string name, params string[] lines)
    {
        var bytes = Encoding.ASCII.GetBytes(string.Join("\r\n", (string[])[.. lines, "Host: a", "", ""]));
        var head = new HeadBuilder(Limits);
        if (Http1Parser.Parse(bytes, head, Limits, out var error) != Http1Parser.Outcome.Complete)
            throw new InvalidOperationException($"{name}: {error}");
        requests[name] = (bytes, head);
    }

    private Reply Ask(string name)
    {
        var (bytes, head) = requests[name];
        return site!.Respond(head.Over(bytes), null, 784_111_777, room);
    }
}
