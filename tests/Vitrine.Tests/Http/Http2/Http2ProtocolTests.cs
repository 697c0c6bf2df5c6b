using System.Buffers.Binary;
using System.Text;
using Vitrine.Http.Http2;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;
using static Vitrine.Tests.Http.Http2.Peer;
using F = Vitrine.Http.Http2.Frames.FrameFlags;
using T = Vitrine.Http.Http2.Frames.FrameType;

namespace Vitrine.Tests.Http.Http2;

public class Http2ProtocolTests
{
    [Fact]
    public void It_begins_with_its_settings_and_acknowledges_the_client_s()
    {
        var peer = new Peer(greets: false);
        peer.Send(Http2Protocol.Preface);
        Assert.Equal(
            [(T.Settings, F.None), (T.WindowUpdate, F.None)],
            peer.Frames.Select(frame => (frame.Type, frame.Flags)));
        Assert.Equal(
            new Dictionary<int, uint> { [3] = 100, [6] = 32 * 1024, [9] = 1 }, SettingsOf(peer.Frames[0].Payload));
        Assert.Equal(Phase.Head, peer.Protocol.Phase);
        peer.Send(Frame(T.Settings, 0, 0, []));
        Assert.Equal((T.Settings, F.Ack), (peer.Frames[2].Type, peer.Frames[2].Flags));
        Assert.Equal((Want.Read, Phase.Idle), (peer.Want, peer.Protocol.Phase));
    }

    [Fact]
    public void A_get_is_answered_with_a_head_and_a_body()
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/hello"));
        Assert.Equal([T.Headers, T.Data], peer.Frames.Select(frame => frame.Type));
        Assert.Equal(
            [(":status", "200"), ("server", "vitrine"), ("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                ("content-length", "13"), ("content-type", "text/plain"), ("x-content-type-options", "nosniff"),
                ("accept-ranges", "bytes"), ("etag", "\"hello\"")],
            peer.Frames[0].Fields);
        Assert.Equal("hello, world\n", Encoding.ASCII.GetString(peer.BodyOf(1)));
        Assert.True(peer.HasAll(1));
        Assert.Equal(["GET /hello HTTP/2.0 200 13"], peer.Marks);
        Assert.Equal((Want.Read, Phase.Idle), (peer.Want, peer.Protocol.Phase));
    }

    [Theory]
    [InlineData("HEAD", "/hello", 200)]
    [InlineData("GET", "/empty", 200)]
    [InlineData("HEAD", "/big", 200)]
    [InlineData("OPTIONS", "/", 204)]
    public void What_has_no_body_ends_with_its_head(string method, string path, int status)
    {
        var peer = new Peer();
        peer.Send(HeadFrame(1, Block((":method", method), (":scheme", "http"), (":path", path), (":authority", "a"))));
        Assert.Equal((status, true), (peer.StatusOf(1), Assert.Single(peer.Frames).EndsStream));
    }

