using System.Net.Sockets;
using System.Text;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Wire;
using Vitrine.Testing;

namespace Vitrine.Attacks.Greedy;

/// <summary>Requests that cost a server more than others.</summary>
internal static class Requests
{
    private const int Clients = 4;
    private const long Megabyte = 1024 * 1024;
    private const int ConnectionBytes = 512 * 1024;

    /// <summary>As many ranges as a head has room for, that neither touch nor overlap.</summary>
    public static Siege Ranges(Plan plan)
    {
        var list = string.Join(',', Enumerable.Range(0, 2_000).Select(i => $"{i * 9}-{i * 9}"));
        var request = RequestText.Get("/large.bin", $"Range: bytes={list}\r\n");
        return new Siege(
            "ranges", $"2,000 ranges in a request ({request.Length / 1024} KB of head) for a file of 100 KB",
            Clients, Clients * ConnectionBytes, assault => Ask(assault, long.MaxValue, _ => request))
        {
            Prepare = folder => folder.Write("large.bin", new byte[100_000]),
            Length = TimeSpan.FromSeconds(plan.Pick(20, 4)),
        };
    }

    /// <summary>Lists of content codings that fill a head.</summary>
    public static Siege AcceptEncoding(Plan plan)
    {
        var list = new StringBuilder("x");
        for (var i = 0; list.Length < 31_000; i++) list.Append($", x{i};q=0.{i % 1000:D3}");
        var request = RequestText.Get("/site.js", $"Accept-Encoding: {list}\r\n");
        return new Siege(
            "accept-encoding", "31 KB of Accept-Encoding in each request for a file with compressed siblings",
            Clients, Clients * ConnectionBytes, assault => Ask(assault, long.MaxValue, _ => request))
        {
            Prepare = folder =>
            {
                var plain = new byte[10_000];
                folder.Write("site.js", plain);
                foreach (var extension in new[] { ".gz", ".br", ".zst" })
                    folder.Write("site.js" + extension, EncodedBytes.Of(extension, plain));
            },
            Length = TimeSpan.FromSeconds(plan.Pick(20, 4)),
        };
    }

    /// <summary>A name that was never asked for, each time.</summary>
    public static Siege Names(Plan plan)
    {
        const int CacheMegabytes = 16;
        var count = plan.Pick(1_000_000, 100_000);
        return new Siege(
            "names",
            $"{count:N0} distinct names, every other below folders that do not exist; --cache-mb {CacheMegabytes}",
            Clients, (CacheMegabytes * Megabyte) + (Clients * ConnectionBytes),
            assault => Ask(assault, count, number => RequestText.Get(
                number % 2 == 0 ? $"/name-{number:x8}.html" : $"/{number:x8}/{number:x4}/page.html")))
        {
            Options = ["--cache-mb", $"{CacheMegabytes}"],
            Length = TimeSpan.FromMinutes(plan.Pick(10, 1)),
        };
    }

    // Twenty at a time, each reply read. A server may close after a refusal.
    private static void Ask(Assault assault, long count, Func<long, byte[]> requestOf)
    {
        const int AtATime = 20;
        long asked = 0;
        var cpu = assault.Server.CpuSeconds;
        var statuses = new long[600];
        Threads.RunAll(Clients, _ =>
        {
            WireClient? client = null;
            while (!assault.IsOver && Interlocked.Add(ref asked, AtATime) is var last && last <= count)
            {
                try
                {
                    client ??= new WireClient(assault.Port);
                    using var batch = new MemoryStream();
                    for (var i = 0; i < AtATime; i++) batch.Write(requestOf(last - i));
                    client.Send(batch.ToArray());
                    for (var i = 0; i < AtATime; i++) Interlocked.Increment(ref statuses[client.Read().Status]);
                }
                catch (Exception fault) when (fault is IOException or SocketException)
                {
                    client?.Dispose();
                    client = null;
                }
            }
            client?.Dispose();
        });
        var seen = Enumerable.Range(0, statuses.Length).Where(status => statuses[status] > 0)
            .Select(status => $"{statuses[status]:N0} answered {status}");
        assault.Row.Note(string.Join(", ", seen));
        if (count < long.MaxValue) assault.Row.AtLeast("answered", statuses.Sum(), count);
        var us = (assault.Server.CpuSeconds - cpu) * 1e6 / Math.Max(statuses.Sum(), 1);
        assault.Row.Note($"{us:N0} us of the server's processor a request");
    }
}
