using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Origins;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Site.Loading;

/// <summary>
/// Reads large files for their tags on a thread that gives way to all others: each once; and again to find out whether
/// one to which something was done while it is being sent (<c>chmod</c>, <c>mv</c>, a line at its end) still has the
/// bytes that were promised.
/// </summary>
internal sealed class TagReader : IContentCheck, IDisposable
{
    private const int MostWaiting = 64;
    private const int StackBytes = 256 * 1024;
    private const int Niceness = 19;

    // Of a file to which something is done all the time, so much more time passes until it is looked at again.
    private const int TimesOff = 3;
    private const int MostOffMs = 1_000;

    private readonly ContentTags tags;
    private readonly SiteClock clock;
    private readonly Action<Exception>? onFault;
    private readonly object gate = new(); // a monitor: the thread waits on it
    private readonly Dictionary<FolderFile, List<(IInbox Inbox, long Token)>> asked = [];
    private readonly Queue<FolderFile> checks = new();
    private readonly Queue<FolderFile> wanted = new();
    private bool isRunning;
    private bool isStopped;

    /// <summary>What is found out is remembered in <paramref name="tags"/>.</summary>
    public TagReader(ContentTags tags, SiteClock clock, Action<Exception>? onFault)
    {
        this.tags = tags;
        this.clock = clock;
        this.onFault = onFault;
    }

    /// <summary>
    /// Has the tag of an open file found out. When too many wait that does not happen, until it is asked for again.
    /// </summary>
    public void Want(FolderFile file)
    {
        lock (gate)
        {
            if (isStopped || wanted.Count >= MostWaiting || wanted.Any(one => one.Facts == file.Facts)) return;
            file.Acquire();
            wanted.Enqueue(file);
            Wake();
        }
    }

    /// <inheritdoc/>
    public bool TryCheck(FolderFile file, IInbox inbox, long token)
    {
        lock (gate)
        {
            if (isStopped || TagOf(file) is null) return false;
            if (!asked.TryGetValue(file, out var asking))
            {
                file.Acquire();
                asked.Add(file, asking = []);
                checks.Enqueue(file);
                Wake();
            }
            asking.Add((inbox, token));
            return true;
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isStopped = true;
            while (wanted.TryDequeue(out var file)) file.Release();
        }
    }

    // It ends when there is nothing to do.
    private void Wake()
    {
        if (isRunning) return;
        try
        {
            new Thread(Run, StackBytes) { IsBackground = true, Name = "vitrine tags" }.Start();
            isRunning = true;
        }
        catch (OutOfMemoryException fault)
        {
            onFault?.Invoke(fault); // who is asked next tries again
        }
    }

    private void Run()
    {
        if (OperatingSystem.IsLinux()) _ = Libc.setpriority(Libc.PRIO_PROCESS, 0, Niceness);
        while (Take(out var isCheck) is { } file)
        {
            try
            {
                if (isCheck) Check(file);
                else Find(file);
            }
#pragma warning disable CA1031 // whatever it is: there is no tag
            catch (Exception fault)
            {
                onFault?.Invoke(fault);
            }
#pragma warning restore CA1031
            if (isCheck) Tell(file);
            file.Release();
        }
    }

    private FolderFile? Take(out bool isCheck)
    {
        lock (gate)
        {
            isCheck = checks.TryDequeue(out var file);
            if (isCheck || wanted.TryDequeue(out file)) return file;
            isRunning = false;
            return null;
        }
    }

    private string? TagOf(FolderFile file) => file.Promised ?? tags.Find(file.Facts);

    private void Find(FolderFile file)
    {
        if (tags.Find(file.Facts) is not null) return;
        if (ContentTag.TryOfLarge(file, file.Facts.Length) is { } tag && file.IsAsOpened()) tags.Add(file.Facts, tag);
    }

    // Once nothing was done to it for a moment, so that its times tell of what is done from then on.
    private void Check(FolderFile file)
    {
        var startMs = clock.NowMs;
        Thread.Sleep((int)Math.Clamp(file.CheckFromMs - startMs, 2 * FileFacts.SettleMs, MostOffMs));
        startMs = clock.NowMs;
        var before = file.LookAgain();
        var isSame = before.Length >= file.Facts.Length
            && ContentTag.TryOfLarge(file, file.Facts.Length) == TagOf(file);
        file.CheckFromMs = clock.NowMs + TimesOff * (clock.NowMs - startMs);
        if (!isSame) file.GiveUp();
        else if (file.LookAgain() is var after && (after == before || after.HasGrownFrom(before))) file.Believe(before);
    }

    private void Tell(FolderFile file)
    {
        List<(IInbox Inbox, long Token)> asking;
        lock (gate)
        {
            asking = asked[file];
            asked.Remove(file);
        }
        foreach (var (inbox, token) in asking) inbox.Post(token);
    }
}
