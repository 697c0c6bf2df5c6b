using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Vitrine.Http;
using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>
/// Finds out what a canonical path comes to: a file, the index or the listing of a folder, a redirect to one,
/// or an error. A worker tries first with what the kernel has in memory; if that is not enough, a thread of
/// the loader waits for the disk. Nobody sleeps: where a file has to settle first there is no outcome yet,
/// and <see cref="Resolution.AgainInMs"/> says when to come back.
/// </summary>
internal sealed class Resolver(
    Folder folder, Limits limits, bool listing, ErrorPages errors, TimeProvider clock)
{
    // A file's times are set when a write to it begins. Until it has rested for this long, it is read anew
    // each time it is looked at, so that the end of a slow write is noticed.
    private const int RestMs = 3_000;

    // For how long a file may keep changing before it is taken for one that never rests.
    private const int PatienceMs = 10 * FileFacts.SettleMs;
    private const int PatienceWithLargeMs = 1_500;

    private readonly FolderLooks looks = new(folder, limits, clock);
    private Outcome? notFound;

    /// <summary>
    /// Resolves a path; null when it has to be looked at again. What it came to before is kept if nothing
    /// changed. An outcome with a file comes with a share of it.
    /// </summary>
    public Outcome? Resolve(Resolution resolution)
    {
        var outcome = resolution.Path[^1] == '/' ? ResolveFolder(resolution) : ResolveName(resolution);
        return outcome?.Status == Status.NotFound ? NotFound(resolution) : outcome;
    }

    /// <summary>404, with the site's own page for it or with ours.</summary>
    public Outcome? NotFound(Resolution resolution)
    {
        var error = folder.Look("/404.html"u8, resolution.Blocking, out var facts);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        if (error != OpenError.None || facts.Kind != FileKind.File || facts.Length > limits.CachedBodyBytes)
            return Error(OpenError.NotFound);
        if (notFound is { } known && known.Facts == facts && facts.IsTellTale) return known;
        resolution.ErrorPage ??= new Resolution([], null) { Blocking = resolution.Blocking };
        var page = LoadFile("/404.html"u8, resolution.ErrorPage);
        if (page is null) return resolution.Again(resolution.ErrorPage.AgainInMs);
        page.Release(); // what is beside it is not needed
        if (page.Content is not { Body: { } body }) return Error(OpenError.NotFound);
        // An error has no validators: a client must not keep it as if it were the page that it asked for.
        var content = Representation.InMemory(body, MediaTypes.OfName("/404.html"u8));
        return notFound = new Outcome(Status.NotFound, content, page.Facts, IsKept: false);
    }

    private Outcome? ResolveFolder(Resolution resolution)
    {
        var path = resolution.Path;
        var index = LoadFile([.. path, .. "index.html"u8], resolution);
        if (index?.Status != Status.NotFound || !listing) return index;
        if (resolution.Blocking == Blocking.Refused) return resolution.Again(0);
        return folder.Look(path, Blocking.Allowed, out var facts) == OpenError.None && facts.Kind == FileKind.Folder
            ? List(path, resolution.Previous)
            : index;
    }

    private Outcome? ResolveName(Resolution resolution)
    {
        var error = folder.Look(resolution.Path, resolution.Blocking, out var facts);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        return error == OpenError.None && facts.Kind == FileKind.Folder
            ? new Outcome(Status.MovedPermanently, null, default, IsKept: true)
            : LoadFile(resolution.Path, resolution);
    }

    private Outcome? LoadFile(ReadOnlySpan<byte> path, Resolution resolution)
    {
        var blocking = resolution.Blocking;
        var previous = resolution.Previous;
        if (previous is { Facts.Kind: FileKind.File, Facts.IsTellTale: true, WasAtRest: true }
            && !(previous.Content!.HasNoBody && resolution.WantsBody)
            && folder.Look(path, blocking, out var now) == OpenError.None && now == previous.Facts
            && IsSameBeside(path, previous, blocking) && previous.TryAcquire())
            return previous;
        var error = folder.TryOpenFile(path, blocking, out var file);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        if (error != OpenError.None) return Error(error);
        var facts = file!.Facts;
        var around = looks.Around(path, blocking);
        if ((blocking == Blocking.Refused && facts.Length > Outcome.MostReadByWorkerBytes)
            || !TryLookBeside(path, blocking, out var siblings))
        {
            file.Release();
            return resolution.Again(0);
        }
        var patienceMs = IsLarge(facts) ? PatienceWithLargeMs : PatienceMs;
        var wait = MsUntilSettled(facts);
        if (wait == 0)
        {
            if (TryMake(file, path, siblings, blocking) is { } outcome)
            {
                if (outcome.IsLike(previous)) outcome = previous!;
                outcome.Around = around;
                return outcome;
            }
            wait = FileFacts.SettleMs; // it changed meanwhile
        }
        else if (resolution.WaitedMs >= patienceMs)
        {
            return MakeRestless(file, path, resolution);
        }
        else
        {
            file.Release();
        }
        if (resolution.First.Kind == FileKind.None) resolution.First = facts;
        return resolution.Again(Math.Clamp(patienceMs - resolution.WaitedMs, 1, wait));
    }

    // A log never rests, but what is in it stays. Of a small one as much as is the same a little later is
    // served. A large one, which is not read for it, has to have grown at every look, and comes without
    // validators: nobody can say that it is the same later. Anything else changes faster than it can be read,
    // and no state of it can be served as one.
    private Outcome? MakeRestless(FolderFile file, ReadOnlySpan<byte> path, Resolution resolution)
    {
        var (facts, first) = (file.Facts, resolution.First);
        if (!facts.IsTellTale || facts.Inode != first.Inode)
        {
            file.Release();
            return NeverRests();
        }
        if (IsLarge(facts))
        {
            if (facts.Length > first.Length)
                return new Outcome(Status.Ok, MakeGrowing(file, path), default, IsKept: false);
            file.Release();
            return NeverRests();
        }
        var before = resolution.Content;
        var content = ReadAll(file, before?.Length ?? facts.Length, Blocking.Allowed);
        file.Release();
        if (content is null) return NeverRests();
        if (before is null)
        {
            resolution.Content = content;
            return resolution.Again(3 * FileFacts.SettleMs);
        }
        if (!before.Span.SequenceEqual(content.Span)) return NeverRests();
        var metadata = new Metadata(TagOf(before.Span), null, null);
        return new Outcome(
            Status.Ok, Representation.InMemory(before, MediaTypes.OfName(path), metadata), default, IsKept: false);
    }

    private static Representation MakeGrowing(FolderFile file, ReadOnlySpan<byte> path)
    {
        file.MayGrow();
        return Representation.InFile(file, file.Facts.Length, MediaTypes.OfName(path), default);
    }

    private Outcome NeverRests() =>
        new(Status.ServiceUnavailable, errors.ServiceUnavailable, default, IsKept: false);

    // Null when the file changed meanwhile. Takes over the file.
    private Outcome? TryMake(FolderFile file, ReadOnlySpan<byte> path, FileFacts[] siblings, Blocking blocking)
    {
        var facts = file.Facts;
        if (MakeEncoded(path, facts, siblings, blocking, out var areAtRest) is not { } encoded)
        {
            file.Release();
            return null;
        }
        var metadata = new Metadata(null, null, null)
        {
            // Compressed as such a file is, it would be drawn by no client that is told its media type alone.
            ContentCoding = path.EndsWith(".svgz"u8) ? "gzip" : null,
            VariesByCoding = encoded.Length > 0,
        };
        if (TryRead(file, MediaTypes.OfName(path), metadata, blocking) is not { } content)
        {
            foreach (var other in encoded) other.Content.File?.Release();
            return null;
        }
        var isAtRest = areAtRest && (content.Body is null || facts.QuietForMs(clock.GetUtcNow()) > RestMs);
        return new Outcome(Status.Ok, content, facts, IsKept: true)
        {
            WasAtRest = isAtRest,
            Encoded = encoded,
            Siblings = siblings,
        };
    }

    // The encoded files beside a file that are no older than it is: an older one may be of what it was before.
    // Null when one would block.
    private EncodedRepresentation[]? MakeEncoded(
        ReadOnlySpan<byte> path, in FileFacts plain, FileFacts[] siblings, Blocking blocking, out bool areAtRest)
    {
        areAtRest = true;
        var encoded = new List<EncodedRepresentation>();
        for (var i = 0; i < siblings.Length; i++)
        {
            if (siblings[i].Kind != FileKind.File || siblings[i].ModifiedNs < plain.ModifiedNs) continue;
            var coding = ContentCoding.All[i];
            var metadata = new Metadata(null, null, null) { ContentCoding = coding.Name, VariesByCoding = true };
            var content = default(Representation);
            if (folder.TryOpenFile([.. path, .. coding.Suffix], blocking, out var file) == OpenError.None)
            {
                if (file!.Facts != siblings[i] || MsUntilSettled(siblings[i]) > 0) file.Release();
                else content = TryRead(file, MediaTypes.OfName(path), metadata, blocking);
            }
            if (content is not null)
            {
                encoded.Add(new EncodedRepresentation(coding, content));
                areAtRest &= content.Body is null || siblings[i].QuietForMs(clock.GetUtcNow()) > RestMs;
                continue;
            }
            areAtRest = false; // it is being written: the plain one will do until it is looked at again
            if (blocking == Blocking.Allowed) continue;
            foreach (var other in encoded) other.Content.File?.Release();
            return null;
        }
        return [.. encoded];
    }

    /// <summary>
    /// Whether beside a file there is still what was there. If the folder around it is the same, only what was
    /// there has to be looked at.
    /// </summary>
    public bool IsSameBeside(ReadOnlySpan<byte> path, Outcome outcome, Blocking blocking)
    {
        if (outcome.Siblings.Length == 0) return true;
        var around = looks.Around(path, blocking);
        if (around is null || around.Facts != outcome.Around?.Facts)
        {
            if (!TryLookBeside(path, blocking, out var siblings)) return false;
            if (!siblings.AsSpan().SequenceEqual(outcome.Siblings)) return false;
            outcome.Around = around;
            return true;
        }
        for (var i = 0; i < outcome.Siblings.Length; i++)
        {
            if (outcome.Siblings[i].Kind == FileKind.None) continue;
            var error = folder.Look([.. path, .. ContentCoding.All[i].Suffix], blocking, out var facts);
            if (error != OpenError.None || facts != outcome.Siblings[i]) return false;
        }
        return true;
    }

    // What is beside a file, if anything may be. False when that would block.
    private bool TryLookBeside(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts[] siblings)
    {
        siblings = [];
        if (ContentCoding.IsEncoded(path)) return true;
        siblings = new FileFacts[ContentCoding.All.Length];
        for (var i = 0; i < siblings.Length; i++)
        {
            var error = folder.Look([.. path, .. ContentCoding.All[i].Suffix], blocking, out siblings[i]);
            if (error == OpenError.WouldBlock) return false;
            if (error != OpenError.None) siblings[i] = default;
        }
        return true;
    }

    // Reads a small file, or keeps a large one open. Null when it changed meanwhile. Takes over the file.
    private Representation? TryRead(FolderFile file, string mediaType, Metadata metadata, Blocking blocking)
    {
        var facts = file.Facts;
        var isLarge = IsLarge(facts);
        var body = isLarge ? null : ReadAll(file, facts.Length, blocking);
        var isSame = (body is not null || isLarge) && file.IsUnchanged();
        if (!isSame || !isLarge) file.Release();
        if (!isSame) return null;
        metadata = metadata with
        {
            EntityTag = body is null ? TagOf(facts) : TagOf(body.Span),
            // A time that lies ahead is replaced by the present one (RFC 9110 section 8.8.2.1), or rather by one
            // that the clock of no worker is still behind.
            LastModified = Math.Min(facts.ModifiedSeconds, clock.GetUtcNow().ToUnixTimeSeconds() - 1),
        };
        return body is null
            ? Representation.InFile(file, facts.Length, mediaType, metadata)
            : Representation.InMemory(body, mediaType, metadata);
    }

    private bool IsLarge(in FileFacts facts) => facts.Length > limits.CachedBodyBytes;

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

    // Null when it is shorter than it was, or would block.
    private static PinnedBytes? ReadAll(FolderFile file, long length, Blocking blocking)
    {
        var body = new PinnedBytes((int)length);
        for (var at = 0; at < body.Length;)
        {
            var rest = body.Span[at..];
            var count = blocking == Blocking.Refused ? file.ReadCached(at, rest) : file.Read(at, rest);
            if (count <= 0) return null;
            at += count;
        }
        return body;
    }

    // 0 when the file's times can be believed. A large file gets time for as much as a write of all of it
    // takes: its times say when that began, not when it ends.
    private int MsUntilSettled(in FileFacts facts)
    {
        var wanted = IsLarge(facts) ? FileFacts.SettleMs + Math.Min(facts.Length / 50_000, 1_000) : FileFacts.SettleMs;
        var age = facts.QuietForMs(clock.GetUtcNow());
        return age < 0 || age >= wanted ? 0 : (int)(wanted - age);
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
