using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;
using Vitrine.Http.Replies;

namespace Vitrine.Site.Origins.Linux;

/// <summary>A file of a <see cref="LinuxFolder"/>.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFile(SafeFileHandle handle, FileFacts facts) : FolderFile(handle, facts)
{
    private static volatile bool isForbidden; // preadv2, by a container's filter that does not know of it

    // Whoever reads holds a share: it stays open meanwhile.
    private int Descriptor => (int)Handle.DangerousGetHandle();

    // Also where the number of preadv2 is not known.
    private static bool HasNoCall => Libc.SYS_preadv2 < 0 || isForbidden;

    /// <inheritdoc/>
    public override int TryRead(long position, Span<byte> destination)
    {
        if (HasNoCall) return base.TryRead(position, destination);
        while (true)
        {
            var count = Read(Descriptor, position, destination, 0);
            if (count >= 0) return count;
            var error = Marshal.GetLastSystemError();
            if (error is Libc.EPERM or Libc.ENOSYS)
            {
                isForbidden = true;
                return base.TryRead(position, destination);
            }
            if (error != Libc.EINTR) return Failed;
        }
    }

    /// <inheritdoc/>
    public override int ReadCached(long position, Span<byte> destination) =>
        ReadCached(Descriptor, position, destination);

    /// <inheritdoc/>
    public override bool TryReadAhead(long position, long length, IInbox inbox, long token, out long known)
    {
        known = length;
        var isCold = IsCold(Handle, position);
        if (!isCold && !IsCold(Handle, position + known - 1)) return false;
        known = Math.Min(length, ColdWindow.WaitedBytes);
        if (!isCold && !IsCold(Handle, position + known - 1)) return false;
        Acquire();
        ColdReads.Add(new ColdWindow(this, Facts.Device, position, length, inbox, token));
        return true;
    }

    /// <inheritdoc/>
    public override void Forget(long position, long length) =>
        _ = Libc.posix_fadvise(Descriptor, (nint)position, (nint)length, Libc.POSIX_FADV_DONTNEED);

    /// <summary>The same of a descriptor.</summary>
    public static int ReadCached(int fd, long position, Span<byte> destination)
    {
        // EAGAIN, or EOPNOTSUPP where the file system or the kernel cannot tell.
        var count = HasNoCall ? WouldBlock : Read(fd, position, destination, Libc.RWF_NOWAIT);
        return count >= 0 ? count : WouldBlock;
    }

    /// <summary>Whether a byte is not in memory, on a file system that tells.</summary>
    public static bool IsCold(SafeHandle file, long position)
    {
        Span<byte> one = stackalloc byte[1];
        return !HasNoCall && Read((int)file.DangerousGetHandle(), position, one, Libc.RWF_NOWAIT) < 0
            && Marshal.GetLastSystemError() == Libc.EAGAIN;
    }

    private static int Read(int fd, long position, Span<byte> destination, int flags)
    {
        fixed (byte* start = destination)
        {
            var vector = new Libc.iovec { iov_base = start, iov_len = (nuint)destination.Length };
            return (int)Libc.syscall_preadv2(Libc.SYS_preadv2, fd, &vector, 1, position, 0, flags);
        }
    }

    /// <inheritdoc/>
    protected override FileFacts ReadFacts(Blocking blocking) => LinuxFolder.FactsOf(Descriptor, blocking);
}
