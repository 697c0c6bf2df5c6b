using System.Text;
using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Http1;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Http1;

public sealed class BodySinkTests
{
    private const string WithLength = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world";

    private const string Chunked =
        "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        + "6;x=y\r\nhello \r\n5\r\nworld\r\n0\r\nT: v\r\n\r\n";

    [Theory]
    [InlineData(WithLength, false)]
    [InlineData(WithLength, true)]
    [InlineData(Chunked, false)]
    [InlineData(Chunked, true)]
    public void A_body_goes_to_its_sink_without_its_framing_wherever_it_is_split(string request, bool waits)
    {
        var bytes = Encoding.ASCII.GetBytes(request + "GET /b HTTP/1.1\r\nHost: a\r\n\r\n");
        for (var split = 0; split <= bytes.Length; split++)
        {
            var site = new Uploads(waits);
            var output = Run(site, bytes, split);
            Assert.Equal("hello world", site.Sink!.Text);
            Assert.Equal((1, 0), (site.Sink.Finished, site.Sink.Abandoned));
            Assert.Equal(2, Count(output, "HTTP/1.1 200 OK"));
            Assert.Equal(waits, site.Sink.Waits > 0);
        }
    }

    [Theory]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX", "400")]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nFFFFFF\r\n", "413")]
    [InlineData("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello", "")]
    public void What_is_malformed_too_long_or_cut_off_is_abandoned(string request, string status)
    {
        var site = new Uploads(waits: false);
        var output = Run(site, Encoding.ASCII.GetBytes(request), 0);
        Assert.StartsWith(status.Length > 0 ? "HTTP/1.1 " + status : "", output, StringComparison.Ordinal);
        Assert.Equal("hello", site.Sink!.Text);
        Assert.Equal((0, 1), (site.Sink.Finished, site.Sink.Abandoned));
    }

    [Fact]
    public void A_request_without_a_body_has_no_sink()
    {
        var site = new Uploads(waits: false);
        Run(site, "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), 0);
        Assert.Null(site.Sink);
    }

    private static string Run(Uploads site, byte[] bytes, int split)
    {
        var context = new ProtocolContext(site, new Limits(), serverHeader: false, "boundary");
        var protocol = new Http1Protocol(context, QuietInbox.Address);
        var output = new OutputQueue();
        var start = 0;
        foreach (var end in (int[])[split, bytes.Length])
        {
            Want want;
            do
            {
                want = protocol.Consume(bytes.AsSpan(start..end), ended: false, output, out var consumed);
                start += consumed;
                if (want == Want.Wait) want = protocol.Resume(output) == Want.Read ? Want.Wait : Want.Read;
            }
            while (want == Want.Wait);
        }
        protocol.Release(null);
        var sent = new StringBuilder();
        for (var i = 0; i < output.Count; i++) sent.Append(Encoding.ASCII.GetString(output[i].Span));
        return sent.ToString();
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private sealed class Uploads(bool waits) : IResponder
    {
        private readonly Representation page = Representation.InMemory(PinnedBytes.Copy("ok"u8), "text/plain");

        public Sink? Sink { get; private set; }

        public IBodySink? BodyOf(in RequestHead head) => Sink = new Sink(waits);

        public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room) =>
            Reply.Whole(Status.Ok, page);

        public Representation ErrorPage(Status status, string explanation) => page;
    }

    private sealed class Sink(bool waits) : IBodySink
    {
        private readonly StringBuilder text = new();

        public string Text => text.ToString();

        public int Finished { get; private set; }

        public int Abandoned { get; private set; }

        public int Waits { get; private set; }

        public PendingReply? Accept(ReadOnlySpan<byte> bytes)
        {
            text.Append(Encoding.ASCII.GetString(bytes));
            if (!waits) return null;
            Waits++;
            return new Nothing();
        }

        public void Finish() => Finished++;

        public void Abandon() => Abandoned++;
    }

    private sealed class Nothing : PendingReply
    {
        public override bool IsDone => true;

        public override void Subscribe(IInbox inbox, long token) => inbox.Post(token);
    }
}
