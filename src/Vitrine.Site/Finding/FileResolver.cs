using Vitrine.Http.Replies;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
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
    Folder folder,
    FolderLooks looks,
    FileContents contents,
    EncodedFiles encoded,
    ErrorPages errors,
    Representations room)
{
    // For how long a file may keep changing before it is taken for one that never rests.
    private const int PatienceMs = 10 * FileFacts.SettleMs;
    private const int PatienceWithLargeMs = 1_500;

    // For how long a load waits for memory: longer than the collector is kept from coming again.
    private const int PatienceForMemoryMs = 1_500;
    private const int LooksForMemoryEveryMs = 50;

    private Siblings Siblings { get; } = new(folder, contents, encoded);

    /// <summary>
    /// Resolves the file of that name; null when it has to be looked at again.
    /// </summary>
    public Outcome? Resolve(ReadOnlySpan<byte> path, Resolution resolution)
    {
        var blocking = resolution.Blocking;
        var previous = resolution.Previous;
        if (IsSame(path, resolution) && previous!.TryAcquire()) return previous;
        var around = looks.Around(path, blocking);
        var error = folder.TryOpenFile(path, blocking, out var file);
        if (error == OpenError.WouldBlock) return resolution.Again(0);
        if (error != OpenError.None) return Outcome.Of(error, errors);
        var facts = file!.Facts;
        var tellsLength = FileContents.TellsItsLength(file, blocking);
        // One that is being written had another length when it was opened.
        if (tellsLength == false && file.IsAsLong()) return MakeAsRead(file, path, resolution);
        if (tellsLength is null)
        {
            file.Release();
            return resolution.Again(0);
        }
        if (contents.IsOutOfMemory(facts, blocking))
        {
            file.Release();
            if (blocking == Blocking.Refused) return resolution.Again(0);
            return resolution.WaitedForMemoryMs < PatienceForMemoryMs
                ? resolution.AgainForMemory(LooksForMemoryEveryMs)
                : new Outcome(Status.ServiceUnavailable, errors.NoMemory, default, IsKept: false);
        }
        if ((blocking == Blocking.Refused && facts.Length > Outcome.MostReadByWorkerBytes)
            || !Siblings.TryLook(path, around, blocking, out var siblings))
        {
            file.Release();
            return resolution.Again(0);
        }
        var patienceMs = contents.IsLarge(facts) ? PatienceWithLargeMs : PatienceMs;
        var wait = contents.MsUntilSettled(facts);
        if (wait == 0)
        {
            if (TryMake(file, path, siblings, resolution) is { } outcome)
            {
                if (outcome.IsLike(previous)) outcome = previous!;
                outcome.Around = around;
                return outcome;
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

    /// <summary>
    /// Whether a path still comes to what it did, as far as that can be told without a look at the file: that is looked
    /// at when the reply takes its bytes. One that is opened for each reply is found by its name then; to one that is
    /// held open the folder <paramref name="around"/> it leads, as it was before all this.
    /// </summary>
    public bool IsStillThere(
        ReadOnlySpan<byte> path, Outcome outcome, Blocking blocking, out FolderLooks.Look? around)
    {
        around = null;
        if (!IsTellTale(outcome) || outcome.Content is not { Body: null } content) return false;
        around = looks.Around(path, blocking);
        return (content.File is null || IsSamePlace(outcome, around))
            && Siblings.AreSame(path, outcome, around, blocking);
    }

    private static bool IsSamePlace(Outcome outcome, FolderLooks.Look? around) =>
        around is { Names: not null } && around.Facts == outcome.Around?.Facts && !outcome.IsBehindLink;

    // Whether it can be told from what is there that nothing has changed.
    private static bool IsTellTale(Outcome outcome) =>
        outcome is { Facts.Kind: FileKind.File, Facts.IsTellTale: true, WasAtRest: true };

    // Whether what the path came to before is still true. The folder is looked at before the file: what happened
    // between the two is seen the next time.
    private bool IsSame(ReadOnlySpan<byte> path, Resolution resolution)
    {
        var blocking = resolution.Blocking;
        if (resolution.Previous is not { } previous || !IsTellTale(previous)) return false;
        if (previous is { IsLeft: true, Content.File: null } && resolution.WantsBody) return false;
        if (previous is { Content.File: not null, OpenFiles: 1 } && IsToBeRead(previous.Facts, resolution))
            return false;
        var around = looks.Around(path, blocking);
        if (folder.Look(path, blocking, out var now) != OpenError.None || now != previous.Facts) return false;
        if (!Siblings.AreSame(path, previous, around, blocking)) return false;
        previous.Around = around;
        return true;
    }

    private bool IsToBeRead(in FileFacts facts, Resolution resolution) =>
        resolution.IsHot && contents.CanBeHot(facts) && room.MayExchange(facts.Length);

    // Whether there will be a descriptor for replies with it that do not fit the room behind their heads.
    private bool CanBeOpened(FolderFile file) =>
        room.MayKeepOpen || (room.MayLend && !file.IsBehindLink) || file.Facts.Length <= Outcome.MostReadByWorkerBytes;

    // Null when the file changed meanwhile. Takes over the file.
    private Outcome? TryMake(FolderFile file, ReadOnlySpan<byte> path, FileFacts[] siblings, Resolution resolution)
    {
        var blocking = resolution.Blocking;
        var facts = file.Facts;
        if (FileContents.TypeOf(file, path, blocking) is not { } type
            || Siblings.Read(path, file, type, siblings, blocking, out var areAtRest) is not { } encoded)
        {
            file.Release();
            return null;
        }
        var metadata = new Metadata(null, null, null)
        {
            ContentCoding = ContentCoding.OwnOf(path),
            VariesByCoding = encoded.Length > 0,
        };
        var mayBeLeft = encoded.Length == 0 && resolution.CanBeLeft && contents.CanBeLeft(facts)
            && !room.MayExchange(facts.Length) && CanBeOpened(file);
        var isLeft = mayBeLeft && FileContents.IsSeen(file, blocking);
        // Beside an open file it would stay as long as that, and beside one that does not rest not for long.
        var isHot = areAtRest && encoded.All(other => other.Content.File is null) && IsToBeRead(facts, resolution);
        var read = isLeft
            ? contents.TryLeave(file, type, metadata, blocking, room.MayKeepOpen)
            : contents.TryRead(file, type, metadata, blocking, isHot);
        if (read is not { } content)
        {
            foreach (var other in encoded) other.Content.File?.Release();
            return null;
        }
        return new Outcome(Status.Ok, content, facts, IsKept: true)
        {
            // What was empty when it was read may have something to say the next time, and be no longer for that
            // (/proc).
            WasAtRest = areAtRest && contents.IsAtRest(facts) && facts.Length > 0,
            IsBehindLink = file.IsBehindLink,
            IsLeft = isLeft,
            IsUnseen = mayBeLeft && !isLeft,
            Encoded = encoded,
            Siblings = siblings,
        };
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
            ? new Outcome(Status.InternalServerError, errors.OfUntoldLength, default, IsKept: false)
            : new Outcome(Status.Ok, Representation.InMemory(body, type), default, IsKept: false);
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
        if (contents.IsLarge(facts))
        {
            if (facts.Length > first.Length && FileContents.TypeOf(file, path, Blocking.Allowed) is { } mediaType)
                return new Outcome(Status.Ok, MakeGrowing(file, path, mediaType), default, IsKept: false);
            file.Release();
            return NeverRests();
        }
        var before = resolution.Content;
        var content = contents.ReadAll(file, before?.Length ?? facts.Length, Blocking.Allowed);
        var type = FileContents.TypeOf(file, path, Blocking.Allowed);
        file.Release();
        if (content is null || type is null) return NeverRests();
        if (before is null)
        {
            resolution.Content = content;
            return resolution.Again(3 * FileFacts.SettleMs);
        }
        if (!before.Span.SequenceEqual(content.Span)) return NeverRests();
        var metadata = new Metadata(ContentTag.Of(before.Span), null, null)
        {
            ContentCoding = ContentCoding.OwnOf(path),
        };
        return new Outcome(
            Status.Ok, Representation.InMemory(before, type, metadata), default, IsKept: false);
    }

    private static Representation MakeGrowing(FolderFile file, ReadOnlySpan<byte> path, string mediaType)
    {
        file.MayGrow();
        var metadata = new Metadata { ContentCoding = ContentCoding.OwnOf(path) };
        return Representation.InFile(file, file.Facts.Length, mediaType, metadata);
    }

    private Outcome NeverRests() =>
        new(Status.ServiceUnavailable, errors.Restless, default, IsKept: false);
}
