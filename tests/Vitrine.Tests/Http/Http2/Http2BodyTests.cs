using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Replies;
using static Vitrine.Tests.Http.Http2.Peer;
using F = Vitrine.Http.Http2.Frames.FrameFlags;
using T = Vitrine.Http.Http2.Frames.FrameType;

namespace Vitrine.Tests.Http.Http2;

/// <summary>Bodies that a request brings, where somebody takes them.</summary>
public class Http2BodyTests
{
    [Fact]
    public void A_body_goes_to_its_sink_without_frames_and_padding()
    {
        var site = new Uploads();
        var peer = new Peer(site);
        peer.Send([.. Post(1), .. Frame(T.Data, 0, 1, "hello "u8), .. Frame(T.Data, F.Padded, 1, "\x02wor\0\0"u8)]);
        Assert.Equal(0, peer.StatusOf(1));
        peer.Send(Frame(T.Data, F.EndStream, 1, "ld"u8));
        Assert.Equal(("hello world", 1, 0), (site.Sink.Text, site.Sink.Finished, site.Sink.Abandoned));
        Assert.Equal(200, peer.StatusOf(1));
    }

    [Fact]
    public void Trailers_end_it_too()
    {
        var site = new Uploads();
        var peer = new Peer(site);
        peer.Send([.. Post(1), .. Frame(T.Data, 0, 1, "hello"u8), .. HeadFrame(1, Block(("x", "y")))]);
        Assert.Equal(("hello", 1, 200), (site.Sink.Text, site.Sink.Finished, peer.StatusOf(1)));
    }

    [Theory]
    [InlineData("reset")]
    [InlineData("malformed")]
    [InlineData("late")]
    [InlineData("lost")]
    [InlineData("too long")]
    public void What_does_not_come_to_its_end_is_abandoned(string how)
    {
        var site = new Uploads();
        var peer = new Peer(site, new() { BodyBytes = 100 });
        peer.Send([.. Post(1, ("content-length", "20")), .. Frame(T.Data, 0, 1, "hello"u8)]);
        switch (how)
        {
            case "reset":
                peer.Send(Number(T.ResetStream, 1, (uint)ErrorCode.Cancel));
                break;
            case "malformed":
                peer.Send(Frame(T.Data, F.EndStream, 1, []));
                break;
            case "late":
                peer.Wait(30_000);
                Assert.Equal(408, peer.StatusOf(1));
                break;
            case "lost":
                peer.Lose();
                break;
            default:
                peer.Send([.. Post(3), .. Frame(T.Data, 0, 3, new byte[101])]);
                Assert.Equal(413, peer.StatusOf(3));
                break;
        }
        Assert.Equal((0, 1), (site.Sink.Finished, site.Sink.Abandoned));
    }

    // Nor more than it has room for: what it cannot take is not asked for.
    [Fact]
    public void A_sink_that_waits_is_given_no_more()
    {
        var site = new Uploads { Waits = true };
        var peer = new Peer(site);
        peer.Send([.. Post(1), .. Frame(T.Data, 0, 1, new byte[16_000])]);
        for (var i = 0; i < 3; i++) peer.Send(Frame(T.Data, 0, 1, new byte[16_000]));
        Assert.DoesNotContain(peer.Of(T.WindowUpdate), frame => frame.Stream == 1);
        peer.Send(Frame(T.Data, 0, 1, new byte[16_000]));
        Assert.Equal(ErrorCode.FlowControlError, peer.ResetOf(1));
        peer.Send([.. Post(3), .. Frame(T.Data, 0, 3, new byte[16_000]), .. Frame(T.Data, 0, 3, new byte[16_000])]);
        site.Sink.Done();
        peer.Resume();
        Assert.DoesNotContain(peer.Of(T.WindowUpdate), frame => frame.Stream == 3); // there is room for as much still
        peer.Send([.. Frame(T.Data, 0, 3, new byte[16_000]), .. Frame(T.Data, F.EndStream, 3, new byte[16_000])]);
        Assert.Equal(0, peer.StatusOf(3));
        site.Sink.Done();
        peer.Resume();
        Assert.Equal((200, 1), (peer.StatusOf(3), site.Sink.Finished));
    }

    private static byte[] Post(int stream, params (string, string)[] more) => Frame(
        T.Headers,
        F.EndHeaders,
        stream,
        Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "a"), .. more]));

    private sealed class Uploads : IResponder
    {
        private readonly Representation page = Representation.InMemory(PinnedBytes.Copy("ok"u8), "text/plain");

        public bool Waits { get; init; }

        public Sink Sink { get; private set; } = new(false);

        public IBodySink? BodyOf(in RequestHead head) => Sink = new Sink(Waits);

        public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room) =>
            Reply.Whole(Status.Ok, page);

        public Representation ErrorPage(Status status, string explanation) => page;
    }

    private sealed class Sink(bool waits) : IBodySink
    {
        private readonly StringBuilder text = new();
        private readonly List<MemorySite.Later> waiting = [];

        public string Text => text.ToString();

        public int Finished { get; private set; }

        public int Abandoned { get; private set; }

        public PendingReply? Accept(ReadOnlySpan<byte> bytes)
        {
            text.Append(Encoding.ASCII.GetString(bytes));
            if (!waits) return null;
            waiting.Add(new MemorySite.Later());
            return waiting[^1];
        }

        public void Done()
        {
            foreach (var later in waiting) later.Finish();
        }

        public void Finish() => Finished++;

        public void Abandon() => Abandoned++;
    }
}
