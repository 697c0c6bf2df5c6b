using System.Buffers.Binary;

namespace Vitrine.Http.Http2.Frames;

/// <summary>The old priorities, in front of a head or in a frame of their own: read and ignored (RFC 9113 section
/// 5.3.2).</summary>
internal static class OldPriority
{
    /// <summary>How long they are.</summary>
    public const int Bytes = 5;

    /// <summary>The stream behind which this one was to come.</summary>
    public static int DependsOn(ReadOnlySpan<byte> bytes) =>
        (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & int.MaxValue);
}
