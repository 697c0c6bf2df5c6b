using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Finding;

/// <summary>
/// What a file comes to, with what lies beside it. Where it has to settle first there is no outcome yet, and
/// <see cref="Resolution.AgainInMs"/> says when to come back.
/// </summary>
internal sealed class FileResolver(
    IOrigin origin,
    FolderLooks looks,
    FileContents contents,
    FileTimes times,
    BodyPlacement placement,
    Siblings siblings,
    ErrorPages errors,
    WithheldFiles withheld)
{
    // For how long a file may keep changing before it is taken for one that never rests.
    private const int PatienceMs = 10 * FileFacts.SettleMs;
    private const int PatienceWithLargeMs = 1_500;

    // For how long a load waits for memory: longer than the collector is kept from coming again.
    private const int PatienceForMemoryMs = 1_500;
    private const int LooksForMemoryEveryMs = 50;

    /// <summary>
    /// Resolves the file of that name; null when it has to be looked at again.
    /// </summary>
    public Outcome? Resolve(byte[] path, Resolution resolution)
    {
        var blocking = resolution.Blocking;
        var previous = resolution.Previous;
        var around = looks.Around(path, blocking);
        if (blocking == Blocking.Refused && looks.IsWorthLearning(around)) return resolution.Again(0);
        var isListed = around?.Names?.IsFile(FolderLooks.NameOf(path)) == true;
        var error = isListed
            ? origin.TryOpenListed(path, blocking, out var file)
            : origin.TryOpenFile(path, blocking, out file);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        if (error != OpenError.None) return Outcome.Of(error, errors);
        var facts = file!.Facts;
        if (!withheld.IsEmpty && IsWithheld(path, file, blocking) is not false and var answer)
        {
            file.Release();
            return answer is null ? resolution.Again(0) : Outcome.Of(OpenError.NotFound, errors);
        }
        // Names are only read where files are what they say; unless another file system is mounted on this one.
        var tellsLength = isListed && facts.Length > 0 && facts.Device == around!.Facts.Device
            ? true
            : FileContents.TellsItsLength(file, blocking);
        // One that is being written had another length when it was opened.
        if (tellsLength == false && file.IsAsLong()) return MakeAsRead(file, path, resolution);
        if (tellsLength is null)
        {
            file.Release();
            return resolution.Again(0);
        }
        if (placement.IsOutOfMemory(facts, blocking))
        {
            file.Release();
            if (blocking == Blocking.Refused) return resolution.Again(0);
            return resolution.WaitedForMemoryMs < PatienceForMemoryMs
                ? resolution.AgainForMemory(LooksForMemoryEveryMs)
                : new Outcome(Status.ServiceUnavailable, errors.NoMemory, null, IsKept: false);
        }
        if ((blocking == Blocking.Refused && facts.Length > FileContents.MostReadByWorkerBytes)
            || !siblings.TryLook(path, around, blocking, out var beside))
        {
            file.Release();
            return resolution.Again(0);
        }
        var isLarge = placement.IsLarge(facts);
        var patienceMs = isLarge ? PatienceWithLargeMs : PatienceMs;
        var wait = times.MsUntilSettled(facts, isLarge);
        if (wait == 0)
        {
            var evidence = new Evidence(path, facts) { Beside = beside, Around = around };
            if (TryMake(file, evidence, resolution) is { } outcome)
            {
                if (!outcome.IsLike(previous) || !previous.TryAcquire()) return outcome;
                outcome.Release();
                return previous;
            }
            // As it was when it could not be read the last time, so it did not change then: it is the disk.
            if (facts == resolution.Unread) return Outcome.Of(OpenError.Failed, errors);
            if (resolution.WaitedMs >= patienceMs) return NeverRests();
            resolution.Unread = facts;
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

    // Null when that takes the disk.
    private bool? IsWithheld(byte[] path, FolderFile file, Blocking blocking)
    {
        if (withheld.IsNamed(path)) return true;
        if (!withheld.MayBe(file.Facts.Length)) return false;
        if (blocking == Blocking.Refused) return null;
        var content = new byte[file.Facts.Length];
        var count = 0;
        while (count < content.Length && file.Read(count, content.AsSpan(count)) is var read and > 0) count += read;
        return withheld.Is(content.AsSpan(0, count));
    }

    // Null when the file changed meanwhile. Takes over the file.
    private Outcome? TryMake(FolderFile file, Evidence evidence, Resolution resolution)
    {
        var blocking = resolution.Blocking;
        var (path, facts) = (evidence.FileName, file.Facts);
        if (FileContents.TypeOf(file, path, blocking) is not { } type
            || siblings.Read(path, file, type, evidence.Beside, blocking, out var areAtRest) is not { } encoded)
        {
            file.Release();
            return null;
        }
        var metadata = new Metadata(null, null, null)
        {
            ContentCoding = ContentCoding.OwnOf(path),
            VariesByCoding = encoded.Length > 0,
        };
        var place = PlaceOf(file, resolution, encoded, areAtRest, out var isUnseen);
        if (contents.TryMake(file, place, type, metadata, blocking) is not { } content)
        {
            foreach (var other in encoded) other.Content.Release();
            return null;
        }
        // What was empty when it was read may have something to say the next time, and be no longer for that (/proc).
        // And one without a tag may have one by then.
        var wasAtRest = areAtRest && times.AreAtRest(facts) && facts.Length > 0 && content.EntityTag.Length > 0;
        return new Outcome(Status.Ok, content, evidence with { WasAtRest = wasAtRest }, IsKept: true)
        {
            IsUnseen = isUnseen,
            Encoded = encoded,
        };
    }

    private BodyPlace PlaceOf(
        FolderFile file, Resolution resolution, EncodedRepresentation[] encoded, bool areAtRest, out bool isUnseen)
    {
        var canBeLeft = encoded.Length == 0 && placement.CanBeLeft(file, resolution.MustHaveBody);
        // Nor can a worker follow every link.
        isUnseen = canBeLeft && (file.IsBehindLink || !FileContents.IsSeen(file, resolution.Blocking));
        if (canBeLeft && !isUnseen) return placement.ToLeave(file.Facts, resolution.Blocking);
        // Beside an open file it would stay as long as that, and beside one that does not rest not for long.
        var isHot = resolution.IsHot && areAtRest && encoded.All(other => other.Content.File is null)
            && placement.IsToComeIn(file.Facts);
        return placement.ToHold(file.Facts, isHot, resolution.Blocking);
    }

    // Whatever length it is said to have: it is as long as what is read of it, and may be another the next time.
    private Outcome? MakeAsRead(FolderFile file, ReadOnlySpan<byte> path, Resolution resolution)
    {
        if (resolution.Blocking == Blocking.Refused)
        {
            file.Release();
            return resolution.Again(0);
        }
        var body = contents.TryReadToItsEnd(file) is { } bytes ? contents.TryCopy(bytes) : null;
        var type = FileContents.TypeOf(file, path, Blocking.Allowed);
        file.Release();
        return body is null || type is null
            ? new Outcome(Status.InternalServerError, errors.OfUntoldLength, null, IsKept: false)
            : new Outcome(Status.Ok, Representation.InMemory(body, type), null, IsKept: false);
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
        if (placement.IsLarge(facts))
        {
            if (facts.Length > first.Length && FileContents.TypeOf(file, path, Blocking.Allowed) is { } mediaType)
                return new Outcome(Status.Ok, MakeGrowing(file, path, mediaType), null, IsKept: false);
            file.Release();
            return NeverRests();
        }
        var before = resolution.Content;
        var body = contents.ReadAll(file, before?.Length ?? facts.Length, Blocking.Allowed);
        var type = FileContents.TypeOf(file, path, Blocking.Allowed);
        file.Release();
        if (body is null) return NeverRests();
        var tag = ContentTag.Of(body.Span);
        if (type is not null && before?.Tag == tag)
        {
            var metadata = new Metadata(tag, null, null) { ContentCoding = ContentCoding.OwnOf(path) };
            return new Outcome(Status.Ok, Representation.InMemory(body, type, metadata), null, IsKept: false);
        }
        body.Release();
        if (type is null || before is not null) return NeverRests();
        resolution.Content = ((int)facts.Length, tag);
        return resolution.Again(3 * FileFacts.SettleMs);
    }

    private static Representation MakeGrowing(FolderFile file, ReadOnlySpan<byte> path, string mediaType)
    {
        file.MayGrow();
        var metadata = new Metadata { ContentCoding = ContentCoding.OwnOf(path) };
        return Representation.InFile(file, file.Facts.Length, mediaType, metadata);
    }

    private Outcome NeverRests() =>
        new(Status.ServiceUnavailable, errors.Restless, null, IsKept: false);
}
