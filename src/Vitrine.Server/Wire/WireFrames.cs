using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;

namespace Vitrine.Server.Wire;

/// <summary>
/// One direction of a connection of HTTP/2: a line for each frame, and one for each field of a head. It knows what
/// frames are (RFC 9113 section 4) and nothing of what they do.
/// </summary>
internal sealed class WireFrames(bool isReply, WireRoom room)
{
    /// <summary>The longest head that is decoded.</summary>
    public const int MostBlockBytes = 64 * 1024;

    private const int MostShownBytes = 64 * 1024;

    private readonly List<byte> pending = [];
    private readonly List<byte> block = [];
    private readonly HpackReader hpack = new(PeerSettings.UsualTableSize);
    private long bodyLeft; // of a DATA frame that was shown
    private bool isLost; // what came cannot be told apart any more

    /// <summary>Shows the frames that begin, or end, with these bytes.</summary>
    public void Show(ReadOnlySpan<byte> bytes, WireLine output)
    {
        while (!bytes.IsEmpty && !isLost)
        {
            if (bodyLeft > 0)
            {
                var skipped = (int)Math.Min(bodyLeft, bytes.Length);
                bodyLeft -= skipped;
                bytes = bytes[skipped..];
                continue;
            }
            bytes = Gather(bytes, FrameHeader.Bytes);
            if (pending.Count < FrameHeader.Bytes) return;
            var frame = FrameHeader.Read(CollectionsMarshal.AsSpan(pending));
            if (frame.Length > FrameHeader.MostPayload)
            {
                output.Frame(isReply, $"a frame of {frame.Length} bytes: none is so long");
                isLost = true;
                return;
            }
            if (frame.Type == FrameType.Data)
            {
                output.Frame(isReply, Describe(frame, ""));
                bodyLeft = frame.Length;
                pending.Clear();
                continue;
            }
            bytes = Gather(bytes, FrameHeader.Bytes + frame.Length);
            if (pending.Count < FrameHeader.Bytes + frame.Length) return;
            Show(frame, CollectionsMarshal.AsSpan(pending)[FrameHeader.Bytes..], output);
            pending.Clear();
        }
    }

    private ReadOnlySpan<byte> Gather(ReadOnlySpan<byte> bytes, int wanted)
    {
        var taken = Math.Clamp(wanted - pending.Count, 0, bytes.Length);
        pending.AddRange(bytes[..taken]);
        return bytes[taken..];
    }

    private void Show(in FrameHeader frame, ReadOnlySpan<byte> payload, WireLine output)
    {
        output.Frame(isReply, Describe(frame, DetailOf(frame, payload)));
        if (frame.Type is not (FrameType.Headers or FrameType.Continuation)) return;
        if (frame.Type == FrameType.Headers)
        {
            block.Clear();
            if (!Padding.TryRemove(frame, ref payload)) return;
            if (frame.Has(FrameFlags.Priority)) payload = payload[Math.Min(OldPriority.Bytes, payload.Length)..];
        }
        if (block.Count + payload.Length > MostBlockBytes) return;
        block.AddRange(payload);
        if (frame.Has(FrameFlags.EndHeaders)) ShowFields(output);
    }

    private void ShowFields(WireLine output)
    {
        ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(block);
        var bytes = room.Bytes;
        var shown = 0;
        hpack.Begin();
        while (true)
        {
            switch (hpack.Read(ref rest, bytes, out var name, out var value))
            {
                case HpackReader.Outcome.Field:
                    // A byte on the wire may stand for four kilobytes.
                    if (shown > MostShownBytes) continue;
                    shown += name + value;
                    if (shown > MostShownBytes) output.Frame(isReply, "  … and more than can be shown");
                    else output.Field(isReply, bytes.AsSpan(0, name), bytes.AsSpan(name, value));
                    continue;
                case HpackReader.Outcome.Malformed:
                    output.Frame(isReply, "  what cannot be decoded");
                    isLost = true;
                    return;
                default:
                    return;
            }
        }
    }

    private static string Describe(in FrameHeader frame, string detail)
    {
        var text = new StringBuilder(NameOf(frame.Type));
        if (frame.StreamId != 0) text.Append(CultureInfo.InvariantCulture, $" stream {frame.StreamId}");
        text.Append(CultureInfo.InvariantCulture, $", {frame.Length} bytes");
        var isAckable = frame.Type is FrameType.Settings or FrameType.Ping;
        if (isAckable && frame.Has(FrameFlags.Ack)) text.Append(", ACK");
        if (frame.Type is FrameType.Data or FrameType.Headers && frame.Has(FrameFlags.EndStream))
            text.Append(", END_STREAM");
        if (frame.Type is FrameType.Headers or FrameType.Continuation && frame.Has(FrameFlags.EndHeaders))
            text.Append(", END_HEADERS");
        if (frame.Type is FrameType.Data or FrameType.Headers && frame.Has(FrameFlags.Padded)) text.Append(", PADDED");
        if (frame.Type == FrameType.Headers && frame.Has(FrameFlags.Priority)) text.Append(", PRIORITY");
        if (detail.Length > 0) text.Append(": ").Append(detail);
        return text.ToString();
    }

