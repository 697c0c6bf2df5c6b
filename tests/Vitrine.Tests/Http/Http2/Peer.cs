using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Vitrine.Http;
using Vitrine.Http.Http2;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Tests.Http.Http2;

/// <summary>
/// The client's end of a connection without a wire: what it sends goes to the protocol at once, as a worker would give
/// it, and what comes back is taken apart.
/// </summary>
internal sealed class Peer : IInbox
{
    private readonly Http2Protocol protocol;
    private readonly OutputQueue output = new();
    private readonly HpackReader hpack = new(0);
    private readonly List<byte> pending = [];
    private byte[] rest = [];

    public Peer(IResponder? site = null, Limits? limits = null, bool greets = true)
    {
        Context = ProtocolRun.Context(site ?? new MemorySite(), limits, keepsMarks: true);
        protocol = new Http2Protocol(new Http2Context(Context), new ReplyAddress(this, 7));
        if (!greets) return;
        Send([.. Http2Protocol.Preface, .. Frame(FrameType.Settings, 0, 0, [])]);
        Frames.Clear();
    }

    public ProtocolContext Context { get; }

    public Want Want { get; private set; }

    /// <summary>What came, in its order.</summary>
    public List<Received> Frames { get; } = [];

    /// <summary>Replies that were marked for a log, in the order of their ends.</summary>
    public List<string> Marks { get; } = [];

    public Http2Protocol Protocol => protocol;

    public int Posts { get; private set; }

    public void Post(long token) => Posts++;

