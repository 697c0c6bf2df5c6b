using System.Text;
using Vitrine.Http.Http2;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Protocols;
using static Vitrine.Tests.Http.Http2.Peer;
using F = Vitrine.Http.Http2.Frames.FrameFlags;
using T = Vitrine.Http.Http2.Frames.FrameType;

namespace Vitrine.Tests.Http.Http2;

/// <summary>What RFC 9113 has a server answer to what a client must not do, section by section.</summary>
public class Http2ErrorTests
{
    private static readonly (string, string)[] Post =
        [(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "a")];

    /// <summary>Frames that end the connection, with the error that says why.</summary>
    public static TheoryData<string, byte[], string> OfConnections => new()
    {
        { "4.2 a frame longer than 16,384", Frame(T.Data, 0, 1, new byte[16_385]), "FrameSizeError" },
        { "4.3 a block that is none", HeadFrame(1, [0x80]), "CompressionError" },
        { "5.1 DATA on an idle stream", Frame(T.Data, 0, 1, [1]), "ProtocolError" },
        { "5.1 RST_STREAM on an idle stream", Number(T.ResetStream, 1, 8), "ProtocolError" },
        { "5.1 WINDOW_UPDATE on an idle stream", Number(T.WindowUpdate, 1, 8), "ProtocolError" },
        { "5.1.1 an even number", GetFrame(2, "/hello"), "ProtocolError" },
        { "5.1.1 a number below one that was", [.. GetFrame(3, "/hello"), .. GetFrame(1, "/hello")], "ProtocolError" },
        { "5.1 HEADERS on a closed stream", [.. GetFrame(1, "/hello"), .. GetFrame(1, "/hello")], "StreamClosed" },
        { "5.1 DATA on a closed stream", [.. GetFrame(1, "/hello"), .. Frame(T.Data, 0, 1, [1])], "StreamClosed" },
        { "6.1 DATA without a stream", Frame(T.Data, 0, 0, [1]), "ProtocolError" },
        { "6.1 padding as long as the frame", [.. Open(1), .. Frame(T.Data, F.Padded, 1, [3, 0, 0])], "ProtocolError" },
        { "6.1 padding without a length", [.. Open(1), .. Frame(T.Data, F.Padded, 1, [])], "ProtocolError" },
        { "6.2 HEADERS without a stream", GetFrame(0, "/hello"), "ProtocolError" },
        {
            "6.2 padding as long as the frame",
            Frame(T.Headers, F.EndHeaders | F.Padded, 1, [9, 0x82]),
            "ProtocolError"
        },
        { "6.2 less than a priority", Frame(T.Headers, F.EndHeaders | F.Priority, 1, [0, 0, 0, 0]), "FrameSizeError" },
        {
            "5.3.1 a stream behind itself",
            Frame(T.Headers, F.EndHeaders | F.Priority, 1, [0, 0, 0, 1, 5, 0x82]),
            "ProtocolError"
        },
        { "6.3 PRIORITY without a stream", Frame(T.Priority, 0, 0, new byte[5]), "ProtocolError" },
        { "6.3 PRIORITY of another length", Frame(T.Priority, 0, 1, new byte[4]), "FrameSizeError" },
        { "6.4 RST_STREAM without a stream", Number(T.ResetStream, 0, 8), "ProtocolError" },
        {
            "6.4 RST_STREAM of another length",
            [.. Open(1), .. Frame(T.ResetStream, 0, 1, new byte[5])],
            "FrameSizeError"
        },
        { "6.5 SETTINGS on a stream", Frame(T.Settings, 0, 1, []), "ProtocolError" },
        { "6.5 an acknowledgement with a payload", Frame(T.Settings, F.Ack, 0, new byte[6]), "FrameSizeError" },
        { "6.5 SETTINGS of another length", Frame(T.Settings, 0, 0, new byte[5]), "FrameSizeError" },
        { "6.5.2 ENABLE_PUSH", Setting(2, 2), "ProtocolError" },
        { "6.5.2 INITIAL_WINDOW_SIZE", Setting(4, 0x8000_0000), "FlowControlError" },
        { "6.5.2 MAX_FRAME_SIZE too small", Setting(5, 16_383), "ProtocolError" },
        { "6.5.2 MAX_FRAME_SIZE too large", Setting(5, 1 << 24), "ProtocolError" },
        { "6.6 PUSH_PROMISE", Frame(T.PushPromise, F.EndHeaders, 1, new byte[4]), "ProtocolError" },
        { "6.7 PING on a stream", Frame(T.Ping, 0, 1, new byte[8]), "ProtocolError" },
        { "6.7 PING of another length", Frame(T.Ping, 0, 0, new byte[7]), "FrameSizeError" },
        { "6.8 GOAWAY on a stream", Frame(T.GoAway, 0, 1, new byte[8]), "ProtocolError" },
        { "6.9 WINDOW_UPDATE of another length", Frame(T.WindowUpdate, 0, 0, new byte[3]), "FrameSizeError" },
        { "6.9 nothing more for the connection", Number(T.WindowUpdate, 0, 0), "ProtocolError" },
        { "6.9.1 more than 2^31-1 for the connection", Number(T.WindowUpdate, 0, int.MaxValue), "FlowControlError" },
        {
            "6.9.2 more than 2^31-1 by a setting",
            [.. GetBig(1), .. Number(T.WindowUpdate, 1, 0x4000_0000), .. Setting(4, int.MaxValue)],
            "FlowControlError"
        },
        { "6.10 CONTINUATION behind nothing", Frame(T.Continuation, F.EndHeaders, 1, [0x82]), "ProtocolError" },
        {
            "6.10 another frame in a head",
            [.. Frame(T.Headers, 0, 1, [0x82]), .. Frame(T.Ping, 0, 0, new byte[8])],
            "ProtocolError"
        },
        {
            "6.10 an unknown frame in a head",
            [.. Frame(T.Headers, 0, 1, [0x82]), .. Frame((FrameType)99, 0, 1, [])],
            "ProtocolError"
        },
        {
            "6.10 CONTINUATION of another stream",
            [.. Frame(T.Headers, 0, 1, [0x82]), .. Frame(T.Continuation, F.EndHeaders, 3, [])],
            "ProtocolError"
        },
        { "RFC 9218 7.1 PRIORITY_UPDATE on a stream", Frame(T.PriorityUpdate, 0, 1, new byte[4]), "ProtocolError" },
        { "RFC 9218 7.1 PRIORITY_UPDATE for no stream", Frame(T.PriorityUpdate, 0, 0, new byte[4]), "ProtocolError" },
    };

