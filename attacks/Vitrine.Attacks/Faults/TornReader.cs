using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Vitrine.Attacks.Wire;

namespace Vitrine.Attacks.Faults;

/// <summary>Fetches files that change: whole, by range, and conditionally; now and then it reads late.</summary>
/// <param name="port">The server's.</param>
/// <param name="seed">What it does.</param>
/// <param name="tags">What all readers of this server have seen.</param>
internal sealed class TornReader(int port, int seed, TagBook tags)
{
    private const int LatestMs = 200;

    private readonly Random random = new(seed);
    private readonly Dictionary<string, string> lastTags = [];

    /// <summary>Complete replies with bytes.</summary>
    public int Complete { get; private set; }

    /// <summary>Those whose bytes are not of one version.</summary>
    public int Torn { get; private set; }

    /// <summary>Those whose tag goes with two versions.</summary>
    public int Conflicts { get; private set; }

    /// <summary>Replies 304.</summary>
    public int NotModified { get; private set; }

    /// <summary>Replies 503: it does not rest.</summary>
    public int Unavailable { get; private set; }

    /// <summary>Replies that were broken off.</summary>
    public int BrokenOff { get; private set; }

    /// <summary>All other replies: 416, 404.</summary>
    public int Others { get; private set; }

    /// <summary>Goes on until the time is over.</summary>
    public void Run(DateTime until)
    {
        WireClient? client = null;
        while (DateTime.UtcNow < until)
        {
            var file = RewrittenFile.Pick(random, RewrittenFile.All, 40, 30, 20, 10);
            try
            {
                client ??= new WireClient(port);
                client.Send(RequestFor(file));
                if (random.Next(10) == 0) Thread.Sleep(random.Next(LatestMs));
                var reply = client.Read();
                Check(file.Name, reply);
                if (!reply.Closes) continue;
            }
            catch (Exception fault) when (fault is IOException or SocketException)
            {
                BrokenOff++;
            }
            client?.Dispose();
            client = null;
        }
        client?.Dispose();
    }

    private byte[] RequestFor(RewrittenFile file)
    {
        var text = new StringBuilder($"GET /{file.Name} HTTP/1.1\r\nHost: localhost\r\n");
        var tag = lastTags.GetValueOrDefault(file.Name);
        var kind = random.Next(5);
        if (kind == 0 && tag is not null) text.Append($"If-None-Match: {tag}\r\n");
        if (kind is 1 or 2)
        {
            var words = file.Length / VersionedBytes.Word;
            var first = random.Next(words);
            var last = random.Next(first, words);
            text.Append($"Range: bytes={first * VersionedBytes.Word}-{(last * VersionedBytes.Word) + 7}\r\n");
            if (kind == 2 && tag is not null) text.Append($"If-Range: {tag}\r\n");
        }
        return Encoding.ASCII.GetBytes(text.Append("\r\n").ToString());
    }

    private void Check(string file, Reply reply)
    {
        if (reply.Status is not (200 or 206))
        {
            if (reply.Status == 304) NotModified++;
            else if (reply.Status == 503) Unavailable++;
            else Others++;
            return;
        }
        Complete++;
        var (offset, length) = reply.Status == 206 ? PlaceOf(reply) : (0, reply.Body.Length);
        if (VersionedBytes.VersionOf(reply.Body, offset) is not { } version)
        {
            Torn++;
            return;
        }
        if (reply.Field("etag:"u8) is not { } tag) return;
        lastTags[file] = tag;
        if (!tags.Agrees(file, tag, version, length)) Conflicts++;
    }

    // As in "bytes 8-15/4000".
    private static (long Offset, long Length) PlaceOf(Reply reply)
    {
        var numbers = (reply.Field("content-range:"u8) ?? "").Split(' ', '-', '/');
        return numbers.Length == 4
            ? (Number(numbers[1]), Number(numbers[3]))
            : throw new IOException("206 without a place");
        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
