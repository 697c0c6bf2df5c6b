using System.Collections.Concurrent;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Looking;

/// <summary>
/// What folders were when they were last looked at, and the names in them. As long as a folder is the same,
/// nothing came into it or left it: so what was not there still is not, and 404 needs no look at the disk.
/// </summary>
internal sealed class FolderLooks(IOrigin origin, Freshness freshness, SiteClock clock)
{
    // Comes on top of the time for which a file is taken to be unchanged: together they are within a second.
    private const int MostFreshMs = 100;

    // A folder that changes all the time is not read all the time.
    private const int ReadAgainMs = 1_000;

    // Some file systems keep whole seconds (ext4 with inodes of 128 bytes): two changes within one look alike.
    private const int WholeSecondsMs = 2_000;

    private const int ForgetAgainMs = 60_000;

    private const int MostFolders = 10_000;
    private const int MostLevels = 32;
    private const int MostNames = 1_000_000;
    private const int MostNamesOfOne = 100_000;

    private readonly ConcurrentDictionary<byte[], Seen> looks = new(PathComparer.Instance);
    private int names;
    private long learntMs = long.MinValue;
    private long forgotMs = long.MinValue;

    /// <summary>What a path ends in, behind the last slash.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    /// <summary>
    /// The folder that a path lies in (or that it is, if it ends with a slash). Null when it is not known, has
    /// changed just now, or would block.
    /// </summary>
    public Seen? Around(ReadOnlySpan<byte> path, Blocking blocking)
    {
        var name = path[..(path.LastIndexOf((byte)'/') + 1)];
        var known = Known(name);
        return known is not null && freshness.Covers(known.AtMs, MostFreshMs) ? known : LookAt(name, known, blocking);
    }

    private Seen? LookAt(ReadOnlySpan<byte> name, Seen? known, Blocking blocking)
    {
        var now = clock.NowMs;
        if (origin.Look(name, blocking, out var facts) != OpenError.None || !facts.IsTellTale) return null;
        if (known is not null && known.Facts == facts)
        {
            known.AtMs = now;
            return known;
        }
        if (facts.Kind != FileKind.Folder) return null;
        var settleMs = facts.HasWholeSeconds ? WholeSecondsMs : FileFacts.SettleMs;
        var quietMs = facts.QuietForMs(clock.UtcNow);
        if (quietMs >= 0 && quietMs < settleMs) return null;
        var isRemembered = known is not null || looks.Count < MostFolders || TryForget();
        var look = new Seen(facts)
        {
            AtMs = now,
            ReadFromMs = known is null ? long.MinValue : Math.Min(known.ReadFromMs, now + ReadAgainMs),
            IsRemembered = isRemembered,
        };
        if (!isRemembered) return look;
        var key = name.ToArray();
        var isMine = known is null ? looks.TryAdd(key, look) : looks.TryUpdate(key, look, known);
        if (!isMine) return null; // another thread was faster, and may have seen something else
        if (known?.Names is { } old) Interlocked.Add(ref names, -old.Count);
        return look;
    }

    /// <summary>
    /// The names in a folder, whose path ends with a slash; null when they are not known. They count for as long as
    /// a file does, nothing that was seen earlier still comes on top; and until something new is shown.
    /// </summary>
    public NameSet? NamesOf(ReadOnlySpan<byte> name)
    {
        if (Known(name) is not { Names: { } names } known) return null;
        return freshness.CoversMissing(known.AtMs) ? names : LookAt(name, known, Blocking.Refused)?.Names;
    }

    /// <summary>
    /// True when there is nothing at the path for certain: a folder on the way to it, the same as when its names
    /// were read, has not the next one.
    /// </summary>
    public bool IsMissing(ReadOnlySpan<byte> path)
    {
        var end = path.Length - (path[^1] == '/' ? 1 : 0);
        if (end == 0) return false;
        var slash = path[..end].LastIndexOf((byte)'/');
        if (NamesOf(path[..(slash + 1)]) is { } around) return !around.MayContain(path[(slash + 1)..end]);
        // From the top, and not too far down: each level is a look into a table.
        var at = 0;
        for (var level = 0; level < MostLevels && at < slash; level++)
        {
            var next = at + 1 + path[(at + 1)..].IndexOf((byte)'/');
            if (NamesOf(path[..(at + 1)]) is { } known && !known.MayContain(path[(at + 1)..next])) return true;
            at = next;
        }
        return false;
    }

