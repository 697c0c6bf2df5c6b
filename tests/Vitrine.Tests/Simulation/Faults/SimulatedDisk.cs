using Vitrine.Site.Origins;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// A disk in memory with a few files, each as large as its name says, that others change all the time: see <see
/// cref="DiskChanges"/>. It keeps the times and the inode numbers that Linux keeps, and gives numbers out again.
/// </summary>
internal sealed class SimulatedDisk
{
    public const string Bad = "bad.txt";
    public const string Locked = "locked.txt";
    public const string Folder = "sub";

    private readonly SimulatedClock clock;
    private readonly Histories histories;
    private readonly Dictionary<string, Inode> names = [];
    private readonly List<Inode> writing = [];
    private readonly Stack<ulong> freeNumbers = new();
    private ulong lastNumber;

    public SimulatedDisk(SimulatedClock clock, Histories histories)
    {
        this.clock = clock;
        this.histories = histories;
        clock.BeforePassing = FinishWrites;
        foreach (var folder in (string[])["", Folder]) names[folder] = Stamped(new Inode(NewNumber(), FileKind.Folder));
    }

    /// <summary>The files that come and go.</summary>
    public static string[] Files { get; } =
    [
        "index.html", "404.html", "a.txt", "b.txt", "c.html", "large.bin", "large.iso", "huge.bin", "log.txt",
        "large.log", "page.css", "page.css.gz", "page.css.br", "large.js", "large.js.gz", "sub/index.html", "sub/d.txt",
        "gone.txt",
    ];

    /// <summary>How many open files there are.</summary>
    public int OpenFiles { get; private set; }

    /// <summary>Changes something, if it is the time for it: called wherever others may come in between.</summary>
    public Action? Meanwhile { get; set; }

    /// <summary>Whether a file can be opened and looked at, but never read.</summary>
    public static bool HasBadSectors(string name) => name == Bad;

    public Inode? Find(string name) => names.GetValueOrDefault(name);

    public IEnumerable<string> NamesIn(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        return names.Keys
            .Where(name => name.Length > prefix.Length && name.StartsWith(prefix, StringComparison.Ordinal))
            .Select(name => name[prefix.Length..])
            .Where(name => !name.Contains('/', StringComparison.Ordinal));
    }

    /// <summary>Puts a new file at the name, in place of another if there is one.</summary>
    public void Put(string name, byte[] bytes, long modifiedNs)
    {
        if (names.GetValueOrDefault(name) is { } old) Unlink(old);
        var inode = Stamped(new Inode(NewNumber(), FileKind.File) { Bytes = bytes });
        inode.ModifiedNs = modifiedNs;
        names[name] = inode;
        Stamped(FolderOf(name));
        histories.Of(name).Note(bytes, modifiedNs, clock.NowMs);
    }

    public void Delete(string name)
    {
        if (!names.Remove(name, out var inode)) return;
        Unlink(inode);
        Stamped(FolderOf(name));
        histories.Of(name).Note(null, 0, clock.NowMs);
    }

    /// <summary>
    /// Writes in one call, which may last a while: the times are those of its beginning, and meanwhile there is a mix.
    /// </summary>
    public void Write(string name, byte[] bytes, int lastsMs)
    {
        if (names.GetValueOrDefault(name) is not { } inode) return;
        Finish(inode);
        Stamped(inode);
        if (lastsMs == 0)
        {
            Set(inode, bytes);
            return;
        }
        var half = bytes.Length / 2;
        histories.Of(name).Note(Trouble.Writing, clock.NowMs);
        inode.Bytes = [.. bytes[..half], .. inode.Bytes.Skip(half)];
        inode.Unwritten = bytes;
        inode.WrittenAtMs = clock.NowMs + lastsMs;
        writing.Add(inode);
    }

    /// <summary>Sets the time of modification, which leaves its own mark on that of change.</summary>
    public void SetTimes(string name, long? modifiedNs)
    {
        if (names.GetValueOrDefault(name) is not { } inode) return;
        Finish(inode);
        inode.ChangedNs = clock.FileTimeNs;
        if (modifiedNs is { } time) inode.ModifiedNs = time;
        histories.Of(name).Note(inode.Bytes, inode.ModifiedNs, clock.NowMs);
    }

    public void Opened(Inode inode)
    {
        inode.Handles++;
        OpenFiles++;
    }

    public void Closed(Inode inode)
    {
        inode.Handles--;
        OpenFiles--;
        Free(inode);
    }

    private Inode FolderOf(string name) => names[name.Contains('/', StringComparison.Ordinal) ? Folder : ""];

    private ulong NewNumber() => freeNumbers.TryPop(out var number) ? number : ++lastNumber;

    private Inode Stamped(Inode inode)
    {
        inode.ModifiedNs = inode.ChangedNs = clock.FileTimeNs;
        return inode;
    }

    private void Unlink(Inode inode)
    {
        Finish(inode);
        inode.Links--;
        inode.ChangedNs = clock.FileTimeNs;
        Free(inode);
    }

    private void Free(Inode inode)
    {
        if (inode is { Links: 0, Handles: 0 }) freeNumbers.Push(inode.Number);
    }

    // All writes that end by then. Whoever sets the clock waits for them: one that is under way meanwhile has a time
    // that seems long past, and nobody can tell it from one that is over (docs/adr/0004-files-that-change.md).
    private void FinishWrites(long byMs)
    {
        for (var i = writing.Count - 1; i >= 0; i--)
            if (writing[i].WrittenAtMs <= byMs) Finish(writing[i]);
    }

    private void Finish(Inode inode)
    {
        if (inode.Unwritten is not { } bytes) return;
        inode.Unwritten = null;
        writing.Remove(inode);
        Set(inode, bytes);
    }

    private void Set(Inode inode, byte[] bytes)
    {
        inode.Bytes = bytes;
        foreach (var (name, other) in names)
            if (other == inode) histories.Of(name).Note(bytes, inode.ModifiedNs, clock.NowMs);
    }
}