    /// <summary>Frames that end a stream.</summary>
    public static TheoryData<string, byte[], string> OfStreams => new()
    {
        { "5.1 DATA behind END_STREAM", [.. GetBig(1), .. Frame(T.Data, 0, 1, [1])], "StreamClosed" },
        { "5.1 HEADERS behind END_STREAM", [.. GetBig(1), .. GetFrame(1, "/hello")], "StreamClosed" },
        { "6.9 nothing more for a stream", [.. GetBig(1), .. Number(T.WindowUpdate, 1, 0)], "ProtocolError" },
        {
            "6.9.1 more than 2^31-1 for a stream",
            [.. GetBig(1), .. Number(T.WindowUpdate, 1, int.MaxValue)],
            "FlowControlError"
        },
        {
            "8.1 trailers that do not end",
            [.. Open(1), .. Frame(T.Headers, F.EndHeaders, 1, Block(("a", "b")))],
            "ProtocolError"
        },
        { "8.1 a pseudo-field in trailers", [.. Open(1), .. HeadFrame(1, Block((":path", "/")))], "ProtocolError" },
        {
            "8.1.1 a body longer than was said",
            [.. Open(1, ("content-length", "1")), .. Frame(T.Data, 0, 1, [1, 2])],
            "ProtocolError"
        },
        {
            "8.1.1 a body shorter than was said",
            [.. Open(1, ("content-length", "3")), .. Frame(T.Data, F.EndStream, 1, [1, 2])],
            "ProtocolError"
        },
        { "8.1.1 no body where one was said", GetFrame(1, "/hello", ("content-length", "3")), "ProtocolError" },
        { "8.2.1 upper case", HeadFrame(1, [.. Block(Get("/hello")), 0, 1, (byte)'X', 1, (byte)'y']), "ProtocolError" },
        { "8.2.1 a space in a name", GetFrame(1, "/hello", ("x y", "z")), "ProtocolError" },
        { "8.2.1 no name", HeadFrame(1, [.. Block(Get("/hello")), 0x00, 0, 1, (byte)'y']), "ProtocolError" },
        { "8.2.1 a line feed in a value", GetFrame(1, "/hello", ("x", "y\nz")), "ProtocolError" },
        { "8.2.1 NUL in a value", GetFrame(1, "/hello", ("x", "y\0z")), "ProtocolError" },
        { "8.2.1 a space at a value's end", GetFrame(1, "/hello", ("x", "y ")), "ProtocolError" },
        { "8.2.1 a tab at a value's start", GetFrame(1, "/hello", ("x", "\ty")), "ProtocolError" },
        { "8.2.2 connection", GetFrame(1, "/hello", ("connection", "close")), "ProtocolError" },
        { "8.2.2 keep-alive", GetFrame(1, "/hello", ("keep-alive", "1")), "ProtocolError" },
        { "8.2.2 proxy-connection", GetFrame(1, "/hello", ("proxy-connection", "close")), "ProtocolError" },
        { "8.2.2 transfer-encoding", GetFrame(1, "/hello", ("transfer-encoding", "chunked")), "ProtocolError" },
        { "8.2.2 upgrade", GetFrame(1, "/hello", ("upgrade", "h2c")), "ProtocolError" },
        { "8.2.2 te", GetFrame(1, "/hello", ("te", "gzip")), "ProtocolError" },
        { "8.3 a pseudo-field of replies", GetFrame(1, "/hello", (":status", "200")), "ProtocolError" },
        { "8.3 an unknown pseudo-field", GetFrame(1, "/hello", (":protocol", "x")), "ProtocolError" },
        {
            "8.3 a pseudo-field behind others",
            Request(("a", "b"), (":method", "GET"), (":scheme", "http"), (":path", "/hello")),
            "ProtocolError"
        },
        { "8.3 :path twice", GetFrame(1, "/hello", (":path", "/")), "ProtocolError" },
        { "8.3 :method twice", GetFrame(1, "/hello", (":method", "GET")), "ProtocolError" },
        { "8.3 :scheme twice", GetFrame(1, "/hello", (":scheme", "http")), "ProtocolError" },
        { "8.3 :authority twice", GetFrame(1, "/hello", (":authority", "a")), "ProtocolError" },
        { "8.3.1 no :method", Request((":scheme", "http"), (":path", "/hello"), (":authority", "a")), "ProtocolError" },
        { "8.3.1 no :scheme", Request((":method", "GET"), (":path", "/hello"), (":authority", "a")), "ProtocolError" },
        { "8.3.1 no :path", Request((":method", "GET"), (":scheme", "http"), (":authority", "a")), "ProtocolError" },
        { "8.3.1 an empty :path", GetFrame(1, ""), "ProtocolError" },
        { "8.3.1 a path without its slash", GetFrame(1, "hello"), "ProtocolError" },
        { "8.3.1 an address for a path", GetFrame(1, "http://a/hello"), "ProtocolError" },
        {
            "8.5 CONNECT with a path",
            Request((":method", "CONNECT"), (":scheme", "http"), (":path", "/"), (":authority", "a:1")),
            "ProtocolError"
        },
        { "8.5 CONNECT without an authority", Request((":method", "CONNECT")), "ProtocolError" },
    };

