using System.Buffers.Binary;
using System.Text;

namespace Vitrine.Attacks.Wire;

/// <summary>Frames of HTTP/2 as a client sends them (RFC 9113 section 6), good or bad.</summary>
internal static class Http2Frames
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte SettingsType = 4;
    public const byte PingType = 6;
    public const byte Window = 8;
    public const byte Continuation = 9;

    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    private const int HeaderBytes = 9;

    /// <summary>The preface and SETTINGS, with the window that a stream begins with.</summary>
    public static byte[] Begin(uint window = 65_535)
    {
        Span<byte> setting = stackalloc byte[6];
        setting[1] = 4;
        BinaryPrimitives.WriteUInt32BigEndian(setting[2..], window);
        return [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsType, 0, 0, setting)];
    }

    public static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    public static byte[] Number(byte type, int stream, uint number)
    {
        Span<byte> payload = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(payload, number);
        return Frame(type, 0, stream, payload);
    }

    /// <summary>A header block: GET, http, a path, localhost.</summary>
    public static byte[] Block(string path) =>
        [0x82, 0x86, 0x04, (byte)path.Length, .. Encoding.ASCII.GetBytes(path), 0x01, 9, .. "localhost"u8];

    public static byte[] Get(int stream, string path) =>
        Frame(Headers, EndHeaders | EndStream, stream, Block(path));
}
