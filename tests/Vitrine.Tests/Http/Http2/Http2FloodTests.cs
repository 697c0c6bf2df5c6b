using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using static Vitrine.Tests.Http.Http2.Peer;
using F = Vitrine.Http.Http2.Frames.FrameFlags;
using T = Vitrine.Http.Http2.Frames.FrameType;

namespace Vitrine.Tests.Http.Http2;

/// <summary>Attacks on HTTP/2 that are known by name: each is ended, and what an honest client does is not.</summary>
public class Http2FloodTests
{
    // CVE-2023-44487.
    [Fact]
    public void Rapid_reset()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        var id = 1;
        for (; id < 2_000 && peer.GoneAway is null; id += 2)
        {
            peer.Send([.. GetFrame(id, "/later/a"), .. Number(T.ResetStream, id, (uint)ErrorCode.Cancel)]);
        }
        Assert.Equal((ErrorCode.EnhanceYourCalm, Want.Linger), (peer.GoneAway, peer.Want));
        Assert.InRange(id, 2 * 100, 2 * 110);
        Assert.All(site.Waiting, later => Assert.True(later.IsAbandoned));
    }

    // CVE-2025-8671: what makes us end the stream counts the same.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Made_you_reset(int kind)
    {
        var peer = new Peer();
        var id = 1;
        for (; id < 2_000 && peer.GoneAway is null; id += 2)
        {
            peer.Send(GetFrame(id, "/big"));
            peer.Send(kind switch
            {
                0 => Number(T.WindowUpdate, id, 0),
                1 => Number(T.WindowUpdate, id, int.MaxValue),
                2 => Frame(T.Data, 0, id, [1]),
                _ => GetFrame(id, "/"),
            });
        }
        Assert.Equal(ErrorCode.EnhanceYourCalm, peer.GoneAway);
        Assert.InRange(id, 2 * 100, 2 * 110);
    }

    [Fact]
    public void Who_leaves_a_page_now_and_then_is_no_attacker()
    {
        var peer = new Peer(new MemorySite());
        var id = 1;
        for (var page = 0; page < 100; page++)
        {
            for (var i = 0; i < 40; i++, id += 2) peer.Send(GetFrame(id, i < 20 ? "/hello" : "/later/a"));
            for (var i = 1; i <= 20; i++) peer.Send(Number(T.ResetStream, id - 2 * i, (uint)ErrorCode.Cancel));
            peer.Wait(1_000);
        }
        Assert.Null(peer.GoneAway);
    }

    // CVE-2024-27316.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16_000)]
    public void A_head_without_an_end(int length)
    {
        var peer = new Peer();
        peer.Send(Frame(T.Headers, 0, 1, Block(Get("/hello"))));
        for (var i = 0; i < 20 && peer.GoneAway is null; i++)
            peer.Send(Frame(T.Continuation, 0, 1, new byte[length]));
        Assert.Equal(ErrorCode.EnhanceYourCalm, peer.GoneAway);
    }

    [Fact]
    public void A_long_head_in_few_frames_is_read()
    {
        var peer = new Peer();
        var fields = Enumerable.Range(0, 7).Select(i => ($"x-{i}", new string('#', 3_000)));
        var block = Block(Get("/hello", [.. fields]));
        Assert.True(block.Length > 20_000);
        peer.Send(Frame(T.Headers, F.EndStream, 1, block.AsSpan(0, 16_000)));
        peer.Send(Frame(T.Continuation, F.EndHeaders, 1, block.AsSpan(16_000)));
        Assert.Equal(200, peer.StatusOf(1));
    }

    // CVE-2016-6581, CVE-2026-49975: one byte on the wire that is a field of four kilobytes.
    [Fact]
    public void Fields_that_are_one_byte_each()
    {
        var peer = new Peer();
        byte[] large = [0x40, 1, (byte)'x', 0x7F, 0xA1, 0x1E, .. Enumerable.Repeat((byte)'y', 4_000)];
        byte[] block = [.. Block(Get("/hello")), .. large, .. Enumerable.Repeat((byte)0xBE, 8_000)];
        peer.Send(HeadFrame(1, block.AsSpan(0, block.Length - 7_980))); // 80 KB: read to its end
        Assert.Equal((431, null), (peer.StatusOf(1), peer.GoneAway));
        byte[] crumbs = [0x40, 6, .. "cookie"u8, 1, (byte)'y', .. Enumerable.Repeat((byte)0xBE, 1_000)];
        peer.Send(HeadFrame(3, [.. Block(Get("/hello")), .. crumbs]));
        Assert.Equal((431, null), (peer.StatusOf(3), peer.GoneAway));
        peer.Send(HeadFrame(5, block));
        Assert.Equal((0, ErrorCode.EnhanceYourCalm), (peer.StatusOf(5), peer.GoneAway));
    }

    // CVE-2019-9512, -9515, -9513, -9518.
    [Theory]
    [InlineData(T.Ping, 8, 0)]
    [InlineData(T.Settings, 0, 0)]
    [InlineData(T.Settings, 6, 0)]
    [InlineData(T.Priority, 5, 1)]
    [InlineData(T.PriorityUpdate, 5, 0)]
    [InlineData((FrameType)99, 5, 0)]
    [InlineData(T.WindowUpdate, 4, 1)]
    [InlineData(T.Data, 0, 1)]
    [InlineData(T.Data, 1, 1)]
    public void Frames_that_carry_nothing(int type, int length, int stream)
    {
        var peer = new Peer();
        peer.Send(Frame(T.Headers, F.EndHeaders, 1, Block(Get("/hello"))));
        var payload = new byte[length];
        if (length > 3) payload[3] = 3;
        var frame = Frame((FrameType)type, 0, stream, payload);
        var count = 0;
        for (; count < 10_000 && peer.GoneAway is null; count++) peer.Send(frame);
        Assert.Equal(ErrorCode.EnhanceYourCalm, peer.GoneAway);
        Assert.InRange(count, 900, 1_100);
    }

    [Fact]
    public void Who_takes_a_large_file_by_the_kilobyte_is_no_attacker()
    {
        var peer = new Peer();
        for (var id = 1; id < 40; id += 2)
        {
            peer.Send(GetFrame(id, "/big"));
            while (!peer.HasAll(id) && peer.GoneAway is null)
            {
                peer.Send(Number(T.WindowUpdate, 0, 1_024));
                peer.Send(Number(T.WindowUpdate, id, 1_024));
            }
            Assert.Null(peer.GoneAway);
            peer.Frames.Clear();
        }
    }

    [Fact]
    public void Requests_beyond_the_most_are_refused_and_can_be_made_again()
    {
        var site = new MemorySite();
        var peer = new Peer(site, new() { Streams = 3 });
        for (var id = 1; id < 11; id += 2) peer.Send(GetFrame(id, "/later/a"));
        Assert.Equal(3, site.Waiting.Count);
        Assert.Equal(
            [null, ErrorCode.RefusedStream, ErrorCode.RefusedStream],
            new[] { 5, 7, 9 }.Select(peer.ResetOf));
        site.Waiting[0].Finish();
        peer.Resume();
        peer.Send(GetFrame(11, "/hello"));
        Assert.Equal((200, 200), (peer.StatusOf(1), peer.StatusOf(11)));
    }

    [Fact]
    public void A_head_that_does_not_come_to_its_end_is_not_waited_for()
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/hello").AsSpan(0, 12));
        Assert.Equal(Phase.Head, peer.Protocol.Phase);
        peer.Wait(9_999);
        peer.Send(GetFrame(1, "/hello").AsSpan(12, 1));
        Assert.Null(peer.GoneAway);
        peer.Wait(1);
        Assert.Equal((Want.Linger, ErrorCode.NoError), (peer.Want, peer.GoneAway));
    }
}
