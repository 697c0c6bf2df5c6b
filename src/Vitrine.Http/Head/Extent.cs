namespace Vitrine.Http.Head;

/// <summary>A piece of a head's bytes, by position, so that it stays true when the bytes are moved.</summary>
/// <param name="Start">The first byte's position in the head.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct Extent(int Start, int Length)
{
    /// <summary>The piece itself.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}
