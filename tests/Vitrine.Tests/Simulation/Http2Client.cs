using System.Buffers.Binary;
using System.Globalization;
using Vitrine.Http.Http2;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Tests.Http;
using Vitrine.Tests.Http.Http2;

namespace Vitrine.Tests.Simulation;

/// <summary>
/// What a client of HTTP/2 asks for and makes of what comes: it gives room for bodies by large and small steps, gives
/// requests up, and takes note of everything that a server must not do.
/// </summary>
internal sealed class Http2Client
{
    private const int UsualWindow = 65_535;

    private static readonly string[] Paths = ["/hello", "/empty", "/big", "/file", "/room", "/wide", "/no"];

    private readonly Random random;
    private readonly HpackReader hpack = new(0);
    private readonly List<byte> pending = [];
    private readonly Dictionary<int, Request> requests = [];
    private readonly int initialWindow;
    private long window = UsualWindow;
    private bool isGoing;

    public Http2Client(Random random, int number)
    {
        this.random = random;
        initialWindow = random.Next(5) switch { 0 => 0, 1 => random.Next(1, 200), 2 => 1_000_000, _ => UsualWindow };
        var start = new List<byte>([.. Http2Protocol.Preface, .. Settings()]);
        var count = random.Next(1, 12);
        for (var i = 0; i < count; i++) start.AddRange(Ask(1 + 2 * i, number));
        Start = [.. start];
    }

    /// <summary>What it sends at first.</summary>
    public byte[] Start { get; }

    /// <summary>What the server did that it must not, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>How many pings it sent and how many were answered.</summary>
    public (int Sent, int Answered) Pings { get; private set; }

    public IReadOnlyDictionary<int, Request> Requests => requests;

    /// <summary>Whether nothing that it wants is missing.</summary>
    public bool HasAll => isGoing || requests.Values.All(request => request.IsDone);

    /// <summary>Takes bytes, and says what it sends for them.</summary>
    public byte[] Take(ReadOnlyMemory<byte> bytes)
    {
        pending.AddRange(bytes.Span);
        var answer = new List<byte>();
        var at = 0;
        var all = pending.ToArray();
        while (Fault is null && all.Length - at >= FrameHeader.Bytes)
        {
            var frame = FrameHeader.Read(all.AsSpan(at));
            if (frame.Length > FrameHeader.MostPayload) Fault = $"{frame}";
            if (all.Length - at < FrameHeader.Bytes + frame.Length) break;
            Take(frame, all.AsSpan(at + FrameHeader.Bytes, frame.Length), answer);
            at += FrameHeader.Bytes + frame.Length;
        }
        pending.RemoveRange(0, at);
        return [.. answer];
    }

    private void Take(in FrameHeader frame, ReadOnlySpan<byte> payload, List<byte> answer)
    {
        switch (frame.Type)
        {
            case FrameType.Headers:
                TakeHead(frame, payload);
                break;
            case FrameType.Data:
                TakeData(frame, payload, answer);
                break;
            case FrameType.ResetStream when requests.TryGetValue(frame.StreamId, out var request):
                request.IsReset = true;
                break;
            case FrameType.GoAway:
                isGoing = true;
                break;
            case FrameType.Ping when frame.Has(FrameFlags.Ack):
                Pings = (Pings.Sent, Pings.Answered + 1);
                break;
            case FrameType.Ping:
                answer.AddRange(Peer.Frame(FrameType.Ping, FrameFlags.Ack, 0, payload));
                break;
            case FrameType.Settings when !frame.Has(FrameFlags.Ack):
                answer.AddRange(Peer.Frame(FrameType.Settings, FrameFlags.Ack, 0, []));
                break;
        }
    }

    private void TakeHead(in FrameHeader frame, ReadOnlySpan<byte> payload)
    {
        if (!requests.TryGetValue(frame.StreamId, out var request) || request.Status != 0 || request.HasEnded)
        {
            Fault = $"a head that nobody asked for: {frame}";
            return;
        }
        var room = new byte[HpackReader.RoomFor(payload.Length, 0)];
        hpack.Begin();
        if (hpack.Read(ref payload, room, out var name, out var value) != HpackReader.Outcome.Field
            || Latin.Text(room.AsSpan(0, name)) != ":status")
            Fault = "a head without a status";
        request.Status = int.Parse(room.AsSpan(name, value), CultureInfo.InvariantCulture);
        request.HasEnded = frame.Has(FrameFlags.EndStream);
    }

