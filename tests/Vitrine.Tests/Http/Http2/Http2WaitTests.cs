using System.Text;
using Vitrine.Http.Http2;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using static Vitrine.Tests.Http.Http2.Peer;
using F = Vitrine.Http.Http2.Frames.FrameFlags;
using T = Vitrine.Http.Http2.Frames.FrameType;

namespace Vitrine.Tests.Http.Http2;

/// <summary>Who waits for whom, for how long, and with what in hand.</summary>
public class Http2WaitTests
{
    [Fact]
    public void Who_waits_for_its_turn_is_not_to_blame()
    {
        var peer = new Peer();
        peer.Send(Setting(4, 1_000_000));
        peer.Send(GetFrame(1, "/big", ("priority", "u=1")));
        peer.Send(GetFrame(3, "/big", ("priority", "u=2")));
        for (var i = 0; i < 20; i++)
        {
            peer.Wait(5_000);
            peer.Send(Number(T.WindowUpdate, 0, 5_000)); // all of it goes to the first
        }
        Assert.Equal((null, null), (peer.ResetOf(1), peer.ResetOf(3)));
        peer.Wait(30_000);
        Assert.Equal((ErrorCode.Cancel, ErrorCode.Cancel), (peer.ResetOf(1), peer.ResetOf(3)));
    }

