using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vitrine.Http.Replies;

/// <summary>
/// Bytes that never move, so that a transport can hand their address to the kernel. A type of its own, so that no
/// ordinary array can be taken for one. Those of the collector are good for as long as this object is reachable: who
/// uses the address keeps it alive. Others are good for as long as somebody holds a share of them.
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

    /// <summary>Bytes that are not the collector's; those of an open file too, unless the descriptor is -1.</summary>
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

    /// <summary>
    /// Takes a share of bytes that are not the collector's; false when the last one was given back already. The
    /// collector needs none.
    /// </summary>
    public virtual bool TryAcquire() => true;

    /// <summary>The same, for who knows that somebody else holds one.</summary>
    public void Acquire() => ObjectDisposedException.ThrowIf(!TryAcquire(), this);

    /// <summary>Gives a share back; with the last one the bytes are gone.</summary>
    public virtual void Release()
    {
    }

    /// <summary>A copy of other bytes.</summary>
    public static PinnedBytes Copy(ReadOnlySpan<byte> source)
    {
        var copy = new PinnedBytes(source.Length);
        source.CopyTo(copy.Span);
        return copy;
    }
}
