using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vitrine.Net.Linux;

/// <summary>
/// An array of <c>struct epoll_event</c>. The kernel packs it to 12 bytes on x86 and leaves it at 16
/// elsewhere, which no one C# struct can say.
/// </summary>
internal sealed unsafe class EpollEvents(int capacity)
{
    private static readonly bool IsPacked =
        RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    private readonly byte[] bytes = GC.AllocateArray<byte>(capacity * 16, pinned: true);

    public int Capacity => capacity;

    public void* Address => Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes));

    private static int Stride => IsPacked ? 12 : 16;

    private static int DataOffset => IsPacked ? 4 : 8;

    public uint Flags(int index) => Unsafe.ReadUnaligned<uint>(ref bytes[index * Stride]);

    public long Data(int index) => Unsafe.ReadUnaligned<long>(ref bytes[index * Stride + DataOffset]);

    /// <summary>Writes one event, for <c>epoll_ctl</c>.</summary>
    public static void Write(Span<byte> destination, uint flags, long data)
    {
        Unsafe.WriteUnaligned(ref destination[0], flags);
        Unsafe.WriteUnaligned(ref destination[DataOffset], data);
    }
}
