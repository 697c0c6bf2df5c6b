using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Vitrine.Site.Origins.Linux;

/// <summary>
/// A folder held by its descriptor. Every name is resolved by the kernel below it (<c>openat2</c> with
/// RESOLVE_BENEATH): whatever the checks on the path missed, and whoever swaps a link meanwhile, there is no
/// way out.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxFolder : Folder
{
    private const ulong Beneath = Libc.RESOLVE_BENEATH | Libc.RESOLVE_NO_MAGICLINKS;
    private const ulong OpenForReading = Libc.O_RDONLY | Libc.O_NONBLOCK | Libc.O_NOCTTY | Libc.O_CLOEXEC;
    private const ulong OpenForLooking = Libc.O_PATH | Libc.O_CLOEXEC;
    private const int Tries = 8;

    // How often the folder's own path is looked at: whoever replaces the whole folder sees the new one soon.
    private const int RootFreshMs = 100;

    private readonly Action<Exception>? onFault;
    private volatile HeldRoot held;
    private long lookedMs = Environment.TickCount64;
    private volatile bool isReadable = true;

    private LinuxFolder(HeldRoot held, string path, Action<Exception>? onFault)
    {
        this.held = held;
        this.onFault = onFault;
        Root = path;
    }

    /// <inheritdoc/>
    public override string Root { get; }

    /// <inheritdoc/>
    public override bool IsReadable
    {
        get
        {
            // Nobody else may ask: whoever is not ready gets no requests.
            if (!isReadable) Follow();
            return isReadable;
        }
    }

    /// <inheritdoc/>
    public override void MayBeReplaced() => Volatile.Write(ref lookedMs, long.MinValue / 2);

    /// <summary>Opens it; false when the kernel (before 5.6) or a sandbox has no openat2.</summary>
    /// <exception cref="UnauthorizedAccessException">It may not be searched.</exception>
    /// <exception cref="IOException">The disk fails, or descriptors are missing.</exception>
    public static bool TryOpen(string path, Action<Exception>? onFault, [NotNullWhen(true)] out Folder? folder)
    {
        folder = null;
        if (Hold(path, out var failure) is not { } held) return IsForWantOfCalls(failure, path);
        var opened = new LinuxFolder(held, path, onFault);
        var error = opened.OpenAt("."u8, OpenForLooking, Beneath, Tries, out var fd);
        if (error == 0)
        {
            _ = Libc.close(fd);
            folder = opened;
            return true;
        }
        opened.Dispose();
        return IsForWantOfCalls(error, path);
    }

    // False: then there is another way. Whatever else it is, it would be wrong in any way.
    private static bool IsForWantOfCalls(int error, string path) => error switch
    {
        Libc.EPERM or Libc.ENOSYS or Libc.EINVAL => false,
        Libc.EACCES => throw NotSearched(path),
        _ => throw new IOException($"'{path}' cannot be opened: {Marshal.GetPInvokeErrorMessage(error)}", error),
    };

    /// <summary>
    /// What kind of thing a path of the system is, links followed; for where there is no openat2.
    /// </summary>
    public static FileKind KindOf(string path)
    {
        var name = Encoding.UTF8.GetBytes(path);
        return FileStatus.Read(Libc.AT_FDCWD, name, Blocking.Allowed, out var facts, out _) == 0 ? facts.Kind : default;
    }

    /// <inheritdoc/>
    public override OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts)
    {
        facts = default;
        var error = Resolve(path, OpenForLooking, blocking, out var fd);
        if (error != OpenError.None) return error;
        error = ErrorOf(FileStatus.Read(fd, [], blocking, out facts, out _));
        _ = Libc.close(fd);
        return error == OpenError.None && facts.Kind == FileKind.None ? OpenError.NotFound : error;
    }

    /// <inheritdoc/>
    public override OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file)
    {
        file = null;
        // Looked at before it is opened: to open a device or a FIFO can already have an effect.
        var error = LookAtName(path, blocking, out var facts, out var isLink);
        if (error == OpenError.None && isLink) error = Look(path, blocking, out facts);
        if (error != OpenError.None) return error;
        return facts.Kind == FileKind.File
            ? Open(path, OpenForReading, isLink, blocking, out file)
            : OpenError.NotFound;
    }

    /// <inheritdoc/>
    public override OpenError TryOpenListed(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file)
    {
        var error = Open(path, OpenForReading | Libc.O_NOFOLLOW, isLink: false, blocking, out file);
        return error == OpenError.NotFound ? TryOpenFile(path, blocking, out file) : error; // a link by now
    }

    private OpenError Open(
        ReadOnlySpan<byte> path, ulong flags, bool isLink, Blocking blocking, out FolderFile? file)
    {
        file = null;
        var error = Resolve(path, flags, blocking, out var fd, out var hasAbsoluteLink);
        if (error != OpenError.None) return error;
        error = ErrorOf(FileStatus.Read(fd, [], blocking, out var facts, out _));
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (error != OpenError.None || facts.Kind != FileKind.File)
        {
            handle.Dispose();
            return error != OpenError.None ? error : OpenError.NotFound;
        }
        file = new LinuxFile(handle, facts) { IsBehindLink = isLink || hasAbsoluteLink };
        return OpenError.None;
    }

    /// <inheritdoc/>
    public override OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file)
    {
        // Not looked at first: it was a file a moment ago, so a device in its place is no accident that could
        // be told from a swap between the two calls.
        file = null;
        var error = Resolve(path, OpenForReading, Blocking.Refused, out var fd);
        if (error != OpenError.None) return error;
        if (FactsOf(fd) != known)
        {
            _ = Libc.close(fd);
            return OpenError.NotFound;
        }
        file = new LinuxFile(new SafeFileHandle(fd, ownsHandle: true), known);
        return OpenError.None;
    }

    /// <inheritdoc/>
    public override bool TryReadCached(
        ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination)
    {
        if (Resolve(path, OpenForReading, Blocking.Refused, out var fd) != OpenError.None) return false;
        // The facts are looked at after reading: if they are the same then, so were the bytes.
        var isRead = LinuxFile.ReadCached(fd, position, destination) == destination.Length;
        // All of them: what is not held open may have lost its inode number to another file.
        var isSame = isRead && FactsOf(fd) == known;
        _ = Libc.close(fd);
        return isSame;
    }

    /// <inheritdoc/>
    public override OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list)
    {
        list = null;
        var error = Resolve(
            path, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_DIRECTORY, Blocking.Allowed, out var fd);
        if (error != OpenError.None) return error;
        try
        {
            var (names, unshown, hasMore) = (new List<FolderList.Name>(), 0, false);
            var stream = new DirectoryStream(fd);
            for (var left = FolderList.MostNames; stream.TryNext(out var name, out var isFolder);)
            {
                hasMore = left-- == 0;
                if (hasMore) break;
                if (name[0] == '.') continue;
                if (HasAddress(name))
                    names.Add(new FolderList.Name(Encoding.UTF8.GetString(name), isFolder ?? IsFolder(fd, name)));
                else unshown++;
            }
            if (stream.HasFailed) return OpenError.Failed;
            var folder = path.ToArray();
            list = FolderList.Of(names, most, unshown, hasMore, name => EntryOf(fd, folder, name));
            return OpenError.None;
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }

    /// <inheritdoc/>
    public override NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts)
    {
        facts = default;
        const ulong Flags = Libc.O_RDONLY | Libc.O_CLOEXEC;
        if (Resolve(path, Flags | Libc.O_DIRECTORY, Blocking.Allowed, out var fd) != OpenError.None) return null;
        try
        {
            var names = DirectoryNames.Read(fd, most);
            facts = FactsOf(fd);
            return names;
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }

    /// <inheritdoc/>
    public override void CheckAccess()
    {
        var error = OpenAt("."u8, OpenForLooking, Beneath, Tries, out var fd);
        if (error == 0) _ = Libc.close(fd);
        else if (error == Libc.EACCES) throw NotSearched(Root);
    }

    /// <inheritdoc/>
    public override void Dispose() => held.Handle.Dispose();

    private static UnauthorizedAccessException NotSearched(string path) => new($"'{path}' may not be searched");

    private static bool IsFolder(int fd, ReadOnlySpan<byte> name) =>
        FileStatus.Read(fd, name, Blocking.Allowed, out var facts, out _) == 0 && facts.Kind == FileKind.Folder;

    // A link is shown as what it leads to, and not at all when it leads outside.
    private FolderEntry? EntryOf(int fd, byte[] folder, string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        if (FileStatus.Read(fd, bytes, Blocking.Allowed, out var facts, out var isLink) != 0) return null;
        if (isLink && Look([.. folder, .. bytes], Blocking.Allowed, out facts) != OpenError.None) return null;
        return facts.Kind == FileKind.None
            ? null
            : new FolderEntry(name, facts.Kind, facts.Length, facts.ModifiedSeconds);
    }

    // What the name itself stands for, be it a link.
    private OpenError LookAtName(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts, out bool isLink)
    {
        (facts, isLink) = (default, false);
        var error = Resolve(path, OpenForLooking | Libc.O_NOFOLLOW, blocking, out var fd, out var hasAbsoluteLink);
        if (error != OpenError.None) return error;
        error = ErrorOf(FileStatus.Read(fd, [], blocking, out facts, out isLink));
        isLink |= hasAbsoluteLink; // of which all links were followed
        _ = Libc.close(fd);
        return error;
    }

    private OpenError Resolve(ReadOnlySpan<byte> path, ulong flags, Blocking blocking, out int fd) =>
        Resolve(path, flags, blocking, out fd, out _);

    private OpenError Resolve(
        ReadOnlySpan<byte> path, ulong flags, Blocking blocking, out int fd, out bool hasAbsoluteLink)
    {
        fd = -1;
        hasAbsoluteLink = false;
        if (!FollowRoot(blocking)) return OpenError.WouldBlock;
        var relative = path.TrimStart((byte)'/');
        if (relative.IsEmpty) relative = "."u8;
        if (blocking == Blocking.Refused)
        {
            // EAGAIN: not in memory. EXDEV may be an absolute link, EINVAL is a kernel before 5.12, and after EINTR the
            // loader tries again.
            var refused = OpenAt(relative, flags, Beneath | Libc.RESOLVE_CACHED, 1, out fd);
            return refused is Libc.EAGAIN or Libc.EXDEV or Libc.EINVAL or Libc.EINTR
                ? OpenError.WouldBlock : ErrorOf(refused);
        }
        var error = OpenAt(relative, flags, Beneath, Tries, out fd);
        hasAbsoluteLink = error == Libc.EXDEV;
        return ErrorOf(hasAbsoluteLink ? ResolveAbsoluteLink(relative, flags, out fd) : error);
    }

    // The kernel refuses every absolute link, also one that leads back inside. Find where it leads, and open
    // that place from the root without following any link: a swap in between can make this fail, but not lead
    // outside.
    private int ResolveAbsoluteLink(ReadOnlySpan<byte> relative, ulong flags, out int fd)
    {
        fd = -1;
        var error = OpenAt(relative, OpenForLooking, Libc.RESOLVE_NO_MAGICLINKS, Tries, out var target);
        if (error != 0) return error == Libc.EACCES ? Libc.ENOENT : error;
        var known = TryReadLink(target, out var real);
        _ = Libc.close(target);
        var realRoot = held.RealPath;
        if (!known || realRoot.Length == 0 || !real.AsSpan().StartsWith(realRoot)) return Libc.ENOENT;
        ReadOnlySpan<byte> inside = real.AsSpan(realRoot.Length);
        if (!inside.IsEmpty && inside[0] != '/' && realRoot.Length > 1) return Libc.ENOENT;
        inside = inside.TrimStart((byte)'/');
        return OpenAt(
            inside.IsEmpty ? "."u8 : inside, flags, Beneath | Libc.RESOLVE_NO_SYMLINKS, Tries, out fd);
    }

    // 0, or the kernel's error.
    private int OpenAt(ReadOnlySpan<byte> relative, ulong flags, ulong resolve, int tries, out int fd)
    {
        var root = held.Handle;
        Span<byte> name = relative.Length < 1024 ? stackalloc byte[relative.Length + 1] : new byte[relative.Length + 1];
        relative.CopyTo(name);
        name[relative.Length] = 0;
        var how = new Libc.open_how { flags = flags, resolve = resolve };
        fixed (byte* start = name)
        {
            for (var i = 0; ; i++)
            {
                fd = (int)Libc.syscall_at(Libc.SYS_openat2, root, start, &how, sizeof(Libc.open_how));
                if (fd >= 0) return 0;
                var error = Marshal.GetLastSystemError();
                // EAGAIN: something was renamed while the kernel made sure that ".." stays inside.
                if (i < tries - 1 && error is Libc.EAGAIN or Libc.EINTR) continue;
                return error;
            }
        }
    }

    // The folder itself may be replaced by another of its name, as build tools and releases do. False when it is
    // time to look, and that may block.
    private bool FollowRoot(Blocking blocking)
    {
        var now = Environment.TickCount64;
        var last = Volatile.Read(ref lookedMs);
        if (now - last < RootFreshMs) return true;
        if (blocking == Blocking.Refused)
        {
            if (!IsRootKnownToBeSame()) return false;
            Volatile.Write(ref lookedMs, now);
            return true;
        }
        if (Interlocked.CompareExchange(ref lookedMs, now, last) != last) return true;
        var name = Encoding.UTF8.GetBytes(Root + "/.");
        var error = FileStatus.Read(Libc.AT_FDCWD, name, Blocking.Allowed, out var facts, out _);
        if (error is not (0 or Libc.EACCES)) return true;
        var isSame = error == 0 && (facts.Device, facts.Inode) == held.Identity;
        if (!isSame || !isReadable) Follow();
        return true;
    }

    private void Follow()
    {
        if (Hold(Root, out _) is not { } fresh) return;
        // The old one's descriptor goes with its last user: others may be at it right now.
        var isReplaced = fresh.Identity != held.Identity;
        if (isReplaced) held = fresh;
        else fresh.Handle.Dispose();
        var error = OpenAt("."u8, Libc.O_RDONLY | Libc.O_CLOEXEC | Libc.O_DIRECTORY, Beneath, Tries, out var fd);
        if (error == 0) _ = Libc.close(fd);
        var wasReadable = isReadable;
        isReadable = error != Libc.EACCES;
        if (wasReadable && !isReadable) onFault?.Invoke(new FolderReplacedException(Root));
        if (isReplaced) WhenReplaced?.Invoke();
    }

    private bool IsRootKnownToBeSame()
    {
        var path = Encoding.UTF8.GetBytes(Root);
        if (OpenAt(path, OpenForLooking | Libc.O_DIRECTORY, Libc.RESOLVE_CACHED, 1, out var fd) != 0) return false;
        var facts = FactsOf(fd, Blocking.Refused);
        _ = Libc.close(fd);
        return (facts.Device, facts.Inode) == held.Identity;
    }

    private static HeldRoot? Hold(string path, out int error)
    {
        var name = Encoding.UTF8.GetBytes(path + '\0');
        int fd;
        fixed (byte* start = name) fd = Libc.open(start, (int)(OpenForLooking | Libc.O_DIRECTORY));
        error = fd < 0 ? Marshal.GetLastSystemError() : 0;
        if (error != 0) return null;
        error = FileStatus.Read(fd, [], Blocking.Allowed, out var facts, out _);
        if (error != 0)
        {
            _ = Libc.close(fd);
            return null;
        }
        var real = TryReadLink(fd, out var target) ? target : [];
        return new HeldRoot(new SafeFileHandle(fd, ownsHandle: true), real, (facts.Device, facts.Inode));
    }

    private static OpenError ErrorOf(int error) => error switch
    {
        0 => OpenError.None,
        Libc.ENOENT or Libc.ENOTDIR or Libc.ELOOP or Libc.EXDEV or Libc.ENAMETOOLONG or Libc.ENXIO
            or Libc.ENODEV => OpenError.NotFound,
        Libc.EACCES or Libc.EPERM => OpenError.Forbidden,
        Libc.EMFILE or Libc.ENFILE => OpenError.Exhausted,
        // A lease (Samba, NFS): its holder is being told to let go. Or names that are swapped without end.
        Libc.EAGAIN => OpenError.Busy,
        _ => OpenError.Failed,
    };

    /// <summary>What an open file is; nothing when the kernel does not say.</summary>
    internal static FileFacts FactsOf(int fd, Blocking blocking = Blocking.Allowed) =>
        FileStatus.Read(fd, [], blocking, out var facts, out _) == 0 ? facts : default;

    private static bool TryReadLink(int fd, out byte[] target)
    {
        var name = Encoding.ASCII.GetBytes($"/proc/self/fd/{fd}\0");
        var buffer = new byte[4096];
        fixed (byte* path = name)
        fixed (byte* start = buffer)
        {
            var length = (int)Libc.readlink(path, start, (nuint)buffer.Length);
            target = length is > 0 and < 4096 ? buffer[..length] : [];
            return target.Length > 0;
        }
    }

    /// <summary>The folder's descriptor, its real path, and what it is.</summary>
    private sealed record HeldRoot(SafeFileHandle Handle, byte[] RealPath, (ulong Device, ulong Inode) Identity);
}