    /// <summary>
    /// Whether it is time to learn of a path that was found missing although nobody knew: true once in a while, for
    /// one who then has <see cref="Learn"/> called.
    /// </summary>
    public bool IsTimeToLearn()
    {
        var (now, last) = (clock.NowMs, Volatile.Read(ref learntMs));
        if (last != long.MinValue && now - last < ReadAgainMs) return false;
        return Interlocked.CompareExchange(ref learntMs, now, last) == last;
    }

    /// <summary>
    /// Reads the names in the folder that a path lies in, or in the last one on the way to it that there is. Blocks.
    /// </summary>
    public void Learn(ReadOnlySpan<byte> path)
    {
        var parent = path[..(path.LastIndexOf((byte)'/') + 1)];
        if (Around(parent, Blocking.Allowed) is { } look)
        {
            ReadNames(parent, look);
            return;
        }
        var (at, last) = (0, 0);
        Seen? found = null;
        for (var level = 0; level < MostLevels && at < parent.Length; level++)
        {
            if (Around(path[..(at + 1)], Blocking.Allowed) is not { } next) break;
            (found, last) = (next, at);
            var length = path[(at + 1)..].IndexOf((byte)'/');
            if (length < 0) break;
            at += 1 + length;
        }
        if (found is not null) ReadNames(path[..(last + 1)], found);
    }

    /// <summary>Whether it is worth the loader's time to <see cref="Learn"/> the names in a folder.</summary>
    public bool IsWorthLearning(Seen? look) =>
        look is { Names: null, IsRemembered: true } && clock.NowMs >= look.ReadFromMs;

    private Seen? Known(ReadOnlySpan<byte> name) =>
        looks.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var known) ? known : null;

    private void ReadNames(ReadOnlySpan<byte> name, Seen look)
    {
        if (!IsWorthLearning(look)) return;
        if (!look.TryStartReading(clock.NowMs + ReadAgainMs)) return; // another thread is at it
        var found = origin.ReadNames(name, MostNamesOfOne, out var facts);
        if (found is null) look.ReadFromMs = long.MaxValue; // it is the same for as long as the folder is
        if (found is null || facts != look.Facts) return;
        if (Volatile.Read(ref names) + found.Count > MostNames)
        {
            // This one too: it is read again when it is asked for again.
            if (!TryForget()) look.ReadFromMs = clock.NowMs + ForgetAgainMs;
            return;
        }
        Interlocked.Add(ref names, found.Count);
        look.Names = found;
    }

    // Once in a while: a site that has more would have all of it read again and again. The others go on without.
    private bool TryForget()
    {
        var (now, last) = (clock.NowMs, Volatile.Read(ref forgotMs));
        if (last != long.MinValue && now - last < ForgetAgainMs) return false;
        if (Interlocked.CompareExchange(ref forgotMs, now, last) != last) return false;
        looks.Clear();
        Volatile.Write(ref names, 0);
        return true;
    }

    /// <summary>A folder as it was at a look. Shared by threads.</summary>
    internal sealed class Seen(FileFacts facts)
    {
        private long readFromMs;

        /// <summary>What was seen.</summary>
        public FileFacts Facts => facts;

        /// <summary>When it was last seen to be so, in milliseconds of the system's running clock.</summary>
        public long AtMs { get; set; }

        /// <summary>False when there are too many others: then its names are not worth being read.</summary>
        public bool IsRemembered { get; init; }

        /// <summary>The names in it, if they are known.</summary>
        public NameSet? Names { get; set; }

        /// <summary>From when on its names may be read.</summary>
        public long ReadFromMs
        {
            get => Volatile.Read(ref readFromMs);
            set => Volatile.Write(ref readFromMs, value);
        }

        /// <summary>Not again before that time. False when another thread was faster.</summary>
        public bool TryStartReading(long againFromMs)
        {
            var before = ReadFromMs;
            return Interlocked.CompareExchange(ref readFromMs, againFromMs, before) == before;
        }
    }
}
