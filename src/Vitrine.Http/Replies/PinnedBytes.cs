using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vitrine.Http.Replies;

/// <summary>
/// Bytes that the collector never moves, so that a transport can hand their address to the kernel. A type of
/// its own, so that no ordinary array can be taken for one. Good for as long as this object is reachable: who uses
/// the address, or the span of bytes that are not the collector's, keeps it alive.
/// </summary>
public class PinnedBytes
{
    private readonly byte[]? bytes;

    /// <summary>Allocates <paramref name="length"/> bytes of any content.</summary>
    public PinnedBytes(int length)
    {
        bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        Length = length;
        unsafe
        {
            Address = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes));
        }
    }

    /// <summary>Bytes that are not the collector's, and those of an open file at the same time.</summary>
    protected PinnedBytes(nint address, int length, int descriptor)
    {
        Address = address;
        Length = length;
        Descriptor = descriptor;
    }

    /// <summary>The address of the first byte.</summary>
    public nint Address { get; }

    /// <summary>
    /// The descriptor of an open file that has the same bytes, for a transport that can have the kernel send them from
    /// there; or -1.
    /// </summary>
    public int Descriptor { get; } = -1;

    /// <summary>How many bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes. Whoever shares this with others has stopped writing to it.</summary>
    public unsafe Span<byte> Span => bytes is not null ? bytes : new Span<byte>((void*)Address, Length);

    /// <summary>A copy of other bytes.</summary>
    public static PinnedBytes Copy(ReadOnlySpan<byte> source)
    {
        var copy = new PinnedBytes(source.Length);
        source.CopyTo(copy.Span);
        return copy;
    }
}
