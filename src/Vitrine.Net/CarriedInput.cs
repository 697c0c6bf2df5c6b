using System.Buffers;

namespace Vitrine.Net;

/// <summary>What a protocol left over of its input, for as long as there is some.</summary>
internal struct CarriedInput
{
    private byte[]? bytes;

    /// <summary>How much there is.</summary>
    public int Length { get; private set; }

    /// <summary>Puts it in front of what was received behind the room for it.</summary>
    public readonly void CopyTo(Span<byte> input)
    {
        if (Length > 0) bytes.AsSpan(0, Length).CopyTo(input);
    }

    /// <summary>Keeps this instead; nothing gives the memory back.</summary>
    public void Keep(ReadOnlySpan<byte> rest)
    {
        Length = rest.Length;
        if (bytes is not null && (rest.IsEmpty || bytes.Length < rest.Length))
        {
            ArrayPool<byte>.Shared.Return(bytes);
            bytes = null;
        }
        if (rest.IsEmpty) return;
        bytes ??= ArrayPool<byte>.Shared.Rent(rest.Length);
        rest.CopyTo(bytes);
    }
}
