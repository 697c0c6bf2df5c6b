using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Http2;

/// <summary>Which of several replies goes first (RFC 9218).</summary>
public class Http2PriorityTests
{
    [Fact]
    public void What_is_more_urgent_goes_first_and_of_the_same_what_was_asked_for_first()
    {
        var peer = Begin();
        Ask(peer, (1, "/a", "u=5"), (3, "/b", "u=1"), (5, "/c", "u=5"), (7, "/d", ""));
        Assert.Equal([3, 7, 1, 5], Order(peer));
    }

    [Fact]
    public void Those_of_which_a_part_is_of_use_are_sent_side_by_side()
    {
        var peer = Begin();
        Ask(peer, (1, "/a", "u=5, i"), (3, "/b", "u=5, i"), (5, "/c", "u=4"));
        var order = Order(peer);
        Assert.Equal([5, 1, 3, 1, 3], order[..5]);
    }

    [Fact]
    public void What_is_said_later_counts_from_then_on()
    {
        var peer = Begin();
        peer.Send(Peer.GetFrame(101, "/a", ("priority", "u=1")));
        peer.Send(Peer.GetFrame(103, "/b", ("priority", "u=1")));
        peer.Send(Peer.Frame(FrameType.PriorityUpdate, 0, 0, [0, 0, 0, 101, .. "u=6"u8]));
        Assert.Equal([3, 1], Order(peer));
    }

    // A page is shown when its style is there; a picture can come later. Browsers say so; others may not.
    [Fact]
    public void Where_nobody_says_what_is_urgent_what_a_page_needs_first_goes_first()
    {
        var peer = Begin();
        Ask(peer, (1, "/x.png", ""), (3, "/x.bin", ""), (5, "/x.css", ""), (7, "/x.html", ""));
        Assert.Equal([5, 7, 1, 3], Order(peer));
    }

    [Fact]
    public void One_that_has_no_room_does_not_hold_the_others_up()
    {
        var peer = Begin(window: 10_000);
        Ask(peer, (1, "/a", "u=0"), (3, "/b", "u=7"));
        Grow(peer, 0);
        Assert.Equal((10_000, 10_000), (peer.BodyOf(101).Length, peer.BodyOf(103).Length));
        Grow(peer, 3);
        Assert.True(peer.HasAll(103));
        Assert.Equal(10_000, peer.BodyOf(101).Length);
    }

    // The connection has no room at first, so that all are asked for before any is sent.
    private static Peer Begin(int window = 1_000_000)
    {
        var peer = new Peer(new Site());
        peer.Send(Peer.Frame(
            FrameType.Settings, 0, 0, [0, 4, 0, (byte)(window >> 16), (byte)(window >> 8), (byte)window]));
        peer.Send(Peer.GetFrame(1, "/fill"));
        peer.Frames.Clear();
        return peer;
    }

    private static void Ask(Peer peer, params (int Id, string Path, string Priority)[] requests)
    {
        foreach (var (id, path, priority) in requests)
        {
            (string, string)[] more = priority.Length > 0 ? [("priority", priority)] : [];
            peer.Send(Peer.GetFrame(id + 100, path, more));
        }
    }

    private static void Grow(Peer peer, int stream) => peer.Send(
        Peer.Number(FrameType.WindowUpdate, stream == 0 ? 0 : stream + 100, 10_000_000));

    private static int[] Order(Peer peer)
    {
        Grow(peer, 0);
        var order = new List<int>();
        foreach (var frame in peer.Of(FrameType.Data).Where(frame => frame.Stream > 100))
            if (order.Count == 0 || order[^1] != frame.Stream - 100) order.Add(frame.Stream - 100);
        return [.. order];
    }

    private sealed class Site : IResponder
    {
        private readonly Dictionary<string, Representation> pages = new()
        {
            [".css"] = Make("text/css"),
            [".html"] = Make("text/html; charset=utf-8"),
            [".png"] = Make("image/png"),
            [".bin"] = Make("application/octet-stream"),
            [""] = Make("text/plain"),
        };

        public Reply Respond(in RequestHead head, PendingReply? done, long nowUnixSeconds, Span<byte> room) =>
            Reply.Whole(Status.Ok, pages[Path.GetExtension(Encoding.ASCII.GetString(head.Path))]);

        public Representation ErrorPage(Status status, string explanation) => pages[""];

        private static Representation Make(string type) =>
            Representation.InMemory(new PinnedBytes(100_000), type);
    }
}