    [Fact]
    public void A_client_that_takes_next_to_nothing_is_in_a_phase_of_its_own_from_its_beginning_on()
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/big"));
        var since = peer.Protocol.PhaseStartedMs;
        for (var i = 0; i < 5; i++)
        {
            peer.Wait(1_000);
            peer.Send([.. Number(T.WindowUpdate, 0, 1_000), .. Number(T.WindowUpdate, 1, 1_000)]);
            Assert.Equal((Phase.Window, since), (peer.Protocol.Phase, peer.Protocol.PhaseStartedMs));
        }
        peer.Wait(1_000);
        peer.Send([.. Number(T.WindowUpdate, 0, 9_000), .. Number(T.WindowUpdate, 1, 9_000)]);
        Assert.Equal(since + 6_000, peer.Protocol.PhaseStartedMs);
        peer.Send([.. Number(T.WindowUpdate, 0, 900_000), .. Number(T.WindowUpdate, 1, 900_000)]);
        Assert.Equal(Phase.Idle, peer.Protocol.Phase);
    }

    [Fact]
    public void One_that_is_answered_before_its_end_is_answered_once()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        var head = Block(Get("/later/a", ("expect", "100-continue")));
        peer.Send([.. Frame(T.Headers, F.EndHeaders, 1, head), .. Frame(T.Data, F.EndStream, 1, [])]);
        peer.Send([.. Frame(T.Headers, F.EndHeaders, 3, head), .. HeadFrame(3, Block(("x", "y")))]);
        peer.Send([.. Frame(T.Headers, F.EndHeaders, 5, head), .. Frame(T.Data, 0, 5, new byte[100])]);
        Assert.Equal(3, site.Waiting.Count);
        foreach (var later in site.Waiting) later.Finish();
        peer.Resume();
        foreach (var id in (int[])[1, 3, 5]) Assert.Equal("/later/a", Encoding.ASCII.GetString(peer.BodyOf(id)));
        Assert.Equal((null, null, ErrorCode.NoError), (peer.ResetOf(1), peer.ResetOf(3), peer.ResetOf(5)));
    }

    // A few bytes on the wire that stand for thousands, on a hundred streams.
    [Fact]
    public void Heads_that_are_kept_have_a_limit_on_a_connection()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        byte[] large = [0x40, 1, (byte)'x', 0x7F, 0xA1, 0x1E, .. Enumerable.Repeat((byte)'y', 4_000)];
        peer.Send(HeadFrame(1, [.. Block(Get("/hello")), .. large]));
        byte[] block = [.. Block(Get("/later/a")), .. Enumerable.Repeat((byte)0xBE, 6)];
        for (var id = 3; id < 103; id += 2)
            peer.Send(Frame(T.Headers, F.EndHeaders | (id % 4 == 1 ? F.EndStream : 0), id, block));
        var kept = Enumerable.Range(1, 50).Count(i => peer.ResetOf(1 + 2 * i) is null);
        Assert.InRange(kept, 10, 11); // of 24 KB each, 256 KB
        Assert.Equal(ErrorCode.RefusedStream, peer.ResetOf(101));
        Assert.Null(peer.GoneAway);
        foreach (var later in site.Waiting) later.Finish();
        peer.Resume();
        peer.Send(Frame(T.Headers, F.EndHeaders, 103, block)); // there is room again
        Assert.Null(peer.ResetOf(103));
    }

    [Fact]
    public void And_one_on_all_of_a_worker()
    {
        var site = new MemorySite();
        var peer = new Peer(site, new() { OutputBytes = 400 }); // a quarter of it
        peer.Send([.. GetFrame(1, "/later/a"), .. GetFrame(3, "/later/b"), .. GetFrame(5, "/hello")]);
        Assert.Equal((null, ErrorCode.RefusedStream, 200), (peer.ResetOf(1), peer.ResetOf(3), peer.StatusOf(5)));
        Assert.True(site.Waiting[1].IsAbandoned);
    }

    [Fact]
    public void Others_have_their_turn_after_so_many_requests()
    {
        var context = ProtocolRun.Context(new MemorySite());
        var protocol = new Http2Protocol(new Http2Context(context), QuietInbox.Address);
        byte[] bytes = [.. Http2Protocol.Preface, .. Frame(T.Settings, 0, 0, [])];
        for (var id = 1; id < 200; id += 2) bytes = [.. bytes, .. GetFrame(id, "/empty")];
        var output = new OutputQueue();
        Assert.Equal(Want.Exchange, protocol.Consume(bytes, ended: false, output, out var consumed));
        var head = GetFrame(1, "/empty").Length;
        Assert.Equal(100 - 32, (bytes.Length - consumed) / head);
    }

    // RFC 9113 section 4.3.1.
    [Fact]
    public void Who_lets_us_remember_less_is_told_that_we_remember_nothing()
    {
        var peer = new Peer();
        peer.Send([.. Setting(1, 0), .. GetFrame(1, "/hello"), .. GetFrame(3, "/hello")]);
        var heads = peer.Of(T.Headers).ToArray();
        Assert.Equal((0x20, 0x88, 0x88), (heads[0].Payload[0], heads[0].Payload[1], heads[1].Payload[0]));
    }

    [Fact]
    public void Who_gives_room_for_each_small_reply_is_no_attacker()
    {
        var peer = new Peer();
        for (var id = 1; id < 8_000 && peer.GoneAway is null; id += 2)
            peer.Send([.. GetFrame(id, "/hello"), .. Number(T.WindowUpdate, id, 13), .. Number(T.WindowUpdate, 0, 13)]);
        Assert.Null(peer.GoneAway);
    }

    [Fact]
    public void Who_gives_room_by_the_byte_is_one()
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/big"));
        var count = 0;
        for (; count < 5_000 && peer.GoneAway is null; count++)
            peer.Send([.. Number(T.WindowUpdate, 0, 1), .. Number(T.WindowUpdate, 1, 1)]);
        Assert.Equal(ErrorCode.EnhanceYourCalm, peer.GoneAway);
        Assert.InRange(count, 400, 700);
    }

    [Fact]
    public void Uploads_that_are_refused_may_still_be_on_their_way()
    {
        var peer = new Peer();
        (string, string)[] post = [(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "a")];
        var block = Block([.. post, ("content-length", "9999999")]);
        for (var id = 1; id < 120; id += 2) peer.Send(Frame(T.Headers, F.EndHeaders, id, block));
        for (var id = 1; id < 120; id += 2) peer.Send(Frame(T.Data, 0, id, new byte[1_000]));
        Assert.Equal((413, null), (peer.StatusOf(119), peer.GoneAway));
    }

    [Theory]
    [InlineData(101, 0, 431)]
    [InlineData(0, 9_000, 414)]
    public void A_refusal_of_a_HEAD_has_no_body_and_is_logged(int fields, int pathLength, int status)
    {
        var peer = new Peer();
        var path = "/" + new string('a', pathLength);
        var more = Enumerable.Range(0, fields).Select(i => ($"x-{i}", "y"));
        peer.Send(HeadFrame(
            1, Block([(":method", "HEAD"), (":scheme", "http"), (":path", path), (":authority", "a"), .. more])));
        Assert.Equal((status, 0, true), (peer.StatusOf(1), peer.BodyOf(1).Length, peer.HasAll(1)));
        Assert.StartsWith("HEAD /", Assert.Single(peer.Marks), StringComparison.Ordinal);
    }

    [Fact]
    public void Small_limits_are_no_fault()
    {
        var peer = new Peer(limits: new() { HeadBytes = 4_096, RequestLineBytes = 4_096 });
        byte[] huffman = [0x00, 1, (byte)'x', 0xFF, .. Length(16_300), .. new byte[16_300]]; // 5 bits a zero
        peer.Send(HeadFrame(1, [.. Block(Get("/hello")), .. huffman]));
        Assert.Equal(ErrorCode.EnhanceYourCalm, peer.GoneAway);
    }

    private static byte[] Length(int length)
    {
        length -= 127;
        return [(byte)(length & 0x7F | 0x80), (byte)(length >> 7)];
    }

    private static byte[] Setting(int id, uint value) => Frame(
        T.Settings,
        0,
        0,
        [0, (byte)id, (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
}
