namespace Vitrine.Http.Text;

/// <summary>A window of a representation's bytes.</summary>
/// <param name="Start">The first byte's position.</param>
/// <param name="Length">How many bytes, one or more.</param>
public readonly record struct ByteRange(long Start, long Length)
{
    /// <summary>The position after the last byte.</summary>
    public long End => Start + Length;
}
