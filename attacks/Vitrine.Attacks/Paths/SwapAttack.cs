using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Linux;
using Vitrine.Compare.Servers;

namespace Vitrine.Attacks.Paths;

/// <summary>A part of a path that is a folder and a link to the outside in turn, while the path is asked for.</summary>
internal static class SwapAttack
{
    private const int Clients = 4;

    public static Attack Attack { get; } = new(
        "swap", "a folder swapped with a link that leads out of the root, in a tight loop, 1,000,000 requests", Run);

    private static IEnumerable<Row> Run(Plan plan)
    {
        if (plan.IsQuick)
        {
            yield return Run(SwapKind.All[1], Ours("auto"), 20_000, mustHold: true);
            yield break;
        }
        foreach (var kind in SwapKind.All) yield return Run(kind, Ours("auto"), 1_000_000, mustHold: true);
        yield return Run(SwapKind.All[1], Ours("portable"), 1_000_000, mustHold: true);
        // The control: who follows links has to be seen doing it.
        yield return Run(SwapKind.All[1], Peers.Nginx, 100_000, mustHold: false);
    }

    // What the sandbox keeps from being read shows nothing about how paths are opened.
    private static Peer Ours(string transport) => Peers.VitrineWith(
        $"vitrine, transport {transport}", 1, "--transport", transport, "--sandbox", "none", "--cache-mb", "1");

    private static Row Run(SwapKind kind, Peer peer, int requests, bool mustHold)
    {
        Plan.Tell($"swap: {kind.Name}, {peer.Name}");
        using var folder = new TemporaryFolder();
        var outside = folder.Beside("outside");
        var inside = folder.PathOf(kind.Swapped);
        var link = folder.PathOf(kind.Swapped) + ".other";
        var files = Math.Min(requests / 4, SwapClient.MostFiles);
        Fill(Path.Combine(inside, kind.Below), SwapClient.Inside, files, "");
        Fill(Path.Combine(outside, kind.Below), [.. SwapClient.Mark, .. "\n"u8], files, "OUTSIDE-THE-ROOT");
        var target = kind.IsAbsolute ? outside : Path.GetRelativePath(Path.GetDirectoryName(link)!, outside);
        File.CreateSymbolicLink(link, target);
        using var server = RunningServer.Start(peer, folder.Place, Ports.Free());
        var path = Path.Combine(kind.Swapped, kind.Below);
        var clients = Enumerable.Range(0, Clients).Select(_ => new SwapClient(server.Port, path, files)).ToArray();
        long swaps;
        using (var swapper = new Swapper(inside, link))
        {
            Threads.RunAll(Clients, i => clients[i].Run(i * requests / Clients, requests / Clients));
            swaps = swapper.Count;
        }
        var row = new Row("swap", $"{kind.Name}, {requests:N0} requests to {peer.Name}");
        row.Note($"swapped {swaps:N0} times");
        var leaked = clients.Sum(client => client.OutsideCount);
        if (mustHold) row.AtMost("from outside", leaked, 0);
        else row.AtLeast("follows links, as a control; from outside", leaked, 1);
        row.AtLeast("from inside", clients.Sum(client => client.InsideCount), requests / 20);
        var missing = clients.Sum(client => client.MissingCount);
        if (mustHold) row.AtLeast("404", missing, requests / 20);
        row.Note($"others (listings, 403, 503) {clients.Sum(client => client.OtherCount):N0}");
        row.Must(!server.HasEnded, "the server runs");
        return row;
    }

    // All names are one file: to open each costs the same.
    private static void Fill(string folder, ReadOnlySpan<byte> bytes, int files, string more)
    {
        Directory.CreateDirectory(folder);
        var first = Path.Combine(folder, "first");
        File.WriteAllBytes(first, bytes.ToArray());
        File.SetLastWriteTimeUtc(first, DateTime.UtcNow.AddDays(-1));
        void Name(string name)
        {
            if (Libc.link(first, Path.Combine(folder, name)) < 0)
                throw new InvalidOperationException($"{folder}/{name} cannot be made.");
        }
        for (var i = 0; i < files; i++) Name(SwapClient.NameOf(i));
        if (more.Length == 0) return;
        for (var i = 0; i < files; i += 100) Name(SwapClient.NameOf(i) + ".gz");
        File.WriteAllBytes(Path.Combine(folder, more), []);
    }
}