    private void TakeData(in FrameHeader frame, ReadOnlySpan<byte> payload, List<byte> answer)
    {
        if (!requests.TryGetValue(frame.StreamId, out var request) || request.Status == 0 || request.HasEnded)
        {
            Fault = $"bytes that nobody asked for: {frame}";
            return;
        }
        request.Body.AddRange(payload);
        request.HasEnded = frame.Has(FrameFlags.EndStream);
        request.Window -= payload.Length;
        window -= payload.Length;
        if (request.Window < 0 || window < 0) Fault = $"more than there was room for: {frame}";
        GiveRoom(0, ref window, answer);
        if (!request.HasEnded) GiveRoom(frame.StreamId, ref request.Window, answer);
        if (random.Next(20) == 0 && !request.IsGivenUp && !request.HasEnded)
        {
            request.IsGivenUp = true;
            answer.AddRange(Peer.Number(FrameType.ResetStream, frame.StreamId, (uint)ErrorCode.Cancel));
        }
        if (random.Next(20) == 0) answer.AddRange(Ping());
        if (random.Next(20) == 0)
            answer.AddRange(Peer.Frame(FrameType.PriorityUpdate, 0, 0, [0, 0, 0, (byte)frame.StreamId, .. "u=1, i"u8]));
    }

    // Always in the end, or it would wait for ever.
    private void GiveRoom(int stream, ref long left, List<byte> answer)
    {
        if (left > 30_000 && random.Next(4) != 0) return;
        var increment = random.Next(4) switch { 0 => 1_000, 1 => random.Next(1, 40_000), _ => 100_000 };
        left += increment;
        answer.AddRange(Peer.Number(FrameType.WindowUpdate, stream, (uint)increment));
    }

    private List<byte> Ask(int id, int number)
    {
        var path = random.Next(3) switch
        {
            0 => Paths[random.Next(Paths.Length)],
            1 => $"/later/{number}/{id}",
            _ => $"/echo/{number}/{id}",
        };
        if (path is "/big" or "/file" && random.Next(3) != 0) path = "/hello";
        var method = random.Next(12) switch { 0 => "HEAD", 1 => "POST", _ => "GET" };
        var more = new List<(string, string)>();
        if (random.Next(3) == 0) more.Add(("priority", $"u={random.Next(8)}{(random.Next(2) == 0 ? ", i" : "")}"));
        if (random.Next(8) == 0) more.Add(("range", "bytes=3-4000"));
        if (random.Next(20) == 0) more.Add(("range", "bytes=1-2,5-6"));
        var request = new Request(method, path, [.. more]) { Window = initialWindow };
        requests[id] = request;
        var block = Peer.Block(
            [(":method", method), (":scheme", "http"), (":path", path), (":authority", "a"), .. more]);
        var bytes = new List<byte>();
        var hasBody = method == "POST" || random.Next(10) == 0;
        var flags = hasBody ? FrameFlags.None : FrameFlags.EndStream;
        if (random.Next(5) == 0)
        {
            var cut = random.Next(block.Length);
            bytes.AddRange(Peer.Frame(FrameType.Headers, flags, id, block.AsSpan(0, cut)));
            bytes.AddRange(Peer.Frame(FrameType.Continuation, FrameFlags.EndHeaders, id, block.AsSpan(cut)));
        }
        else
        {
            bytes.AddRange(Peer.Frame(FrameType.Headers, flags | FrameFlags.EndHeaders, id, block));
        }
        if (random.Next(8) == 0) bytes.AddRange(Ping());
        if (hasBody)
        {
            bytes.AddRange(Peer.Frame(FrameType.Data, 0, id, new byte[random.Next(300, 5_000)]));
            bytes.AddRange(Peer.Frame(FrameType.Data, FrameFlags.EndStream, id, new byte[random.Next(3)]));
        }
        if (random.Next(15) == 0)
        {
            request.IsGivenUp = true;
            bytes.AddRange(Peer.Number(FrameType.ResetStream, id, (uint)ErrorCode.Cancel));
        }
        // Who gave none at first gives some now.
        else if (initialWindow < 1_000)
        {
            var increment = random.Next(1, 70_000);
            request.Window += increment;
            bytes.AddRange(Peer.Number(FrameType.WindowUpdate, id, (uint)increment));
        }
        return bytes;
    }

    private byte[] Ping()
    {
        Pings = (Pings.Sent + 1, Pings.Answered);
        return Peer.Frame(FrameType.Ping, 0, 0, "12345678"u8);
    }

    private byte[] Settings()
    {
        var payload = new byte[6];
        payload[1] = (byte)SettingId.InitialWindowSize;
        BinaryPrimitives.WriteInt32BigEndian(payload.AsSpan(2), initialWindow);
        return Peer.Frame(FrameType.Settings, 0, 0, payload);
    }

    /// <summary>One request, and what came of it.</summary>
    public sealed class Request(string method, string path, (string, string)[] fields)
    {
        public long Window;

        public string Method => method;

        public string Path => path;

        public (string Name, string Value)[] Fields => fields;

        public int Status { get; set; }

        public List<byte> Body { get; } = [];

        public bool HasEnded { get; set; }

        public bool IsGivenUp { get; set; }

        public bool IsReset { get; set; }

        public bool IsDone => HasEnded || IsGivenUp || IsReset;
    }
}
