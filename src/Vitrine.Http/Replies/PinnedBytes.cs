using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vitrine.Http.Replies;

/// <summary>
/// Bytes that the collector never moves, so that a transport can hand their address to the kernel. A type of
/// its own, so that no ordinary array can be taken for one.
/// </summary>
public sealed class PinnedBytes
{
    private readonly byte[] bytes;

    /// <summary>Allocates <paramref name="length"/> bytes of any content.</summary>
    public PinnedBytes(int length)
    {
        bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        unsafe
        {
            Address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes));
        }
    }

    /// <summary>The address of the first byte; good for as long as this object is reachable.</summary>
    public nint Address { get; }

    /// <summary>How many bytes.</summary>
    public int Length => bytes.Length;

    /// <summary>The bytes. Whoever shares this with others has stopped writing to it.</summary>
    public Span<byte> Span => bytes;

    /// <summary>A copy of other bytes.</summary>
    public static PinnedBytes Copy(ReadOnlySpan<byte> source)
    {
        var copy = new PinnedBytes(source.Length);
        source.CopyTo(copy.Span);
        return copy;
    }
}
