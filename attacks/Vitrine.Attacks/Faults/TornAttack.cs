using Vitrine.Attacks.Harness;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Faults;

/// <summary>Files that are rewritten, replaced and cut off while they are fetched.</summary>
internal static class TornAttack
{
    private const int Readers = 6;

    public static Attack Attack { get; } = new(
        "torn", "files rewritten in place, by rename and cut off, hundreds of times a second, while fetched", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        using var folder = new TemporaryFolder();
        var length = TimeSpan.FromSeconds(plan.Pick(60, 8));
        Peer[] peers = plan.IsQuick ? [Peers.Vitrine] : [Peers.Vitrine, NginxWithoutCache()];
        Plan.Tell($"torn: {string.Join(" and ", peers.Select(peer => peer.Name))}, {length.TotalSeconds} s");
        var servers = new List<RunningServer>();
        try
        {
            foreach (var peer in peers) servers.Add(RunningServer.Start(peer, folder.Place, Ports.Free()));
            var readers = servers.Select(server => ReadersOf(server.Port)).ToArray();
            var changes = Play(folder, readers, length);
            for (var i = 0; i < servers.Count; i++) yield return RowOf(servers[i], readers[i], changes, length);
        }
        finally
        {
            foreach (var server in servers) server.Dispose();
        }
    }

    private static TornReader[] ReadersOf(int port)
    {
        var tags = new TagBook();
        return [.. Enumerable.Range(0, Readers).Select(seed => new TornReader(port, seed, tags))];
    }

    // How many times a file was changed meanwhile.
    private static int Play(TemporaryFolder folder, TornReader[][] readers, TimeSpan length)
    {
        var all = readers.SelectMany(each => each).ToArray();
        var rewriters = Enum.GetValues<Rewriting>().Select(each => new Rewriter(folder.Place.Content, each)).ToArray();
        try
        {
            var until = DateTime.UtcNow + length;
            Threads.RunAll(all.Length, i => all[i].Run(until));
        }
        finally
        {
            foreach (var rewriter in rewriters) rewriter.Dispose();
        }
        return rewriters.Sum(rewriter => rewriter.Count);
    }

    private static Row RowOf(RunningServer server, TornReader[] readers, int changes, TimeSpan length)
    {
        var rate = changes / length.TotalSeconds;
        var row = new Row("torn", $"{rate:N0} changes a second of files of 4 KB to 20 MB; {server.Peer.Name}");
        var (torn, conflicts) = (readers.Sum(reader => reader.Torn), readers.Sum(reader => reader.Conflicts));
        var complete = readers.Sum(reader => reader.Complete);
        if (server.Peer.IsOurs)
        {
            row.AtLeast("complete replies", complete, 100 * length.TotalSeconds / 10);
            row.AtLeast("changes a second", rate, 100);
            row.AtMost("torn", torn, 0);
            row.AtMost("tags with two contents", conflicts, 0);
            row.Must(!server.HasEnded, "the server runs");
        }
        else
        {
            row.Note($"complete replies {complete:N0}; torn {torn:N0}; tags with two contents {conflicts:N0}");
        }
        row.Note($"304: {readers.Sum(reader => reader.NotModified):N0}");
        row.Note($"503: {readers.Sum(reader => reader.Unavailable):N0}");
        row.Note($"broken off: {readers.Sum(reader => reader.BrokenOff):N0}");
        row.Note($"416, 404: {readers.Sum(reader => reader.Others):N0}");
        return row;
    }

    // Its cache of open files would not look for a minute.
    private static Peer NginxWithoutCache() => Peers.Nginx with
    {
        Name = "nginx, open_file_cache off",
        Command = (place, port) =>
        {
            var command = Peers.Nginx.Command(place, port);
            var path = Path.Combine(place.Scratch, "nginx.conf");
            var lines = File.ReadAllLines(path);
            File.WriteAllLines(path, lines.Where(line => !line.Contains("open_file_cache", StringComparison.Ordinal)));
            return command;
        },
    };
}