    [Theory]
    [InlineData("/big", false)]
    [InlineData("/file", true)]
    public void A_large_body_comes_as_far_as_there_is_room_for_it(string path, bool isFile)
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send(GetFrame(1, path));
        Assert.Equal(65_535, peer.BodyOf(1).Length);
        Assert.Equal((Want.Read, Phase.Window), (peer.Want, peer.Protocol.Phase));
        peer.Send(Number(T.WindowUpdate, 1, 1_000_000));
        Assert.Equal(65_535, peer.BodyOf(1).Length); // the connection's is full too
        peer.Send(Number(T.WindowUpdate, 0, 10_000));
        Assert.Equal(75_535, peer.BodyOf(1).Length);
        peer.Send(Number(T.WindowUpdate, 0, 1_000_000));
        Assert.True(peer.HasAll(1));
        var whole = new Peer(site);
        whole.Send(Settings((SettingId.InitialWindowSize, 1_000_000)));
        whole.Send(Number(T.WindowUpdate, 0, 1_000_000));
        whole.Send(GetFrame(1, path));
        Assert.Equal(300_000, whole.BodyOf(1).Length);
        Assert.Equal(whole.BodyOf(1), peer.BodyOf(1));
        Assert.Equal([$"GET {path} HTTP/2.0 200 300000"], peer.Marks);
        if (isFile) Assert.True(IsReleased(site));
    }

    [Fact]
    public void Any_split_gives_the_same_frames()
    {
        byte[] bytes =
        [
            .. Http2Protocol.Preface, .. Settings((SettingId.InitialWindowSize, 100_000)),
            .. GetFrame(1, "/hello", ("cookie", "a=b"), ("cookie", "c=d")),
            .. Frame(T.Ping, 0, 0, "12345678"u8),
            .. Frame(T.Headers, F.EndStream, 3, Block(Get("/big")).AsSpan(0, 5)),
            .. Frame(T.Continuation, F.EndHeaders, 3, Block(Get("/big")).AsSpan(5)),
            .. Post(5),
            .. Frame(T.Data, F.Padded, 5, [3, 1, 2, 0, 0, 0]),
            .. Frame(T.Data, F.EndStream, 5, [1, 2]),
            .. Number(T.WindowUpdate, 0, 1_000_000),
            .. Number(T.WindowUpdate, 3, 1_000_000),
        ];
        var whole = new Peer(greets: false);
        whole.Send(bytes);
        Assert.Equal((200, 200, 405), (whole.StatusOf(1), whole.StatusOf(3), whole.StatusOf(5)));
        Assert.True(whole.HasAll(3));
        for (var split = 0; split <= bytes.Length; split++)
        {
            var peer = new Peer(greets: false);
            peer.Send(bytes.AsSpan(0, split));
            peer.Send(bytes.AsSpan(split));
            Assert.Equal(
                whole.Frames.Where(frame => frame.Type != T.Data).Select(Text).Order(),
                peer.Frames.Where(frame => frame.Type != T.Data).Select(Text).Order());
            foreach (var stream in (int[])[1, 3, 5]) Assert.Equal(whole.BodyOf(stream), peer.BodyOf(stream));
            Assert.Equal((Want.Read, Phase.Idle), (peer.Want, peer.Protocol.Phase));
        }

        static string Text(Peer.Received frame) =>
            $"{frame.Type} {frame.Flags} {frame.Stream} {Convert.ToHexString(frame.Payload)}";
    }

    [Fact]
    public void Byte_by_byte_it_is_the_same()
    {
        var peer = new Peer();
        foreach (var one in GetFrame(1, "/hello")) peer.Send([one]);
        Assert.Equal("hello, world\n", Encoding.ASCII.GetString(peer.BodyOf(1)));
    }

    [Theory]
    [InlineData("bytes=2-4", "206", "bytes 2-4/13", "llo")]
    [InlineData("bytes=-3", "206", "bytes 10-12/13", "ld\n")]
    public void A_range_is_sent(string range, string status, string contentRange, string body)
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/hello", ("range", range)));
        var head = peer.Frames[0];
        Assert.Equal((status, contentRange), (head[":status"], head["content-range"]));
        Assert.Equal($"{body.Length}", head["content-length"]);
        Assert.Equal(body, Encoding.ASCII.GetString(peer.BodyOf(1)));
    }

    [Fact]
    public void So_are_several()
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/big", ("range", "bytes=0-9,100000-100009")));
        var head = peer.Frames[0];
        Assert.Equal("multipart/byteranges; boundary=BOUNDARY", head["content-type"]);
        Assert.Equal(head["content-length"], $"{peer.BodyOf(1).Length}");
        Assert.Equal(1, head.Fields.Count(field => field.Name == "content-type"));
        var text = Encoding.ASCII.GetString(peer.BodyOf(1));
        Assert.StartsWith(
            "--BOUNDARY\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-9/300000\r\n\r\n",
            text,
            StringComparison.Ordinal);
        Assert.EndsWith("\r\n--BOUNDARY--\r\n", text, StringComparison.Ordinal);
        Assert.True(peer.HasAll(1));
        Assert.Equal([$"GET /big HTTP/2.0 206 {text.Length}"], peer.Marks);
    }

    [Theory]
    [InlineData("/room", 9_000)]
    [InlineData("/wide", 9_000)]
    public void What_is_read_into_the_output_s_room_is_sent_from_there(string path, int length)
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, path));
        var expected = new Peer();
        expected.Send(GetFrame(1, "/big"));
        Assert.Equal(expected.BodyOf(1)[..length], peer.BodyOf(1));
        Assert.True(peer.HasAll(1));
    }

    [Fact]
    public void A_head_that_is_longer_than_a_frame_comes_in_several()
    {
        var fields = new FieldSet { { "X-Long", new string('~', 20_000) } };
        var site = new OnePage(fields);
        var peer = new Peer(site);
        peer.Send(GetFrame(1, "/"));
        Assert.Equal(
            [T.Headers, T.Continuation, T.Data], peer.Frames.Select(frame => frame.Type));
        Assert.Equal(
            [F.None, F.EndHeaders, F.EndStream], peer.Frames.Select(frame => frame.Flags));
    }

    [Fact]
    public void Replies_that_are_promised_come_when_they_are_done_in_any_order()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send([.. GetFrame(1, "/later/a"), .. GetFrame(3, "/later/b"), .. GetFrame(5, "/hello")]);
        Assert.Equal(200, peer.StatusOf(5));
        Assert.Equal((0, 0), (peer.StatusOf(1), peer.StatusOf(3)));
        peer.Resume(); // of nothing
        site.Waiting[1].Finish();
        Assert.Equal(1, peer.Posts);
        peer.Resume();
        Assert.Equal("/later/b", Encoding.ASCII.GetString(peer.BodyOf(3)));
        Assert.Equal(0, peer.StatusOf(1));
        site.Waiting[0].Finish();
        peer.Resume();
        Assert.Equal("/later/a", Encoding.ASCII.GetString(peer.BodyOf(1)));
        Assert.Equal(Phase.Idle, peer.Protocol.Phase);
    }

    [Fact]
    public void One_that_is_given_up_or_lost_is_abandoned()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send([.. GetFrame(1, "/later/a"), .. GetFrame(3, "/later/b")]);
        peer.Send(Number(T.ResetStream, 1, (uint)ErrorCode.Cancel));
        Assert.True(site.Waiting[0].IsAbandoned);
        Assert.False(site.Waiting[1].IsAbandoned);
        site.Waiting[0].Finish();
        peer.Resume();
        Assert.Equal(0, peer.StatusOf(1));
        peer.Lose();
        Assert.True(site.Waiting[1].IsAbandoned);
    }

    [Fact]
    public void One_that_is_not_done_in_time_is_503()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send(GetFrame(1, "/later/a"));
        peer.Wait(29_000);
        Assert.Equal(0, peer.StatusOf(1));
        peer.Wait(1_000);
        Assert.Equal(503, peer.StatusOf(1));
        Assert.True(site.Waiting[0].IsAbandoned);
        Assert.Equal(Want.Read, peer.Want);
        peer.Send(GetFrame(3, "/hello")); // the connection lives on
        Assert.Equal(200, peer.StatusOf(3));
    }

    [Fact]
    public void A_client_that_takes_nothing_loses_its_stream_and_no_other()
    {
        var peer = new Peer();
        peer.Send(Settings((SettingId.InitialWindowSize, 100)));
        peer.Send(GetFrame(1, "/big"));
        peer.Wait(20_000);
        peer.Send(GetFrame(3, "/big"));
        peer.Wait(10_000);
        Assert.Equal((ErrorCode.Cancel, null), (peer.ResetOf(1), peer.ResetOf(3)));
        Assert.Equal(["GET /big HTTP/2.0 200 100"], peer.Marks);
        peer.Send(Number(T.WindowUpdate, 3, 100));
        Assert.Equal(200, peer.BodyOf(3).Length);
    }

    [Fact]
    public void A_reply_that_is_cut_is_marked_with_what_was_sent_of_it()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send(GetFrame(1, "/file"));
        peer.Send(Number(T.ResetStream, 1, (uint)ErrorCode.Cancel));
        Assert.Equal(["GET /file HTTP/2.0 200 65535"], peer.Marks);
        Assert.True(IsReleased(site));
        site = new MemorySite();
        peer = new Peer(site);
        peer.Send(GetFrame(1, "/file"));
        peer.Lose();
        Assert.Equal(["GET /file HTTP/2.0 200 65535"], peer.Marks);
        Assert.True(IsReleased(site));
    }

    [Fact]
    public void A_file_that_changes_is_never_sent_to_its_end()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send(GetFrame(1, "/file"));
        site.File.HasChanged = true;
        peer.Send([.. Number(T.WindowUpdate, 0, 1_000_000), .. Number(T.WindowUpdate, 1, 1_000_000)]);
        Assert.Equal(ErrorCode.InternalError, peer.ResetOf(1));
        Assert.False(peer.HasAll(1));
        Assert.Equal(65_535, peer.BodyOf(1).Length);
        Assert.Contains("changed", peer.Protocol.TakeRefusal(out _)!.Value.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_body_is_read_and_the_client_given_room_for_it()
    {
        var peer = new Peer();
        peer.Send(Post(1, ("content-length", "160000")));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(0, peer.StatusOf(1));
            peer.Send(Frame(T.Data, i == 9 ? F.EndStream : 0, 1, new byte[16_000]));
        }
        Assert.Equal(405, peer.StatusOf(1));
        Assert.True(peer.Of(T.WindowUpdate).Sum(frame => BinaryPrimitives.ReadInt32BigEndian(frame.Payload)) > 100_000);
        Assert.Null(peer.ResetOf(1));
    }

    [Fact]
    public void A_body_that_is_too_long_is_413_and_not_read_on()
    {
        var peer = new Peer(limits: new() { BodyBytes = 20_000 });
        peer.Send(Post(1));
        peer.Send(Frame(T.Data, 0, 1, new byte[16_000]));
        peer.Send(Frame(T.Data, 0, 1, new byte[16_000]));
        Assert.Equal((413, ErrorCode.NoError), (peer.StatusOf(1), peer.ResetOf(1)));
        peer.Send(Frame(T.Data, 0, 1, new byte[16_000])); // was on its way
        peer.Send(Post(3, ("content-length", "20001")));
        Assert.Equal((413, ErrorCode.NoError), (peer.StatusOf(3), peer.ResetOf(3)));
        Assert.Null(peer.GoneAway);
    }

    [Fact]
    public void Who_asks_before_it_sends_a_body_gets_the_answer_at_once()
    {
        var peer = new Peer();
        peer.Send(Post(1, ("expect", "100-continue")));
        Assert.Equal((405, ErrorCode.NoError), (peer.StatusOf(1), peer.ResetOf(1)));
    }

    [Fact]
    public void Trailers_end_a_request()
    {
        var peer = new Peer();
        peer.Send(Frame(T.Headers, F.EndHeaders, 1, Block(Get("/hello"))));
        peer.Send(Frame(T.Data, 0, 1, [1, 2, 3]));
        Assert.Equal(0, peer.StatusOf(1));
        peer.Send(HeadFrame(1, Block(("x-checksum", "1"))));
        Assert.Equal(200, peer.StatusOf(1));
    }

    [Fact]
    public void A_ping_is_answered()
    {
        var peer = new Peer();
        peer.Send(Frame(T.Ping, 0, 0, "12345678"u8));
        var answer = Assert.Single(peer.Frames);
        Assert.Equal((T.Ping, F.Ack), (answer.Type, answer.Flags));
        Assert.Equal("12345678"u8, answer.Payload);
        peer.Send(Frame(T.Ping, F.Ack, 0, "12345678"u8));
        Assert.Single(peer.Frames);
    }

    [Fact]
    public void Windows_change_with_the_settings_also_below_nothing()
    {
        var peer = new Peer();
        peer.Send(GetFrame(1, "/big"));
        peer.Send(Number(T.WindowUpdate, 0, 1_000_000));
        peer.Send(Settings((SettingId.InitialWindowSize, 1_000)));
        peer.Send(Number(T.WindowUpdate, 1, 64_000));
        Assert.Equal(65_535, peer.BodyOf(1).Length); // there is room for 64,535 less than nothing still
        peer.Send(Number(T.WindowUpdate, 1, 1_000));
        Assert.Equal(66_000, peer.BodyOf(1).Length);
        peer.Send(Settings((SettingId.InitialWindowSize, 11_000)));
        Assert.Equal(76_000, peer.BodyOf(1).Length);
    }

    [Fact]
    public void It_says_goodbye_and_answers_what_was_on_its_way()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send(GetFrame(1, "/later/a"));
        peer.Stop();
        var (away, ping) = (peer.Frames[0], peer.Frames[1]);
        Assert.Equal((T.GoAway, int.MaxValue), (away.Type, BinaryPrimitives.ReadInt32BigEndian(away.Payload)));
        peer.Send(GetFrame(3, "/hello"));
        Assert.Equal(200, peer.StatusOf(3));
        peer.Send(Frame(T.Ping, F.Ack, 0, ping.Payload));
        Assert.Equal(Want.Read, peer.Want);
        site.Waiting[0].Finish();
        peer.Resume();
        Assert.Equal(200, peer.StatusOf(1));
        Assert.Equal((Want.Linger, ErrorCode.NoError), (peer.Want, peer.GoneAway));
        Assert.Equal(3, BinaryPrimitives.ReadInt32BigEndian(peer.Of(T.GoAway).Last().Payload));
    }

    [Fact]
    public void Who_does_not_hear_of_the_end_is_not_waited_for()
    {
        var peer = new Peer();
        peer.Stop();
        peer.Wait(999);
        Assert.Equal(Want.Read, peer.Want);
        peer.Wait(1);
        Assert.Equal((Want.Linger, 2), (peer.Want, peer.Of(T.GoAway).Count()));
    }

    [Fact]
    public void The_end_of_the_client_s_side_lets_what_there_is_room_for_go_out()
    {
        var site = new MemorySite();
        var peer = new Peer(site);
        peer.Send([.. GetFrame(1, "/hello"), .. GetFrame(3, "/later/a")], ended: true);
        Assert.Equal((200, Want.Wait), (peer.StatusOf(1), peer.Want));
        site.Waiting[0].Finish();
        peer.Resume();
        Assert.Equal(200, peer.StatusOf(3));
    }

    // A request whose body is still to come.
    private static byte[] Post(int stream, params (string, string)[] more) => Frame(
        T.Headers,
        F.EndHeaders,
        stream,
        Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "a"), .. more]));

    private static byte[] Settings(params (SettingId Id, uint Value)[] settings)
    {
        var payload = new byte[settings.Length * 6];
        for (var i = 0; i < settings.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(i * 6), (ushort)settings[i].Id);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan(i * 6 + 2), settings[i].Value);
        }
        return Frame(T.Settings, 0, 0, payload);
    }

    private static Dictionary<int, uint> SettingsOf(byte[] payload)
    {
        var settings = new Dictionary<int, uint>();
        for (var at = 0; at < payload.Length; at += 6)
        {
            settings[BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(at))] =
                BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan(at + 2));
        }
        return settings;
    }

    // The site itself has the last share then.
    private static bool IsReleased(MemorySite site)
    {
        site.File.Release();
        return site.File.IsClosed;
    }
}
