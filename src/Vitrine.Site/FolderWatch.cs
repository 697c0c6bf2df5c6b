namespace Vitrine.Site;

/// <summary>
/// Has the system tell of changes in a folder and below it (inotify and the like), so that they show at once. What
/// changed is not asked: everything is looked at again, once, when it is next asked for. Where the system cannot
/// tell, or loses count, changes show as without it.
/// </summary>
internal sealed class FolderWatch : IDisposable
{
    private const int BufferBytes = 64 * 1024;

    private readonly FileSystemWatcher watcher;

    /// <summary>
    /// Starts watching. <paramref name="onFault"/> is told of a <see cref="WatchException"/> when the system cannot.
    /// </summary>
    public FolderWatch(string root, Freshness freshness, Action<Exception>? onFault)
    {
        watcher = new FileSystemWatcher(root)
        {
            IncludeSubdirectories = true,
            InternalBufferSize = BufferBytes,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite
                | NotifyFilters.Size | NotifyFilters.Attributes | NotifyFilters.Security,
        };
        watcher.Changed += (_, _) => freshness.End();
        watcher.Created += (_, _) => freshness.End();
        watcher.Deleted += (_, _) => freshness.End();
        watcher.Renamed += (_, _) => freshness.End();
        watcher.Error += (_, fault) =>
        {
            freshness.End();
            onFault?.Invoke(new WatchException(fault.GetException()));
        };
        try
        {
            watcher.EnableRaisingEvents = true;
        }
        catch (IOException fault)
        {
            onFault?.Invoke(new WatchException(fault));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => watcher.Dispose();
}