    /// <summary>Requests that are answered as in HTTP/1.1.</summary>
    public static TheoryData<byte[], int> Answered => new()
    {
        { GetFrame(1, "/hello", ("te", "trailers")), 200 },
        { GetFrame(1, "/hello", ("host", "a")), 200 },
        { Request((":method", "GET"), (":scheme", "https"), (":path", "/hello"), ("host", "a")), 200 },
        { GetFrame(1, "/hello", ("host", "b")), 400 },
        { Request((":method", "GET"), (":scheme", "http"), (":path", "/hello")), 400 },
        { Request((":method", "GET"), (":scheme", "http"), (":path", "/hello"), (":authority", "")), 400 },
        { Request((":method", "GET"), (":scheme", "http"), (":path", "/hello"), (":authority", "u@a")), 400 },
        { Request((":method", "GET"), (":scheme", "http"), (":path", "*"), (":authority", "a")), 400 },
        { Request((":method", "OPTIONS"), (":scheme", "http"), (":path", "*"), (":authority", "a")), 204 },
        { Request((":method", "CONNECT"), (":authority", "a:1")), 405 },
        { Request((":method", "BREW"), (":scheme", "http"), (":path", "/"), (":authority", "a")), 501 },
        { GetFrame(1, "/he#llo"), 400 },
        { GetFrame(1, "/" + new string('a', 9_000)), 414 },
        { GetFrame(1, "/hello", [.. Enumerable.Range(0, 101).Select(i => ($"x-{i}", "y"))]), 431 },
        { GetFrame(1, "/hello", [.. Enumerable.Range(0, 9).Select(i => ($"x-{i}", new string('y', 4_000)))]), 431 },
        { GetFrame(1, "/hello", [.. Enumerable.Range(0, 150).Select(i => ("cookie", $"a{i}=b"))]), 200 },
        { GetFrame(1, "/hello", [.. Enumerable.Range(0, 151).Select(i => ("cookie", $"a{i}=b"))]), 431 },
        { GetFrame(1, "/hello", ("content-length", "x")), 400 },
        { GetFrame(1, "/hello", ("content-length", "1"), ("content-length", "1")), 400 },
        { GetFrame(1, "/hello", ("expect", "more")), 417 },
        {
            Frame(T.Headers, F.EndHeaders | F.EndStream | F.Priority, 1, [0, 0, 0, 3, 255, .. Block(Get("/hello"))]),
            200
        },
        { Frame((FrameType)77, (FrameFlags)255, 99, [1, 2, 3]).Concat(GetFrame(1, "/hello")).ToArray(), 200 },
        { Frame(T.Priority, 0, 99, new byte[5]).Concat(GetFrame(1, "/hello")).ToArray(), 200 },
    };

