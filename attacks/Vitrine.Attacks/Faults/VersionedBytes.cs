using System.Runtime.InteropServices;

namespace Vitrine.Attacks.Faults;

/// <summary>
/// Bytes that say which version they are of: each word of eight is made of the version and of its own place, so any
/// window of them proves both.
/// </summary>
internal static class VersionedBytes
{
    /// <summary>Bytes of a word: lengths and offsets are multiples of it.</summary>
    public const int Word = sizeof(ulong);

    // Odd, so that multiplying by it can be undone; it keeps neighbouring words from looking alike.
    private const ulong Factor = 0x9E37_79B9_7F4A_7C15;
    private static readonly ulong Inverse = InverseOf(Factor);

    /// <summary>Fills bytes with a version, from its start.</summary>
    public static void Fill(Span<byte> bytes, uint version)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        for (var i = 0; i < words.Length; i++) words[i] = (((ulong)version << 32) | (uint)i) * Factor;
    }

    /// <summary>
    /// The version that a window from an offset is of; null when its bytes are not those of one. An empty window is of
    /// any: 0.
    /// </summary>
    public static uint? VersionOf(ReadOnlySpan<byte> window, long offset)
    {
        if (window.Length % Word != 0 || offset % Word != 0) return null;
        var words = MemoryMarshal.Cast<byte, ulong>(window);
        if (words.IsEmpty) return 0;
        var version = words[0] * Inverse >> 32;
        var place = offset / Word;
        for (var i = 0; i < words.Length; i++)
            if (words[i] != ((version << 32) | (uint)(place + i)) * Factor) return null;
        return (uint)version;
    }

    // Newton's method: each step doubles the number of right bits.
    private static ulong InverseOf(ulong odd)
    {
        var inverse = odd;
        for (var i = 0; i < 5; i++) inverse *= 2 - (odd * inverse);
        return inverse;
    }
}
