using System.Runtime.InteropServices;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Memory;

/// <summary>
/// A body in memory that is not the collector's: the last who holds a share gives it back to the system at once. (If a
/// share is never given back, the collector does it.)
/// </summary>
internal unsafe class SharedBytes : PinnedBytes
{
    private readonly BodyMemory memory;
    private ShareCount shares;

    /// <summary>Takes so many bytes of any content.</summary>
    public SharedBytes(int length, BodyMemory memory)
        : this((nint)NativeMemory.Alloc((nuint)length), length, -1, memory)
    {
    }

    /// <summary>Takes over bytes that were got in another way, and those of an open file at the same time.</summary>
    protected SharedBytes(nint address, int length, int descriptor, BodyMemory memory)
        : base(address, length, descriptor)
    {
        this.memory = memory;
        memory.Add(length);
    }

    /// <summary>Of those whose shares were never given back; and of those for which there was no memory.</summary>
    ~SharedBytes()
    {
        if (Address != 0) Free();
    }

    /// <inheritdoc/>
    public override bool TryAcquire() => shares.TryAcquire();

    /// <inheritdoc/>
    public override void Release()
    {
        if (!shares.Release()) return;
#pragma warning disable CA1816 // what is given back by hand is not the collector's to give back
        GC.SuppressFinalize(this);
#pragma warning restore CA1816
        Free();
    }

    /// <summary>Gives the bytes back.</summary>
    protected virtual void GiveBack()
    {
#if DEBUG
        Span.Fill(0xDD); // whoever still reads it is found out
#endif
        NativeMemory.Free((void*)Address);
    }

    private void Free()
    {
        GiveBack();
        memory.Add(-Length);
    }
}
