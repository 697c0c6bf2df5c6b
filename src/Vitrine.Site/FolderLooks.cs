using System.Collections.Concurrent;

namespace Vitrine.Site;

/// <summary>
/// What folders were when they were last looked at, and the names in them. As long as a folder is the same,
/// nothing came into it or left it: so what was not there still is not, and 404 needs no look at the disk.
/// </summary>
internal sealed class FolderLooks(Folder folder, Freshness freshness, TimeProvider clock)
{
    // Comes on top of the time for which a file is taken to be unchanged: together they are within a second.
    private const int MostFreshMs = 100;

    // A folder that changes all the time is not read all the time.
    private const int ReadAgainMs = 1_000;

    private const int MostFolders = 10_000;
    private const int MostNames = 1_000_000;
    private const int MostNamesOfOne = 100_000;

    private readonly ConcurrentDictionary<byte[], Look> looks = new(PathComparer.Instance);
    private int names;

    /// <summary>What a path ends in, behind the last slash.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> path) => path[(path.LastIndexOf((byte)'/') + 1)..];

    /// <summary>
    /// The folder that a path lies in (or that it is, if it ends with a slash). Null when it is not known, has
    /// changed just now, or would block.
    /// </summary>
    public Look? Around(ReadOnlySpan<byte> path, Blocking blocking)
    {
        var name = path[..(path.LastIndexOf((byte)'/') + 1)];
        var known = Known(name);
        if (known is not null && IsFresh(known)) return known;
        var now = Environment.TickCount64;
        if (folder.Look(name, blocking, out var facts) != OpenError.None || !facts.IsTellTale) return null;
        if (known is not null && known.Facts == facts)
        {
            known.AtMs = now;
            return known;
        }
        if (facts.Kind != FileKind.Folder) return null;
        if (facts.QuietForMs(clock.GetUtcNow()) is >= 0 and < FileFacts.SettleMs) return null;
        if (looks.Count >= MostFolders) Forget();
        var look = new Look(facts) { AtMs = now, ReadMs = known?.ReadMs ?? long.MinValue };
        var key = name.ToArray();
        var isMine = known is null ? looks.TryAdd(key, look) : looks.TryUpdate(key, look, known);
        if (!isMine) return null; // another thread was faster, and may have seen something else
        if (known?.Names is { } old) Interlocked.Add(ref names, -old.Count);
        return look;
    }

    /// <summary>The same, if it has been looked at before.</summary>
    public Look? Find(ReadOnlySpan<byte> path)
    {
        var name = path[..(path.LastIndexOf((byte)'/') + 1)];
        return Known(name) is not { } known ? null : IsFresh(known) ? known : Around(name, Blocking.Refused);
    }

    /// <summary>
    /// True when there is nothing at the path for certain: a folder on the way to it, the same as when its names
    /// were read, has not the next one.
    /// </summary>
    public bool IsMissing(ReadOnlySpan<byte> path)
    {
        var end = path.Length - (path[^1] == '/' ? 1 : 0);
        while (end > 0)
        {
            var slash = path[..end].LastIndexOf((byte)'/');
            if (Find(path[..(slash + 1)])?.Names is { } known) return !known.MayContain(path[(slash + 1)..end]);
            end = slash;
        }
        return false;
    }

    /// <summary>Reads the names in the folder that a path lies in, or in the nearest one around it that
    /// there is. Blocks.</summary>
    public void Learn(ReadOnlySpan<byte> path)
    {
        var end = path.LastIndexOf((byte)'/');
        for (; end >= 0; end = path[..end].LastIndexOf((byte)'/'))
        {
            var name = path[..(end + 1)];
            if (Around(name, Blocking.Allowed) is not { } look) continue;
            ReadNames(name, look);
            return;
        }
    }

    private bool IsFresh(Look look) => freshness.Covers(look.AtMs, MostFreshMs);

    private Look? Known(ReadOnlySpan<byte> name) =>
        looks.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var known) ? known : null;

    private void ReadNames(ReadOnlySpan<byte> name, Look look)
    {
        var now = Environment.TickCount64;
        var last = look.ReadMs;
        if (look.Names is not null || (last != long.MinValue && now - last < ReadAgainMs)) return;
        if (!look.TryStartReading(last, now)) return; // another thread is at it
        var found = folder.ReadNames(name, MostNamesOfOne);
        var error = folder.Look(name, Blocking.Allowed, out var facts);
        if (found is null || error != OpenError.None || facts != look.Facts) return;
        if (Interlocked.Add(ref names, found.Count) > MostNames)
        {
            Forget();
            return;
        }
        look.Names = found;
    }

    private void Forget()
    {
        looks.Clear();
        Volatile.Write(ref names, 0);
    }

    /// <summary>A folder as it was at a look. Shared by threads.</summary>
    internal sealed class Look(FileFacts facts)
    {
        private long readMs;

        /// <summary>What was seen.</summary>
        public FileFacts Facts => facts;

        /// <summary>When it was last seen to be so, in milliseconds of the system's running clock.</summary>
        public long AtMs { get; set; }

        /// <summary>The names in it, if they are known.</summary>
        public NameSet? Names { get; set; }

        /// <summary>When the names were last read, or <see cref="long.MinValue"/>.</summary>
        public long ReadMs
        {
            get => Volatile.Read(ref readMs);
            init => readMs = value;
        }

        /// <summary>False when another thread was faster.</summary>
        public bool TryStartReading(long lastMs, long nowMs) =>
            Interlocked.CompareExchange(ref readMs, nowMs, lastMs) == lastMs;
    }
}
