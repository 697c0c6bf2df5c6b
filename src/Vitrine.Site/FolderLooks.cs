using System.Collections.Concurrent;
using Vitrine.Http;

namespace Vitrine.Site;

/// <summary>
/// What the folders around files were when they were last looked at. As long as a folder is the same, nothing
/// came into it or left it: so what was not beside a file still is not.
/// </summary>
internal sealed class FolderLooks(Folder folder, Limits limits, TimeProvider clock)
{
    // Comes on top of the time for which a file is taken to be unchanged: together they are within a second.
    private const int MostFreshMs = 100;

    private const int MostFolders = 10_000;

    private readonly int freshMs = Math.Min(limits.FreshnessMs, MostFreshMs);
    private readonly ConcurrentDictionary<byte[], Look> looks = new(PathComparer.Instance);

    /// <summary>
    /// The folder that a path lies in. Null when it is not known, has changed just now, or would block.
    /// </summary>
    public Look? Around(ReadOnlySpan<byte> path, Blocking blocking)
    {
        var name = path[..(path.LastIndexOf((byte)'/') + 1)];
        var now = Environment.TickCount64;
        var all = looks.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (all.TryGetValue(name, out var known) && now - known.AtMs < freshMs) return known;
        if (folder.Look(name, blocking, out var facts) != OpenError.None || !facts.IsTellTale) return null;
        if (facts.QuietForMs(clock.GetUtcNow()) is >= 0 and < FileFacts.SettleMs) return null;
        if (looks.Count >= MostFolders) looks.Clear();
        return all[name] = new Look(facts, now);
    }

    /// <summary>A look at a folder.</summary>
    /// <param name="Facts">What was seen.</param>
    /// <param name="AtMs">When, in milliseconds of the system's running clock.</param>
    internal sealed record Look(FileFacts Facts, long AtMs);
}
