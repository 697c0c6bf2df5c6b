using Vitrine.Http;
using Vitrine.Http.Replies;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Loading;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Finding;

/// <summary>
/// Where the body of a file is to be. Decided here and nowhere else: in memory as long as there is room; else in its
/// file, which is kept open if it is large or clients hold the memory, and else is opened for each reply.
/// </summary>
internal sealed class BodyPlacement(
    Limits limits, Representations cache, BodyMemory memory, FileTimes times, IBodyCopies? copies = null)
{
    /// <summary>Whether a file is kept open for its length alone.</summary>
    public bool IsLarge(in FileFacts facts) => facts.Length > limits.CachedBodyBytes;

    /// <summary>Whether a body that is not in memory may come there, in exchange for others if need be.</summary>
    public bool MayComeIn(long bytes) => cache.MayExchange(bytes);

    /// <summary>Whether a large file that is asked for again and again is to come into memory.</summary>
    public bool IsToComeIn(in FileFacts facts) => facts.IsTellTale && times.AreAtRest(facts)
        && facts.Length <= limits.HotBodyBytes && cache.MayExchange(facts.Length);

    /// <summary>Whether that is worth the time of a thread. A single file may have a quarter of the memory.</summary>
    public bool IsWorthReading(long bytes) => bytes <= Math.Min(limits.HotBodyBytes, limits.CacheBytes / 4)
        && cache.MayExchange(bytes) && memory.HasRoom(bytes);

    /// <summary>
    /// Where its body is to be, if it has not to be in memory or in an open file to be answered with at all.
    /// </summary>
    public bool CanBeLeft(FolderFile file, bool mustBeHeld) => !mustBeHeld && IsAtRestOnDisk(file.Facts)
        && file.Facts.Length > 0 && !IsLarge(file.Facts) && !cache.MayExchange(file.Facts.Length) && CanBeOpened(file);

    /// <summary>Where it is while it is read, if it can be left.</summary>
    public BodyPlace ToLeave(in FileFacts facts, Blocking blocking) =>
        copies?.HasRoom(facts.Length) == true && !HasNoRoom(facts, blocking) ? BodyPlace.Passing : BodyPlace.Disk;

    /// <summary>The same for one that has to be held.</summary>
    public BodyPlace ToHold(in FileFacts facts, bool isHot, Blocking blocking) =>
        IsLarge(facts) ? isHot ? BodyPlace.Memory : BodyPlace.OpenFile
        : HasNoRoom(facts, blocking) && IsAtRestOnDisk(facts) ? BodyPlace.OpenFile
        : BodyPlace.Memory;

    /// <summary>
    /// Whether a file can only be sent from memory, since a write to it may be under way of which its times say
    /// nothing, and there is none for it: clients that do not take what they asked for hold what there is.
    /// </summary>
    public bool IsOutOfMemory(in FileFacts facts, Blocking blocking) =>
        !IsLarge(facts) && !IsAtRestOnDisk(facts) && HasNoRoom(facts, blocking);

    // What is copied when it is sent is held by nobody but the cache.
    private bool HasNoRoom(in FileFacts facts, Blocking blocking) => facts.Length > OutputQueue.CopyLimit
        && !(blocking == Blocking.Allowed ? memory.MakeRoom(facts.Length) : memory.HasRoom(facts.Length));

    private bool IsAtRestOnDisk(in FileFacts facts) => facts.IsTellTale && times.AreAtRest(facts);

    // Whether there will be a descriptor for replies with it that do not fit the room behind their heads.
    private bool CanBeOpened(FolderFile file) =>
        cache.MayLend || file.Facts.Length <= FileContents.MostReadByWorkerBytes;
}
