using System.Buffers.Binary;
using System.Text;
using Vitrine.Http.Replies;

namespace Vitrine.Http.Http2.Frames;

/// <summary>Writes the frames that are no part of a request or a reply (RFC 9113 section 6).</summary>
internal static class FrameWriter
{
    /// <summary>SETTINGS.</summary>
    public static void Settings(OutputQueue output, params ReadOnlySpan<(SettingId Id, uint Value)> settings)
    {
        var length = settings.Length * PeerSettings.SettingBytes;
        Span<byte> frame = stackalloc byte[FrameHeader.Bytes + length];
        new FrameHeader(length, FrameType.Settings, FrameFlags.None, 0).Write(frame);
        var at = FrameHeader.Bytes;
        foreach (var (id, value) in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame[at..], (ushort)id);
            BinaryPrimitives.WriteUInt32BigEndian(frame[(at + 2)..], value);
            at += PeerSettings.SettingBytes;
        }
        output.Write(frame);
    }

    /// <summary>SETTINGS were applied.</summary>
    public static void SettingsAck(OutputQueue output)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Bytes];
        new FrameHeader(0, FrameType.Settings, FrameFlags.Ack, 0).Write(frame);
        output.Write(frame);
    }

    /// <summary>PING, or the answer to one.</summary>
    public static void Ping(OutputQueue output, ReadOnlySpan<byte> opaque, bool isAck)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Bytes + 8];
        new FrameHeader(8, FrameType.Ping, isAck ? FrameFlags.Ack : FrameFlags.None, 0).Write(frame);
        opaque.CopyTo(frame[FrameHeader.Bytes..]);
        output.Write(frame);
    }

    /// <summary>WINDOW_UPDATE.</summary>
    public static void WindowUpdate(OutputQueue output, int streamId, int increment) =>
        WriteNumber(output, FrameType.WindowUpdate, streamId, (uint)increment);

    /// <summary>RST_STREAM.</summary>
    public static void ResetStream(OutputQueue output, int streamId, ErrorCode code) =>
        WriteNumber(output, FrameType.ResetStream, streamId, (uint)code);

    /// <summary>GOAWAY; what is behind <paramref name="lastStreamId"/> can be asked for again elsewhere.</summary>
    public static void GoAway(OutputQueue output, int lastStreamId, ErrorCode code, string explanation)
    {
        var frame = new byte[FrameHeader.Bytes + 8 + explanation.Length];
        new FrameHeader(8 + explanation.Length, FrameType.GoAway, FrameFlags.None, 0).Write(frame);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(FrameHeader.Bytes), lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(FrameHeader.Bytes + 4), (uint)code);
        Encoding.ASCII.GetBytes(explanation, frame.AsSpan(FrameHeader.Bytes + 8));
        output.Write(frame);
    }

    private static void WriteNumber(OutputQueue output, FrameType type, int streamId, uint number)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Bytes + 4];
        new FrameHeader(4, type, FrameFlags.None, streamId).Write(frame);
        BinaryPrimitives.WriteUInt32BigEndian(frame[FrameHeader.Bytes..], number);
        output.Write(frame);
    }
}
