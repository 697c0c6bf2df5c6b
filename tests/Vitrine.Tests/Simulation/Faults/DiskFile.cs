using Microsoft.Win32.SafeHandles;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>An open file of the simulated disk.</summary>
internal sealed class DiskFile(SimulatedDisk disk, Weather weather, string name, Inode inode)
    : FolderFile(new SafeFileHandle(-1, ownsHandle: false), inode.Facts)
{
    private bool isClosed;

    public Inode Inode => inode;

    public override int TryRead(long position, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        disk.Meanwhile!();
        if (weather.FailsToRead(name)) return Failed;
        var bytes = inode.Bytes;
        var count = weather.Cut((int)Math.Clamp(bytes.Length - position, 0, destination.Length));
        bytes.AsSpan((int)Math.Min(position, bytes.Length), count).CopyTo(destination);
        return count;
    }

    public override int ReadCached(long position, Span<byte> destination) =>
        weather.IsCold ? WouldBlock : Read(position, destination);

    protected override FileFacts ReadFacts(Blocking blocking)
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        disk.Meanwhile!();
        return weather.FailsToLook(name) ? default : inode.Facts;
    }

    protected override void CloseHandle()
    {
        ObjectDisposedException.ThrowIf(isClosed, this);
        isClosed = true;
        disk.Closed(inode);
    }
}
