using System.Text;
using Vitrine.Site.Origins;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>The simulated disk as a site sees it, with its faults.</summary>
internal sealed class DiskFolder(SimulatedDisk disk, Weather weather) : Folder
{
    public bool IsDisposed { get; private set; }

    public override string Root => "/simulated";

    public override OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts)
    {
        facts = default;
        var error = Find(path, blocking, out _, out var inode);
        if (inode is not null) facts = inode.Facts;
        return error;
    }

    public override OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file)
    {
        file = null;
        var error = Find(path, blocking, out var name, out var inode);
        if (error != OpenError.None) return error;
        if (inode!.Kind != FileKind.File) return OpenError.NotFound;
        if (name == SimulatedDisk.Locked) return OpenError.Forbidden;
        file = Open(name, inode);
        return OpenError.None;
    }

    public override OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file)
    {
        file = null;
        var error = Find(path, Blocking.Refused, out var name, out var inode);
        if (error != OpenError.None) return error;
        if (inode!.Facts != known) return OpenError.NotFound;
        file = Open(name, inode);
        return OpenError.None;
    }

    public override bool TryReadCached(
        ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination)
    {
        if (TryReopenFile(path, known, out var file) != OpenError.None) return false;
        var isRead = file!.ReadCached(position, destination) == destination.Length;
        disk.Meanwhile!();
        var isSame = isRead && ((DiskFile)file).Inode.Facts == known;
        file.Release();
        return isSame;
    }

    public override OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list)
    {
        list = null;
        return OpenError.NotFound;
    }

    public override NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts)
    {
        facts = default;
        if (Find(path, Blocking.Allowed, out var name, out var inode) != OpenError.None) return null;
        var all = disk.NamesIn(name).ToLookup(
            one => disk.Find(name.Length == 0 ? one : $"{name}/{one}") is { Kind: FileKind.File },
            one => NameSet.HashOf(Encoding.UTF8.GetBytes(one)));
        var names = new NameSet([.. all[true], .. all[false]], [.. all[false]]);
        disk.Meanwhile!();
        facts = inode!.Facts;
        return names;
    }

    public override void Dispose() => IsDisposed = true;

    private OpenError Find(ReadOnlySpan<byte> path, Blocking blocking, out string name, out Inode? inode)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        disk.Meanwhile!();
        name = Encoding.UTF8.GetString(path.Trim((byte)'/'));
        inode = null;
        var error = weather.StrikeName(name, blocking);
        if (error != OpenError.None) return error;
        inode = disk.Find(name);
        if (inode is { Kind: FileKind.File } && path[^1] == '/') inode = null;
        return inode is null ? OpenError.NotFound : OpenError.None;
    }

    private DiskFile Open(string name, Inode inode)
    {
        disk.Opened(inode);
        return new DiskFile(disk, weather, name, inode);
    }
}