    [Theory]
    [MemberData(nameof(OfConnections))]
    public void It_ends_the_connection(string section, byte[] frames, string code)
    {
        var peer = new Peer();
        peer.Send(frames);
        Assert.Equal((Want.Linger, Enum.Parse<ErrorCode>(code)), (peer.Want, peer.GoneAway));
        var explanation = Encoding.ASCII.GetString(peer.Of(T.GoAway).Single().Payload.AsSpan(8));
        Assert.Equal(explanation, peer.Protocol.TakeRefusal(out _)!.Value.Reason);
        Assert.NotEmpty(section);
        peer.Send(GetFrame(9, "/hello"));
        Assert.Equal(0, peer.StatusOf(9));
    }

    [Theory]
    [MemberData(nameof(OfStreams))]
    public void It_ends_the_stream_and_the_connection_lives_on(string section, byte[] frames, string code)
    {
        var peer = new Peer();
        peer.Send(frames);
        Assert.Equal((Enum.Parse<ErrorCode>(code), null), (peer.ResetOf(1), peer.GoneAway));
        Assert.NotNull(peer.Protocol.TakeRefusal(out _));
        Assert.NotEmpty(section);
        peer.Send(GetFrame(9, "/hello"));
        Assert.Equal(200, peer.StatusOf(9));
        Assert.Equal(Want.Read, peer.Want);
    }

    [Theory]
    [MemberData(nameof(Answered))]
    public void It_is_answered(byte[] frames, int status)
    {
        var peer = new Peer();
        peer.Send(frames);
        Assert.Equal((status, true), (peer.StatusOf(1), peer.HasAll(1)));
        Assert.Null(peer.GoneAway);
    }

    [Theory]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\r")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n12345678901234567890")]
    public void What_does_not_begin_as_it_must_is_no_connection(string bytes)
    {
        var peer = new Peer(greets: false);
        peer.Send(Encoding.ASCII.GetBytes(bytes));
        Assert.Equal((Want.Linger, ErrorCode.ProtocolError), (peer.Want, peer.GoneAway));
    }

    [Fact]
    public void The_first_frame_is_settings()
    {
        var peer = new Peer(greets: false);
        peer.Send([.. Http2Protocol.Preface, .. GetFrame(1, "/hello")]);
        Assert.Equal((0, ErrorCode.ProtocolError), (peer.StatusOf(1), peer.GoneAway));
    }

    // RFC 9113 section 4.3: the table of fields is in step also where a request came to nothing.
    [Fact]
    public void What_is_refused_is_decoded_all_the_same()
    {
        var peer = new Peer();
        byte[] remembered = [0x40, 1, (byte)'x', 5, .. "hello"u8];
        peer.Send(HeadFrame(1, [.. remembered, .. Block(("Bad Name", "y"))]));
        Assert.Equal(ErrorCode.ProtocolError, peer.ResetOf(1));
        // The first entry of the table, as a field of a request.
        peer.Send(HeadFrame(3, [.. Block(Get("/hello")), 0xBE]));
        Assert.Equal(200, peer.StatusOf(3));
    }

    [Fact]
    public void Crumbs_are_one_cookie_again()
    {
        var site = new OnePage();
        var peer = new Peer(site);
        (string, string)[] crumbs = [("cookie", "a=b"), ("cookie", "c=d"), ("cookie", "e=f")];
        peer.Send(GetFrame(1, "/", [.. crumbs, ("x", "y"), ("cookie", "g=h")]));
        Assert.Equal(["cookie: a=b; c=d; e=f", "x: y", "cookie: g=h"], site.Fields);
    }

    private static byte[] Open(int stream, params (string, string)[] more) =>
        Frame(T.Headers, F.EndHeaders, stream, Block([.. Post, .. more]));

    private static byte[] GetBig(int stream) => GetFrame(stream, "/big");

    private static byte[] Request(params (string, string)[] fields) => HeadFrame(1, Block(fields));

    private static byte[] Setting(int id, uint value) => Frame(
        T.Settings,
        0,
        0,
        [(byte)(id >> 8), (byte)id, (byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
}
