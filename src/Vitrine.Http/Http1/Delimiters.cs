using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vitrine.Http.Http1;

/// <summary>
/// The bytes of a head at which something may end, sixteen at a time: control characters and colons.
/// </summary>
internal static class Delimiters
{
    /// <summary>How many bytes are looked at together.</summary>
    public const int BlockBytes = 16;

    /// <summary>
    /// A bit for each byte from <paramref name="start"/> on: set where there is one. The input may end within the
    /// block.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint In(ReadOnlySpan<byte> input, int start) =>
        input.Length - start >= BlockBytes ? Find(Vector128.Create(input[start..])) : InRest(input[start..]);

    private static uint InRest(ReadOnlySpan<byte> rest)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Fill((byte)' ');
        rest.CopyTo(block);
        return Find(Vector128.Create((ReadOnlySpan<byte>)block));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Find(Vector128<byte> bytes)
    {
        // Without a sign there is no comparison for less than in SSE2: what a minimum leaves as it is, is less.
        var controls = Vector128.Equals(Vector128.Min(bytes, Vector128.Create((byte)0x1F)), bytes);
        var others = Vector128.Equals(bytes, Vector128.Create((byte)0x7F))
            | Vector128.Equals(bytes, Vector128.Create((byte)':'));
        return (controls | others).ExtractMostSignificantBits();
    }
}
