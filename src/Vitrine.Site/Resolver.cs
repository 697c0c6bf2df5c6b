using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Vitrine.Http;
using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>
/// Finds out what a canonical path comes to: a file, the index or the listing of a folder, a redirect to one,
/// or an error. Blocks on the disk, so the loader's threads run it; written from top to bottom, as it
/// happens.
/// </summary>
internal sealed class Resolver(Folder folder, Limits limits, bool listing, ErrorPages errors)
{
    // Two writes within one tick of the file system's clock leave the same time behind. A file is believed
    // only when its last change is older than the coarsest tick (10 ms).
    private const int SettleMs = 20;

    // A file's times are set when a write to it begins. Until it has rested for this long, it is read anew
    // each time it is looked at, so that the end of a slow write is noticed.
    private const int RestMs = 3_000;
    private const int Tries = 10;

    private Outcome? notFound;

    /// <summary>
    /// Resolves a path. <paramref name="previous"/> is what it came to before, and is kept if nothing
    /// changed. An outcome with a file comes with a share of it.
    /// </summary>
    public Outcome Resolve(ReadOnlySpan<byte> path, Outcome? previous)
    {
        var outcome = path[^1] == '/' ? ResolveFolder(path, previous) : ResolveName(path, previous);
        return outcome.Status == Status.NotFound ? NotFound() : outcome;
    }

    /// <summary>404, with the site's own page for it or with ours.</summary>
    public Outcome NotFound()
    {
        var error = folder.Look("/404.html"u8, out var facts);
        if (error != OpenError.None || facts.Kind != FileKind.File || facts.Length > limits.CachedBodyBytes)
            return Error(OpenError.NotFound);
        if (notFound is { } known && known.Facts == facts && facts.IsTellTale) return known;
        var page = LoadFile("/404.html"u8, null);
        if (page.Content is not { Body: { } body }) return Error(OpenError.NotFound);
        // An error has no validators: a client must not keep it as if it were the page that it asked for.
        var content = Representation.InMemory(body, MediaTypes.OfName("/404.html"u8));
        return notFound = new Outcome(Status.NotFound, content, page.Facts, IsKept: false);
    }

    private Outcome ResolveFolder(ReadOnlySpan<byte> path, Outcome? previous)
    {
        var index = LoadFile([.. path, .. "index.html"u8], previous);
        if (index.Status != Status.NotFound || !listing) return index;
        return folder.Look(path, out var facts) == OpenError.None && facts.Kind == FileKind.Folder
            ? List(path, previous)
            : index;
    }

    private Outcome ResolveName(ReadOnlySpan<byte> path, Outcome? previous)
    {
        var error = folder.Look(path, out var facts);
        return error == OpenError.None && facts.Kind == FileKind.Folder
            ? new Outcome(Status.MovedPermanently, null, default, IsKept: true)
            : LoadFile(path, previous);
    }

    private Outcome LoadFile(ReadOnlySpan<byte> path, Outcome? previous)
    {
        if (previous is { Facts.Kind: FileKind.File, Facts.IsTellTale: true }
            && previous.WasAtRest && folder.Look(path, out var now) == OpenError.None && now == previous.Facts
            && previous.Content!.File?.TryAcquire() != false)
            return previous;
        for (var tries = Tries; tries > 0; tries--)
        {
            var error = folder.TryOpenFile(path, out var file);
            if (error != OpenError.None) return Error(error);
            var outcome = TryMake(file!, path);
            if (outcome is not null) return outcome.IsLike(previous) ? previous! : outcome;
        }
        return LoadGrowing(path);
    }

    // A log never rests, but what is in it stays: so much of it as is the same after a while is served. What
    // is not the same changes faster than it can be read, and no state of it can be served as one.
    private Outcome LoadGrowing(ReadOnlySpan<byte> path)
    {
        if (!TryReadStart(path, long.MaxValue, out var before, out var facts)) return NeverRests();
        Thread.Sleep(3 * SettleMs);
        if (!TryReadStart(path, before.Length, out var after, out var later) || later.Inode != facts.Inode
            || !before.Span.SequenceEqual(after.Span))
            return NeverRests();
        var metadata = new Metadata(TagOf(before.Span), null, null);
        var content = Representation.InMemory(before, MediaTypes.OfName(path), metadata);
        return new Outcome(Status.Ok, content, default, IsKept: false);
    }

    private Outcome NeverRests() =>
        new(Status.ServiceUnavailable, errors.ServiceUnavailable, default, IsKept: false);