    /// <summary>One frame.</summary>
    public static byte[] Frame(FrameType type, FrameFlags flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[FrameHeader.Bytes + payload.Length];
        new FrameHeader(payload.Length, type, flags, stream).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Bytes));
        return frame;
    }

    /// <summary>A frame whose payload is a number.</summary>
    public static byte[] Number(FrameType type, int stream, uint number)
    {
        var payload = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, number);
        return Frame(type, 0, stream, payload);
    }

    /// <summary>A header block of such fields.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach (var (name, value) in fields) HpackWriter.Write(block, name, value);
        return block.WrittenSpan.ToArray();
    }

    /// <summary>The fields of a GET.</summary>
    public static (string, string)[] Get(string path, params (string, string)[] more) =>
        [(":method", "GET"), (":scheme", "http"), (":path", path), (":authority", "a"), .. more];

    /// <summary>A GET.</summary>
    public static byte[] GetFrame(int stream, string path, params (string, string)[] more) =>
        HeadFrame(stream, Block(Get(path, more)));

    /// <summary>A head that ends its stream.</summary>
    public static byte[] HeadFrame(int stream, ReadOnlySpan<byte> block)
    {
        if (block.Length <= FrameHeader.MostPayload)
            return Frame(FrameType.Headers, FrameFlags.EndHeaders | FrameFlags.EndStream, stream, block);
        var rest = block[FrameHeader.MostPayload..];
        return
        [
            .. Frame(FrameType.Headers, FrameFlags.EndStream, stream, block[..FrameHeader.MostPayload]),
            .. Frame(FrameType.Continuation, FrameFlags.EndHeaders, stream, rest),
        ];
    }

    /// <summary>Sends bytes, and takes all that comes of them.</summary>
    public void Send(ReadOnlySpan<byte> bytes, bool ended = false)
    {
        byte[] input = [.. rest, .. bytes];
        var at = 0;
        do
        {
            Want = protocol.Consume(input.AsSpan(at), ended, output, out var consumed);
            at += consumed;
            Drain();
        }
        while (Want is Want.Write or Want.Exchange);
        rest = input[at..];
    }

    /// <summary>Has it go on with what it was told is done.</summary>
    public void Resume()
    {
        Want = protocol.Resume(output) ?? Want;
        Drain();
        Send([]);
    }

    /// <summary>Lets time pass, to a deadline if there is one.</summary>
    public void Wait(int ms)
    {
        Context.SetTime(Context.NowMs + ms, ProtocolRun.UnixSeconds);
        var time = protocol.Phase == Phase.Idle ? Context.Limits.IdleTimeoutMs : Context.Limits.HeadTimeoutMs;
        if ((protocol.DeadlineMs ?? protocol.PhaseStartedMs + time) > Context.NowMs) return;
        Want = protocol.Expire(output);
        Drain();
        if (Want is Want.Read or Want.Exchange) Send([]);
    }

    public void Stop()
    {
        Want = protocol.Stop(output) ?? Want;
        Drain();
    }

    public void Lose()
    {
        protocol.Release(output);
        Drain();
    }

    /// <summary>The frames of one type.</summary>
    public IEnumerable<Received> Of(FrameType type) => Frames.Where(frame => frame.Type == type);

    /// <summary>The status of the reply on a stream; 0 when there is none.</summary>
    public int StatusOf(int stream) =>
        Of(FrameType.Headers).FirstOrDefault(frame => frame.Stream == stream)?.Status ?? 0;

    /// <summary>The body of it, as far as it came.</summary>
    public byte[] BodyOf(int stream) =>
        [.. Of(FrameType.Data).Where(frame => frame.Stream == stream).SelectMany(frame => frame.Payload)];

    /// <summary>Whether all of it came.</summary>
    public bool HasAll(int stream) => Frames.Exists(frame => frame.Stream == stream && frame.EndsStream);

    /// <summary>Why a stream was ended by the server; null when it was not.</summary>
    public ErrorCode? ResetOf(int stream) =>
        Of(FrameType.ResetStream).FirstOrDefault(frame => frame.Stream == stream)?.Code(0);

    /// <summary>Why the connection ends; null when it does not.</summary>
    public ErrorCode? GoneAway => Of(FrameType.GoAway).LastOrDefault()?.Code(4);

    private void Drain()
    {
        Span<byte> buffer = new byte[16 * 1024];
        while (!output.IsEmpty)
        {
            ref readonly var segment = ref output[0];
            Assert.Null(segment.File);
            pending.AddRange(segment.Span);
            output.Advance(segment.Length);
        }
        while (output.TryPeekSentMark(out var mark))
        {
            Marks.Add($"{Encoding.ASCII.GetString(mark.RequestLine)} {(int)mark.Status} {mark.BodyBytes}");
            output.RemoveMark();
        }
        var bytes = CollectionsMarshal.AsSpan(pending);
        while (bytes.Length >= FrameHeader.Bytes)
        {
            var header = FrameHeader.Read(bytes);
            Assert.True(header.Length <= FrameHeader.MostPayload, $"{header}");
            if (bytes.Length < FrameHeader.Bytes + header.Length) break;
            Frames.Add(Take(header, bytes.Slice(FrameHeader.Bytes, header.Length)));
            bytes = bytes[(FrameHeader.Bytes + header.Length)..];
        }
        Assert.Equal(0, bytes.Length); // it puts in whole frames
        pending.Clear();
    }

    private Received Take(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        var fields = new List<(string, string)>();
        if (header.Type == FrameType.Headers && header.Has(FrameFlags.EndHeaders))
        {
            var block = payload;
            var room = new byte[HpackReader.RoomFor(block.Length, 4096)];
            hpack.Begin();
            HpackReader.Outcome outcome;
            while ((outcome = hpack.Read(ref block, room, out var name, out var value)) == HpackReader.Outcome.Field)
                fields.Add((Latin.Text(room.AsSpan(0, name)), Latin.Text(room.AsSpan(name, value))));
            Assert.Equal(HpackReader.Outcome.End, outcome);
        }
        return new Received(header.Type, header.Flags, header.StreamId, payload.ToArray(), fields);
    }

    public sealed record Received(
        FrameType Type, FrameFlags Flags, int Stream, byte[] Payload, List<(string Name, string Value)> Fields)
    {
        public int Status => int.Parse(this[":status"], System.Globalization.CultureInfo.InvariantCulture);

        public bool EndsStream => Type is FrameType.Data or FrameType.Headers && Flags.HasFlag(FrameFlags.EndStream);

        public string this[string name] => Fields.Find(field => field.Name == name).Value ?? "";

        public ErrorCode Code(int at) => (ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(at));
    }
}
