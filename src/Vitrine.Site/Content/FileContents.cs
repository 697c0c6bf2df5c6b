using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Content;

/// <summary>
/// Makes representations of open files: of a small one by reading it, of a large one by keeping it open.
/// </summary>
internal sealed class FileContents(Limits limits, SiteClock clock, BodyMemory memory)
{
    // A file's times are set when a write to it begins. Until it has rested for this long, it is read anew
    // each time it is looked at, so that the end of a slow write is noticed; and by then its date can be told.
    private const int RestMs = 3_000;

    // To copy fewer costs less than the second call that sending without a copy takes.
    private const int LeastMappedBytes = 48 * 1024;

    /// <summary>Whether a file is sent from the disk for its length alone, and has a tag of its facts.</summary>
    public bool IsLarge(in FileFacts facts) => facts.Length > limits.CachedBodyBytes;

    /// <summary>Whether a large file may come into memory all the same, if it is asked for often enough.</summary>
    public bool CanBeHot(in FileFacts facts) => facts.IsTellTale && facts.Length <= limits.HotBodyBytes
        && IsAtRest(facts);

    /// <summary>
    /// 0 when the file's times can be believed. A large file gets time for as much as a write of all of it
    /// takes: its times say when that began, not when it ends.
    /// </summary>
    public int MsUntilSettled(in FileFacts facts)
    {
        var wanted = IsLarge(facts) ? FileFacts.SettleMs + Math.Min(facts.Length / 50_000, 1_000) : FileFacts.SettleMs;
        var age = facts.QuietForMs(clock.UtcNow);
        return age < 0 || age >= wanted ? 0 : (int)(wanted - age);
    }

    /// <summary>Whether a file needs to be read again only when its facts are others.</summary>
    public bool IsAtRest(in FileFacts facts) => facts.QuietForMs(clock.UtcNow) > RestMs;

    /// <summary>The same, whatever date somebody gave it: one that lies ahead says nothing of when that was.</summary>
    public bool HasRested(in FileFacts facts) => facts.IsTellTale
        ? IsAtRest(facts with { ModifiedNs = facts.ChangedNs })
        : IsAtRest(facts);

    /// <summary>
    /// Reads a small file, or a large one that is <paramref name="isHot"/>; keeps another large one open. Null when it
    /// changed meanwhile. Takes over the file.
    /// </summary>
    public Representation? TryRead(
        FolderFile file, string mediaType, Metadata metadata, Blocking blocking, bool isHot = false)
    {
        var facts = file.Facts;
        var isLarge = IsLarge(facts);
        var staysOpen = (isLarge && !isHot) || HasNoRoom(facts, blocking);
        var body = staysOpen ? null : ReadAll(file, facts.Length, blocking, limits.MappedBodies);
        var tag = isLarge ? ContentTag.Of(facts)
            : body is not null ? ContentTag.Of(body.Span)
            : staysOpen ? ContentTag.TryOf(file, blocking)
            : null;
        var isSame = tag is not null && (body is not null || staysOpen) && file.IsUnchanged();
        if (!isSame || !staysOpen) file.Release();
        if (!isSame) return null;
        metadata = Complete(metadata, facts, tag!);
        return body is null
            ? Representation.InFile(file, facts.Length, mediaType, metadata)
            : Representation.InMemory(body, mediaType, metadata);
    }

    // Clients hold so much of what was sent before that no more is read: it is sent from the open file, as large ones
    // are. But not while a write to it may be under way of which its times say nothing.
    private bool HasNoRoom(in FileFacts facts, Blocking blocking) => facts.Length > OutputQueue.CopyLimit
        && IsAtRestOnDisk(facts)
        && !IsThereRoom(facts.Length, blocking);

    /// <summary>
    /// Whether a file has as many bytes as the system says. Those that the kernel makes when they are read (/proc,
    /// /sys) have not, nor have some of file systems that are programs. Null when that cannot be told without waiting.
    /// </summary>
    public static bool? TellsItsLength(FolderFile file, Blocking blocking)
    {
        Span<byte> one = stackalloc byte[1];
        var (length, isRead) = (file.Facts.Length, blocking == Blocking.Allowed);
        var last = length == 0 ? 1 : isRead ? file.TryRead(length - 1, one) : file.ReadCached(length - 1, one);
        var behind = isRead ? file.TryRead(length, one) : file.ReadCached(length, one);
        if (!isRead && (last < 0 || behind < 0)) return null;
        // A disk that fails says nothing of it; but what is said to be empty and cannot be read may be anything.
        return last != 0 && (behind == 0 || (behind < 0 && length > 0));
    }

    /// <summary>
    /// All that can be read of a file, whatever its length is said to be; null when that is more than is kept of a
    /// file, or the disk fails.
    /// </summary>
    public byte[]? TryReadToItsEnd(FolderFile file)
    {
        var body = new byte[Math.Min(limits.CachedBodyBytes + 1, 4 * 1024)];
        for (var length = 0; ;)
        {
            var count = file.TryRead(length, body.AsSpan(length));
            if (count < 0) return null;
            if (count == 0) return body[..length];
            length += count;
            if (length > limits.CachedBodyBytes) return null;
            if (length == body.Length) Array.Resize(ref body, Math.Min(limits.CachedBodyBytes + 1, 2 * length));
        }
    }