    private bool TryReadStart(ReadOnlySpan<byte> path, long most, out PinnedBytes start, out FileFacts facts)
    {
        start = null!;
        facts = default;
        if (folder.TryOpenFile(path, out var file) != OpenError.None) return false;
        facts = file!.Facts;
        var length = Math.Min(facts.Length, most);
        if (length <= limits.CachedBodyBytes && facts.IsTellTale) start = ReadAll(file, length)!;
        file.Release();
        return start is not null;
    }

    // Null when the file changed meanwhile. Takes over the file.
    private Outcome? TryMake(FolderFile file, ReadOnlySpan<byte> path)
    {
        var facts = file.Facts;
        var inMemory = facts.Length <= limits.CachedBodyBytes;
        var isSettled = WaitUntilSettled(facts, inMemory);
        var body = isSettled && inMemory ? ReadAll(file, facts.Length) : null;
        var isSame = isSettled && (body is not null || !inMemory) && file.IsUnchanged();
        if (!isSame || inMemory) file.Release();
        if (!isSame) return null;
        var mediaType = MediaTypes.OfName(path);
        // A time that lies ahead is none (RFC 9110 section 8.8.2.1).
        var modified = facts.QuietForMs(DateTimeOffset.UtcNow) >= 0 ? facts.ModifiedSeconds : (long?)null;
        var metadata = new Metadata(body is null ? TagOf(facts) : TagOf(body.Span), modified, null);
        var content = body is null
            ? Representation.InFile(file, facts.Length, mediaType, metadata)
            : Representation.InMemory(body, mediaType, metadata);
        var quietMs = facts.QuietForMs(DateTimeOffset.UtcNow);
        return new Outcome(Status.Ok, content, facts, IsKept: true) { WasAtRest = body is null || quietMs > RestMs };
    }

    private Outcome List(ReadOnlySpan<byte> path, Outcome? previous)
    {
        var entries = new List<FolderEntry>();
        var error = folder.TryList(path, limits.ListingEntries + 1, entries);
        if (error != OpenError.None) return Error(error);
        var isCut = entries.Count > limits.ListingEntries;
        if (isCut) entries.RemoveAt(entries.Count - 1);
        var body = PinnedBytes.Copy(Listing.Page(path, entries, isCut));
        var metadata = new Metadata(TagOf(body.Span), null, Html.SecurityFields);
        var content = Representation.InMemory(body, "text/html; charset=utf-8", metadata);
        var outcome = new Outcome(Status.Ok, content, default, IsKept: true);
        return outcome.IsLike(previous) ? previous! : outcome;
    }

    private Outcome Error(OpenError error)
    {
        var (status, content) = error switch
        {
            OpenError.Forbidden => (Status.Forbidden, errors.Forbidden),
            OpenError.Exhausted => (Status.ServiceUnavailable, errors.ServiceUnavailable),
            OpenError.Failed => (Status.InternalServerError, errors.InternalServerError),
            _ => (Status.NotFound, errors.NotFound),
        };
        return new Outcome(status, content, default, IsKept: false) { IsExhausted = error == OpenError.Exhausted };
    }

    // Null when it is shorter or longer than it was.
    private static PinnedBytes? ReadAll(FolderFile file, long length)
    {
        var body = new PinnedBytes((int)length);
        for (var at = 0; at < body.Length;)
        {
            var count = file.Read(at, body.Span[at..]);
            if (count <= 0) return null;
            at += count;
        }
        return body;
    }

    // False when it had to wait: then the file is opened anew, and read only once its times can be believed.
    // A large file gets time for as much as a write of all of it takes: its times say when that began, not
    // when it ends.
    private static bool WaitUntilSettled(in FileFacts facts, bool inMemory)
    {
        var wanted = inMemory ? SettleMs : SettleMs + Math.Min(facts.Length / 50_000, 1_000);
        var age = facts.QuietForMs(DateTimeOffset.UtcNow);
        if (age < 0 || age >= wanted) return true;
        Thread.Sleep((int)(wanted - age));
        return false;
    }

    // Of the bytes themselves: whatever happens to the file, this tag and these bytes belong together.
    private static string TagOf(ReadOnlySpan<byte> body) => Quote(XxHash128.Hash(body));

    // Of everything that tells two states of a file apart, for one that is too large to be read for it.
    private static string TagOf(FileFacts facts) =>
        Quote(XxHash128.Hash(MemoryMarshal.AsBytes((ReadOnlySpan<long>)
        [
            (long)facts.Device, (long)facts.Inode, facts.Length, facts.ModifiedNs, facts.ChangedNs,
        ])));

    private static string Quote(ReadOnlySpan<byte> hash) => $"\"{Base64Url.EncodeToString(hash)}\"";
}
