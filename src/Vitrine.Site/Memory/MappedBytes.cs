using System.Diagnostics.CodeAnalysis;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Site.Memory;

/// <summary>
/// Bytes in a file that has no name and is in memory alone (<c>memfd_create</c>): the kernel can send them from where
/// they are, and nobody else can change them. What the kernel still has on its way stays when nobody holds them any
/// more.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class MappedBytes : SharedBytes
{
    private static int count;

    private readonly SafeFileHandle file;

    private MappedBytes(SafeFileHandle file, nint address, int length, BodyMemory memory)
        : base(address, length, (int)file.DangerousGetHandle(), memory)
    {
        this.file = file;
        Interlocked.Increment(ref count);
    }

    /// <summary>How many there are in the process.</summary>
    public static int Count => Volatile.Read(ref count);

    /// <inheritdoc/>
    protected override void GiveBack()
    {
        _ = Libc.munmap(Address, (nuint)Length);
        file.Dispose();
        Interlocked.Decrement(ref count);
    }

    /// <summary>
    /// Makes so many zeros. False when there are <paramref name="most"/> already, or the system has none to give.
    /// </summary>
    public static bool TryMake(
        int length, int most, BodyMemory memory, [NotNullWhen(true)] out MappedBytes? bytes)
    {
        bytes = null;
        if (Count >= most || nint.Size < sizeof(long)) return false;
        int fd;
        fixed (byte* name = "vitrine"u8)
        {
            fd = Libc.memfd_create(name, Libc.MFD_CLOEXEC | Libc.MFD_NOEXEC_SEAL);
            if (fd < 0) fd = Libc.memfd_create(name, Libc.MFD_CLOEXEC); // before Linux 6.3
        }
        if (fd < 0) return false;
        var file = new SafeFileHandle(fd, ownsHandle: true);
        // With its pages, so that it is now that there are none.
        var address = Libc.fallocate(fd, 0, 0, length) == 0
            ? Libc.mmap(0, (nuint)length, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_SHARED, fd, 0)
            : Libc.MAP_FAILED;
        if (address == Libc.MAP_FAILED)
        {
            file.Dispose();
            return false;
        }
        bytes = new MappedBytes(file, address, length, memory);
        return true;
    }
}
