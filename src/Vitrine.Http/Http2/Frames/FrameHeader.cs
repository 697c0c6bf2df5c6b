using System.Buffers.Binary;

namespace Vitrine.Http.Http2.Frames;

/// <summary>The nine bytes in front of every frame (RFC 9113 section 4.1).</summary>
/// <param name="Length">How many bytes follow it.</param>
/// <param name="Type">What the frame is.</param>
/// <param name="Flags">Its flags.</param>
/// <param name="StreamId">The stream that it is of; 0 is the connection.</param>
internal readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    /// <summary>How long it is.</summary>
    public const int Bytes = 9;

    /// <summary>The most bytes that follow, until another number is agreed upon; we agree upon none.</summary>
    public const int MostPayload = 16 * 1024;

    /// <summary>Whether the flag is set.</summary>
    public bool Has(FrameFlags flag) => (Flags & flag) != 0;

    /// <summary>Reads it from nine bytes or more.</summary>
    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) >> 8),
        (FrameType)bytes[3],
        (FrameFlags)bytes[4],
        (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes[5..]) & int.MaxValue));

    /// <summary>Writes it.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)Length << 8 | (uint)Type);
        destination[4] = (byte)Flags;
        BinaryPrimitives.WriteInt32BigEndian(destination[5..], StreamId);
    }
}
