using System.Text;
using Vitrine.Http;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Site;

namespace Vitrine.Tests.Server;

public class AllocationTests
{
    private const string Get = "GET /page.html HTTP/1.1\r\nHost: a\r\nUser-Agent: x\r\nAccept: */*\r\n\r\n";

    [Theory]
    [InlineData(Get, 1)]
    [InlineData(Get + Get + Get + Get, 4)]
    public void A_cached_get_allocates_nothing(string request, int replies)
    {
        var allocated = Measure(request, replies, keepsMarks: false);
        Assert.Equal(0, allocated);
    }

    [Theory]
    [InlineData("HEAD", "", "HTTP/1.1 200 OK")]
    [InlineData("GET", "If-None-Match: *\r\n", "HTTP/1.1 304 Not Modified")]
    [InlineData("GET", "Range: bytes=10-19\r\n", "HTTP/1.1 206 Partial Content")]
    [InlineData("GET", "Accept-Encoding: gzip, deflate, br\r\n", "Content-Encoding: br\r\n")]
    public void Nor_does_any_other_answer_from_the_cache(string method, string fields, string expected)
    {
        var request = $"{method} /page.html HTTP/1.1\r\nHost: a\r\n{fields}\r\n";
        Assert.Equal(0, Measure(request, 1, keepsMarks: false, expected));
    }

    [Theory]
    [InlineData("/missing.html")]
    [InlineData("/missing/deep/inside/")]
    [InlineData("/.hidden")]
    public void Nor_does_404(string target)
    {
        if (!OperatingSystem.IsLinux()) return; // elsewhere the disk is looked at
        var request = $"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n";
        Assert.Equal(0, Measure(request, 1, keepsMarks: false, "HTTP/1.1 404 Not Found"));
    }

    [Fact]
    public void A_logged_get_allocates_nothing_on_the_worker() => Assert.Equal(0, Measure(Get, 1, keepsMarks: true));

    // The control: what is known to allocate is seen to.
    [Fact]
    public void A_redirect_is_made_anew() =>
        Assert.True(Measure("GET /folder HTTP/1.1\r\nHost: a\r\n\r\n", 1, keepsMarks: false) > 0);

    private static long Measure(string request, int replies, bool keepsMarks, string expected = "HTTP/1.1 ")
    {
        const int Rounds = 1_000;
        var root = Directory.CreateTempSubdirectory("vitrine-");
        File.WriteAllText(Path.Combine(root.FullName, "page.html"), new string('x', 783));
        File.WriteAllBytes(Path.Combine(root.FullName, "page.html.br"), EncodedBytes.Brotli("br"u8));
        root.CreateSubdirectory("folder");
        Thread.Sleep(50); // what was written just now is not taken for encoded yet
        try
        {
            // Nothing goes stale meanwhile: looking at the file again is the loader's business, once a
            // second.
            var limits = new Limits { FreshnessMs = int.MaxValue };
            using var site = new FolderSite(new SiteOptions(root.FullName, Listing: true, limits));
            var context = new ProtocolContext(site, limits, serverHeader: true, "b") { KeepsMarks = keepsMarks };
            var wire = new RepeatingWire(Encoding.ASCII.GetBytes(request), Encoding.ASCII.GetBytes(expected));
            var log = keepsMarks ? new NullLog() : null;
            using var worker = new Worker<RepeatingTransport>(
                new RepeatingTransport(wire), context, new ConnectionGate(1), null, log);
            while (wire.Replies < 100 * replies) worker.Step(10);
            // The runtime itself allocates a little while it makes code faster: the best of a few rounds has
            // none of that.
            var least = long.MaxValue;
            for (var round = 0; round < 5; round++)
            {
                var (before, repliesBefore) = (GC.GetAllocatedBytesForCurrentThread(), wire.Replies);
                for (var i = 0; i < Rounds; i++) worker.Step(0);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.Equal(Rounds * replies, wire.Replies - repliesBefore);
            }
            return least;
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private sealed class NullLog : IReplyLog
    {
        public void Replied(in ConnectionInfo connection, ReplyMark reply, long bytesSent, long nowUs)
        {
        }
    }

    /// <summary>
    /// One connection, whose client sends the same bytes again as soon as it has its replies.
    /// </summary>
    private sealed class RepeatingWire(byte[] request, byte[] expected)
    {
        private bool isAccepted;
        private bool hasInput;

        public int Replies { get; private set; }

        public long Token { get; set; }

        public bool Accept() => !isAccepted && (isAccepted = true);

        public bool TakeTurn() => isAccepted && (hasInput = true);

        public int Receive(Span<byte> buffer)
        {
            if (!hasInput) return TransportResult.WouldBlock;
            hasInput = false;
            request.CopyTo(buffer);
            return request.Length;
        }

        public long Send(OutputQueue output)
        {
            Replies += output[0].Span.Count(expected);
            return output[0].Length;
        }
    }

    private readonly struct RepeatingTransport(RepeatingWire wire) : ITransport
    {
        public long NowMs => 1;

        public long NowUs => 1;

        public long UnixSeconds => 1;

        public int Wait(Span<TransportEvent> events, int timeoutMs)
        {
            events[0] = wire.TakeTurn()
                ? new TransportEvent(wire.Token, Readiness.Readable)
                : new TransportEvent(0, Readiness.Acceptable);
            return 1;
        }

        public int Accept(out PeerAddress peer, out int listener)
        {
            peer = default;
            listener = 0;
            return wire.Accept() ? 1 : TransportResult.WouldBlock;
        }

        public bool Register(int socket, long token)
        {
            wire.Token = token;
            return true;
        }

        public void SetAccepting(bool accepting)
        {
        }

        public void StopListening()
        {
        }

        public int Receive(int socket, Span<byte> buffer) => wire.Receive(buffer);

        public long Send(int socket, OutputQueue output, out bool isFull)
        {
            isFull = false;
            return wire.Send(output);
        }

        public long Send(int socket, ReadOnlySpan<byte> bytes, out bool isFull) => throw new NotSupportedException();

        public void ShutdownWrite(int socket)
        {
        }

        public void Close(int socket, bool abort)
        {
        }

        public void Wake()
        {
        }

        public void Dispose()
        {
        }
    }
}
