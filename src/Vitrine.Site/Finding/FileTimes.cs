using Vitrine.Site.Looking;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Finding;

/// <summary>For how long a file was left alone, and what its times can be believed for.</summary>
internal sealed class FileTimes(SiteClock clock)
{
    // A file's times are set when a write to it begins. Until it has rested for this long, it is read anew
    // each time it is looked at, so that the end of a slow write is noticed; and by then its date can be told.
    private const int RestMs = 3_000;

    /// <summary>
    /// 0 when the file's times can be believed. One that <paramref name="isLarge"/> gets time for as much as a write of
    /// all of it takes: its times say when that began, not when it ends.
    /// </summary>
    public int MsUntilSettled(in FileFacts facts, bool isLarge)
    {
        var wanted = isLarge ? FileFacts.SettleMs + Math.Min(facts.Length / 50_000, 1_000) : FileFacts.SettleMs;
        var age = facts.QuietForMs(clock.UtcNow);
        return age < 0 || age >= wanted ? 0 : (int)(wanted - age);
    }

    /// <summary>Whether a file needs to be read again only when its facts are others.</summary>
    public bool AreAtRest(in FileFacts facts) => facts.QuietForMs(clock.UtcNow) > RestMs;

    /// <summary>The same, whatever date somebody gave it: one that lies ahead says nothing of when that was.</summary>
    public bool HaveRested(in FileFacts facts) => facts.IsTellTale
        ? AreAtRest(facts with { ModifiedNs = facts.ChangedNs })
        : AreAtRest(facts);

    /// <summary>What Last-Modified says of it; null when nothing.</summary>
    public long? LastModified(in FileFacts facts) => facts.LastModifiedAt(clock.UtcNow);
}
