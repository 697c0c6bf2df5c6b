using Vitrine.Site.Origins;

namespace Vitrine.Site.Looking;

/// <summary>
/// Has the system tell of changes in a folder and below it (inotify and the like), so that they show at once. What
/// changed is not asked: everything is looked at again, once, when it is next asked for. Where the system cannot
/// tell, or loses count, changes show as without it.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly Folder folder;
    private readonly Freshness freshness;
    private readonly Action<Exception>? onFault;
    private readonly Lock gate = new();
    private FileSystemWatcher? inside;
    private FileSystemWatcher? around;
    private bool isDisposed;

    /// <summary>
    /// Starts watching. <paramref name="onFault"/> is told of a <see cref="WatchException"/> when the system cannot.
    /// </summary>
    public FolderWatch(Folder folder, Freshness freshness, Action<Exception>? onFault)
    {
        this.folder = folder;
        this.freshness = freshness;
        this.onFault = onFault;
        folder.WhenReplaced = StartAnew;
        Start();
        WatchName();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            inside?.Dispose();
            around?.Dispose();
        }
    }

    // Another folder has taken the place of the one that was watched: nothing that was seen of that one counts.
    private void StartAnew()
    {
        Start();
        freshness.End();
    }

    // To watch a large folder takes its time: nobody waits for that to stop.
    private void Start()
    {
        var made = Make();
        FileSystemWatcher? old;
        lock (gate)
        {
            (old, inside) = isDisposed ? (made, null) : (inside, made);
        }
        old?.Dispose();
    }

    private FileSystemWatcher? Make()
    {
        FileSystemWatcher? made = null;
        try
        {
            made = Inside();
            made.EnableRaisingEvents = true;
            return made;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or UnauthorizedAccessException)
        {
            made?.Dispose();
            // It may be away for a moment: its name is watched too. That it may not be read is told when it is.
            var isAway = fault is not IOException or FileNotFoundException or DirectoryNotFoundException;
            if (!isAway) onFault?.Invoke(new WatchException(fault));
            return null;
        }
    }

    // The folder itself may be renamed, and another, or a link to one, come in its place.
    private void WatchName()
    {
        var path = Path.TrimEndingDirectorySeparator(folder.Root);
        if (Path.GetDirectoryName(path) is not { } parent) return;
        try
        {
            around = new FileSystemWatcher(parent, Path.GetFileName(path))
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName,
            };
            around.Created += (_, _) => Replaced();
            around.Deleted += (_, _) => Replaced();
            around.Renamed += (_, _) => Replaced();
            around.EnableRaisingEvents = true;
        }
        catch (Exception fault) when (fault is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // It may not be looked at: then another in its place is found within a second.
        }

        void Replaced()
        {
            folder.MayBeReplaced();
            StartAnew();
        }
    }

    private FileSystemWatcher Inside()
    {
        var made = new FileSystemWatcher(folder.Root)
        {
            IncludeSubdirectories = true,
            InternalBufferSize = BufferBytes,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite
                | NotifyFilters.Size | NotifyFilters.Attributes | NotifyFilters.Security,
        };
        made.Changed += (_, _) => freshness.End();
        made.Created += (_, _) => freshness.End();
        made.Deleted += (_, _) => freshness.End();
        made.Renamed += (_, _) => freshness.End();
        made.Error += (_, fault) =>
        {
            freshness.End();
            if (fault.GetException() is not UnauthorizedAccessException)
                onFault?.Invoke(new WatchException(fault.GetException()));
        };
        return made;
    }
}