    /// <summary>
    /// The media type of a file, for which it may have to be looked into; null when that would block, or the disk
    /// fails.
    /// </summary>
    public static string? TypeOf(FolderFile file, ReadOnlySpan<byte> path, Blocking blocking)
    {
        if (MediaTypes.OfName(path) is { } type) return type;
        Span<byte> start = stackalloc byte[MediaTypes.StartBytes];
        var count = blocking == Blocking.Allowed ? file.TryRead(0, start) : file.ReadCached(0, start);
        return count < 0 ? null : MediaTypes.OfStart(path, start[..count]);
    }

    /// <summary>
    /// Whether a file's body can be left on the disk: it is read again, as long as its facts are the same.
    /// Not that of a large one, which has a tag of another kind: the same file must not have now this, now that.
    /// </summary>
    public bool CanBeLeft(in FileFacts facts) => facts is { IsTellTale: true, Length: > 0 } && !IsLarge(facts)
        && IsAtRest(facts);

    /// <summary>
    /// Whether the kernel tells of what was just read that it is in its memory. It does not on every file system, nor
    /// when that was not read: then a worker can read nothing of it.
    /// </summary>
    public static bool IsSeen(FolderFile file, Blocking blocking)
    {
        Span<byte> one = stackalloc byte[1];
        var at = file.Facts.Length - 1;
        return file.ReadCached(at, one) == 1
            || (blocking == Blocking.Allowed && file.Read(at, one) == 1 && file.ReadCached(at, one) == 1);
    }

    /// <summary>
    /// What is known of a small file whose body is left on the disk, and the file if it <paramref name="staysOpen"/>;
    /// null when it changed meanwhile. Takes over the file.
    /// </summary>
    public Representation? TryLeave(
        FolderFile file, string mediaType, Metadata metadata, Blocking blocking, bool staysOpen)
    {
        var facts = file.Facts;
        var tag = ContentTag.TryOf(file, blocking);
        var isSame = tag is not null && file.IsUnchanged();
        if (!isSame || !staysOpen) file.Release();
        if (!isSame) return null;
        metadata = Complete(metadata, facts, tag!);
        return staysOpen
            ? Representation.InFile(file, facts.Length, mediaType, metadata)
            : Representation.OnDisk(facts.Length, mediaType, metadata);
    }

    /// <summary>
    /// The first bytes of a file, in memory from which they can be sent without a copy if there are not <paramref
    /// name="mostMapped"/> such already; null when it has not so many any more, or would block.
    /// </summary>
    public PinnedBytes? ReadAll(FolderFile file, long length, Blocking blocking, int mostMapped = 0)
    {
        var body = Allocate((int)length, mostMapped);
        var isRead = TryReadAll(file, body.Span, blocking);
        GC.KeepAlive(body);
        return isRead ? body : null;
    }

    /// <summary>A copy of a page that was made, to be sent; null when there is no room for it. May take its
    /// time.</summary>
    public PinnedBytes? TryCopy(ReadOnlySpan<byte> page)
    {
        if (page.Length > OutputQueue.CopyLimit && !memory.MakeRoom(page.Length)) return null;
        var body = Allocate(page.Length, limits.MappedBodies);
        page.CopyTo(body.Span);
        GC.KeepAlive(body);
        return body;
    }

    /// <summary>
    /// Whether a file can only be sent from memory, and there is none for it: clients that do not take what they asked
    /// for hold what there is.
    /// </summary>
    public bool IsOutOfMemory(in FileFacts facts, Blocking blocking) =>
        !IsLarge(facts) && facts.Length > OutputQueue.CopyLimit && !IsAtRestOnDisk(facts)
        && !IsThereRoom(facts.Length, blocking);

    private bool IsThereRoom(long bytes, Blocking blocking) =>
        blocking == Blocking.Allowed ? memory.MakeRoom(bytes) : memory.HasRoom(bytes);

    private bool IsAtRestOnDisk(in FileFacts facts) => facts.IsTellTale && IsAtRest(facts);

    // What is copied when it is sent is held by nobody but the cache.
    private PinnedBytes Allocate(int length, int mostMapped) =>
        length <= OutputQueue.CopyLimit ? new PinnedBytes(length)
        : length >= LeastMappedBytes && OperatingSystem.IsLinux()
            && MappedBytes.TryMake(length, mostMapped, memory, out var mapped) ? mapped
        : new CountedBytes(length, memory);

    private static bool TryReadAll(FolderFile file, Span<byte> body, Blocking blocking)
    {
        for (var at = 0; at < body.Length;)
        {
            var count = blocking == Blocking.Refused ? file.ReadCached(at, body[at..]) : file.Read(at, body[at..]);
            if (count <= 0) return false;
            at += count;
        }
        return true;
    }

    private Metadata Complete(Metadata metadata, in FileFacts facts, string tag) => metadata with
    {
        // The coding is part of it, should two representations have the same bytes (RFC 9110 section 8.8.3.3).
        EntityTag = metadata.ContentCoding is { } coding ? $"{tag[..^1]}-{coding}\"" : tag,
        LastModified = facts.LastModifiedAt(clock.UtcNow),
    };
}
