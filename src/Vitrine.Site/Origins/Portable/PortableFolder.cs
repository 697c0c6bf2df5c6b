using System.IO.Enumeration;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Site.Origins.Portable;

/// <summary>
/// A folder where the kernel cannot be asked to stay inside it. Every component of a name is looked at, links
/// are followed to their end, and the end has to lie in the folder; after opening that is checked once more.
/// </summary>
internal sealed class PortableFolder(string root) : Folder
{
    // Others may go on writing, replacing and deleting what is open here.
    private const FileShare Sharing = FileShare.ReadWrite | FileShare.Delete;

    private readonly string realRoot = RealPath(root) ?? root;

    /// <inheritdoc/>
    public override string Root => root;

    /// <inheritdoc/>
    public override OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts)
    {
        facts = default;
        if (blocking == Blocking.Refused) return OpenError.WouldBlock; // nobody can tell
        if (Find(path) is not { } name) return OpenError.NotFound;
        facts = FactsOf(name);
        return facts.Kind == FileKind.None ? OpenError.NotFound : OpenError.None;
    }

    /// <inheritdoc/>
    public override OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file)
    {
        file = null;
        if (blocking == Blocking.Refused) return OpenError.WouldBlock;
        if (Find(path) is not { } name || FactsOf(name).Kind != FileKind.File) return OpenError.NotFound;
        SafeFileHandle? handle = null;
        try
        {
            var opened = IsMaybePipe(name) ? "/dev/null" : name;
            handle = File.OpenHandle(opened, share: Sharing, options: FileOptions.RandomAccess);
            var facts = FactsOf(handle);
            if (!IsStillThere(handle, opened) || Find(path) != name)
            {
                handle.Dispose();
                return OpenError.NotFound;
            }
            file = new PortableFile(handle, facts, FactsOf);
            return OpenError.None;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            handle?.Dispose();
            return fault is UnauthorizedAccessException ? OpenError.Forbidden
                : fault is FileNotFoundException or DirectoryNotFoundException ? OpenError.NotFound
                : OpenError.Failed;
        }
    }

    /// <inheritdoc/>
    public override OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file)
    {
        file = null;
        return OpenError.WouldBlock;
    }

    /// <inheritdoc/>
    public override bool TryReadCached(
        ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination) => false;

    /// <inheritdoc/>
    public override OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list)
    {
        list = null;
        if (Find(path) is not { } folder) return OpenError.NotFound;
        try
        {
            var all = new FileSystemEnumerable<FolderList.Name>(
                folder, static (ref entry) => new FolderList.Name(entry.FileName.ToString(), entry.IsDirectory));
            var found = all.Take(FolderList.MostNames + 1).ToList();
            var hasMore = found.Count > FolderList.MostNames;
            found.RemoveAll(name => name.Text[0] == '.');
            var names = found.FindAll(name => HasAddress(name.Text));
            var unshown = found.Count - names.Count;
            var parent = path.ToArray();
            list = FolderList.Of(names, most, unshown, hasMore, name => EntryOf(parent, name));
            return OpenError.None;
        }
        catch (UnauthorizedAccessException)
        {
            return OpenError.Forbidden;
        }
        catch (IOException)
        {
            return OpenError.NotFound;
        }
    }

    /// <inheritdoc/>
    public override NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts)
    {
        facts = default;
        return null; // nobody can tell
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }

    // .NET puts U+FFFD where a name is not UTF-8: there is no way back to such a file.
    private static bool HasAddress(string name) =>
        !name.Contains('\ufffd', StringComparison.Ordinal) && HasAddress(Encoding.UTF8.GetBytes(name));

    private FolderEntry? EntryOf(byte[] folder, string name) =>
        Look([.. folder, .. Encoding.UTF8.GetBytes(name)], Blocking.Allowed, out var facts) == OpenError.None
            ? new FolderEntry(name, facts.Kind, facts.Length, facts.ModifiedSeconds)
            : null;

    // What was opened by name need not be what was found: a component may have been swapped meanwhile. Linux
    // tells where an open file lies; elsewhere only the name can be asked again.
    private static bool IsStillThere(SafeFileHandle handle, string name) =>
        !OperatingSystem.IsLinux()
        || new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget is not { } target
        || target == name;

    // The real name, links followed, of what lies in the folder; else null.
    private string? Find(ReadOnlySpan<byte> path)
    {
        if (path.IndexOf((byte)0) >= 0) return null;
        var relative = Encoding.UTF8.GetString(path).Trim('/');
        if (OperatingSystem.IsWindows() && !WindowsName.AreAllPlain(relative)) return null;
        var real = RealPath(Path.Join(realRoot, relative));
        if (real is null) return null;
        if (path.EndsWith("/"u8) && !Directory.Exists(real)) return null;
        var prefix = Path.TrimEndingDirectorySeparator(realRoot) + Path.DirectorySeparatorChar;
        var inside = real == realRoot || real.StartsWith(prefix, StringComparison.Ordinal);
        return inside ? real : null;
    }

    // Follows the links of every component; null when something on the way does not exist.
    private static string? RealPath(string path)
    {
        const int MostLinks = 40;
        var links = 0;
        var rest = new Stack<string>(Split(path));
        var real = Path.GetPathRoot(path) ?? "/";
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                real = Path.GetDirectoryName(real) ?? real;
                continue;
            }
            var next = Path.Join(real, part);
            var info = new FileInfo(next);
            if (info.LinkTarget is { } target)
            {
                if (++links > MostLinks) return null;
                if (Path.IsPathRooted(target)) real = Path.GetPathRoot(target)!;
                foreach (var piece in Split(target)) rest.Push(piece);
                continue;
            }
            if (!info.Exists && !Directory.Exists(next)) return null;
            real = next;
        }
        return real;
    }

    // The last component first, as a stack wants them.
    private static IEnumerable<string> Split(string path) =>
        path[(Path.GetPathRoot(path)?.Length ?? 0)..]
            .Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries)
            .Where(part => part != ".")
            .Reverse();

    private static FileFacts FactsOf(string name)
    {
        var info = new FileInfo(name);
        if (info.Exists)
        {
            if (OperatingSystem.IsLinux() && Linux.LinuxFolder.KindOf(name) != FileKind.File) return default;
            return new FileFacts(FileKind.File, 0, 0, info.Length, Nanoseconds(info.LastWriteTimeUtc), 0, 1);
        }
        if (!Directory.Exists(name)) return default;
        return new FileFacts(FileKind.Folder, 0, 0, 0, Nanoseconds(Directory.GetLastWriteTimeUtc(name)), 0, 1);
    }

    // .NET does not tell a pipe from a file; but a pipe has no length, and what has none need not be opened,
    // which blocks.
    private static bool IsMaybePipe(string name) =>
        !OperatingSystem.IsWindows() && !OperatingSystem.IsLinux() && new FileInfo(name).Length == 0;

    private static FileFacts FactsOf(SafeFileHandle handle) => new(
        FileKind.File, 0, 0, RandomAccess.GetLength(handle), Nanoseconds(File.GetLastWriteTimeUtc(handle)), 0, 1);

    // Held to what 64 bits can count.
    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks switch
    {
        > long.MaxValue / 100 => long.MaxValue,
        < long.MinValue / 100 => long.MinValue,
        var ticks => ticks * 100,
    };
}
