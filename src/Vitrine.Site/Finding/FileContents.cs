using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Media;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Finding;

/// <summary>Makes representations of open files: by reading them, or by keeping them open.</summary>
internal sealed class FileContents(
    Limits limits, FileTimes times, BodyMemory memory, ContentTags tags, TagReader? tagReader)
{
    // Of a file that is longer the tag comes later, so that nobody waits for all of it to be read.
    private const long MostHashedAtOnceBytes = 4 * 1024 * 1024;

    /// <summary>
    /// The longest body that a worker reads itself: longer ones are the loader's, however fast the disk may
    /// be, since others wait for the worker.
    /// </summary>
    public const int MostReadByWorkerBytes = 64 * 1024;

    // To copy fewer costs less than the second call that sending without a copy takes.
    private const int LeastMappedBytes = 48 * 1024;

    /// <summary>
    /// Makes one whose body is in that place; null when the file changed meanwhile, or that would block. Takes over the
    /// file.
    /// </summary>
    public Representation? TryMake(
        FolderFile file, BodyPlace place, string mediaType, Metadata metadata, Blocking blocking)
    {
        var facts = file.Facts;
        var isInMemory = place is BodyPlace.Memory or BodyPlace.Passing;
        // Memory that the kernel sends from is not worth it for once.
        var mostMapped = place == BodyPlace.Memory ? limits.MappedBodies : 0;
        var body = isInMemory ? ReadAll(file, facts.Length, blocking, mostMapped) : null;
        var isRead = body is not null || !isInMemory;
        var tag = !isRead ? null : body is not null ? ContentTag.Of(body.Span) : TagOf(file, blocking, ref isRead);
        var isSame = isRead && file.IsUnchanged();
        if (!isSame || place != BodyPlace.OpenFile) file.Release();
        if (!isSame)
        {
            body?.Release();
            return null;
        }
        if (place == BodyPlace.OpenFile)
        {
            file.Promise(tag, tagReader);
            if (tag is null && times.AreAtRest(facts)) tagReader?.Want(file);
        }
        metadata = metadata with
        {
            // The coding is part of it, should two representations have the same bytes (RFC 9110 section 8.8.3.3).
            EntityTag = tag is not null && metadata.ContentCoding is { } coding ? $"{tag[..^1]}-{coding}\"" : tag,
            LastModified = times.LastModified(facts),
            HasRanges = true,
        };
        return place switch
        {
            BodyPlace.Memory or BodyPlace.Passing => Representation.InMemory(body!, mediaType, metadata),
            BodyPlace.OpenFile => Representation.InFile(file, facts.Length, mediaType, metadata),
            _ => Representation.OnDisk(facts.Length, mediaType, metadata),
        };
    }

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
    /// The first bytes of a file, in memory from which they can be sent without a copy if there are not <paramref
    /// name="mostMapped"/> such already, with a share; null when it has not so many any more, or would block.
    /// </summary>
    public PinnedBytes? ReadAll(FolderFile file, long length, Blocking blocking, int mostMapped = 0)
    {
        var body = Allocate((int)length, mostMapped);
        if (file.TryReadAll(body.Span, blocking)) return body;
        body.Release();
        return null;
    }

    /// <summary>
    /// A copy of a page that was made, to be sent, which the collector looks after; null when there is no room for it.
    /// May take its time.
    /// </summary>
    public PinnedBytes? TryCopy(ReadOnlySpan<byte> page)
    {
        if (page.Length > OutputQueue.CopyLimit && !memory.MakeRoom(page.Length)) return null;
        var body = page.Length > OutputQueue.CopyLimit
            ? new CountedBytes(page.Length, memory)
            : new PinnedBytes(page.Length);
        page.CopyTo(body.Span);
        return body;
    }

    // Of a file that is sent from the disk; null when there is none yet, or, not being read, when it changed or that
    // would block. A large one is read but once, if no write to it can be under way.
    private string? TagOf(FolderFile file, Blocking blocking, ref bool isRead)
    {
        var facts = file.Facts;
        if (facts.Length <= limits.CachedBodyBytes)
        {
            var read = ContentTag.TryOf(file, blocking);
            isRead = read is not null;
            return read;
        }
        if (!facts.IsTellTale) return ContentTag.Of(facts);
        if (tags.Find(facts) is { } known) return known;
        if (facts.Length > MostHashedAtOnceBytes) return null;
        var tag = ContentTag.TryOf(file, blocking);
        isRead = tag is not null;
        if (tag is not null && times.AreAtRest(facts) && file.IsAsOpened()) tags.Add(facts, tag);
        return tag;
    }

    // What is copied when it is sent is held by nobody but the cache.
    private PinnedBytes Allocate(int length, int mostMapped) =>
        length <= OutputQueue.CopyLimit ? new PinnedBytes(length)
        : length >= LeastMappedBytes && OperatingSystem.IsLinux()
            && MappedBytes.TryMake(length, mostMapped, memory, out var mapped) ? mapped
        : new SharedBytes(length, memory);
}