    private static string DetailOf(in FrameHeader frame, ReadOnlySpan<byte> payload) => frame.Type switch
    {
        FrameType.Settings => SettingsOf(payload),
        FrameType.WindowUpdate when payload.Length == 4 => $"+{Number(payload) & int.MaxValue}",
        FrameType.ResetStream when payload.Length == 4 => CodeOf(Number(payload)),
        FrameType.GoAway when payload.Length >= 8 =>
            $"last stream {Number(payload) & int.MaxValue}, {CodeOf(Number(payload[4..]))}{TextOf(payload[8..])}",
        FrameType.Ping => Convert.ToHexStringLower(payload),
        FrameType.PriorityUpdate when payload.Length >= 4 =>
            $"for stream {Number(payload) & int.MaxValue}{TextOf(payload[4..])}",
        _ => "",
    };

    private static uint Number(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32BigEndian(bytes);

    private static string SettingsOf(ReadOnlySpan<byte> payload)
    {
        var settings = new List<string>();
        for (; payload.Length >= 6; payload = payload[6..])
        {
            var id = BinaryPrimitives.ReadUInt16BigEndian(payload);
            settings.Add($"{NameOf((SettingId)id)}={Number(payload[2..])}");
        }
        return string.Join(", ", settings);
    }

    // What a stranger wrote, so that it is nothing but text.
    private static string TextOf(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty) return "";
        var visible = new StringBuilder(", \"");
        foreach (var b in text) visible.Append(b is >= 0x20 and < 0x7F ? (char)b : '?');
        return visible.Append('"').ToString();
    }

    private static string NameOf(FrameType type) => type switch
    {
        FrameType.Data => "DATA",
        FrameType.Headers => "HEADERS",
        FrameType.Priority => "PRIORITY",
        FrameType.ResetStream => "RST_STREAM",
        FrameType.Settings => "SETTINGS",
        FrameType.PushPromise => "PUSH_PROMISE",
        FrameType.Ping => "PING",
        FrameType.GoAway => "GOAWAY",
        FrameType.WindowUpdate => "WINDOW_UPDATE",
        FrameType.Continuation => "CONTINUATION",
        FrameType.PriorityUpdate => "PRIORITY_UPDATE",
        _ => $"frame of type {(byte)type}",
    };

    private static string NameOf(SettingId id) => id switch
    {
        SettingId.HeaderTableSize => "HEADER_TABLE_SIZE",
        SettingId.EnablePush => "ENABLE_PUSH",
        SettingId.MaxConcurrentStreams => "MAX_CONCURRENT_STREAMS",
        SettingId.InitialWindowSize => "INITIAL_WINDOW_SIZE",
        SettingId.MaxFrameSize => "MAX_FRAME_SIZE",
        SettingId.MaxHeaderListSize => "MAX_HEADER_LIST_SIZE",
        SettingId.NoRfc7540Priorities => "NO_RFC7540_PRIORITIES",
        _ => $"setting {(ushort)id}",
    };

    private static string CodeOf(uint code) => (ErrorCode)code switch
    {
        ErrorCode.NoError => "NO_ERROR",
        ErrorCode.ProtocolError => "PROTOCOL_ERROR",
        ErrorCode.InternalError => "INTERNAL_ERROR",
        ErrorCode.FlowControlError => "FLOW_CONTROL_ERROR",
        ErrorCode.SettingsTimeout => "SETTINGS_TIMEOUT",
        ErrorCode.StreamClosed => "STREAM_CLOSED",
        ErrorCode.FrameSizeError => "FRAME_SIZE_ERROR",
        ErrorCode.RefusedStream => "REFUSED_STREAM",
        ErrorCode.Cancel => "CANCEL",
        ErrorCode.CompressionError => "COMPRESSION_ERROR",
        ErrorCode.ConnectError => "CONNECT_ERROR",
        ErrorCode.EnhanceYourCalm => "ENHANCE_YOUR_CALM",
        ErrorCode.InadequateSecurity => "INADEQUATE_SECURITY",
        ErrorCode.Http11Required => "HTTP_1_1_REQUIRED",
        _ => $"error {code}",
    };
}
