namespace Vitrine.Site.Origins;

/// <summary>
/// A folder on disk as an origin of content: nothing outside the folder is ever opened. Any thread.
/// </summary>
internal abstract class Folder : IOrigin
{
    /// <summary>The folder's path, for people.</summary>
    public abstract string Root { get; }

    /// <summary>Whether this process may read it, as far as that was seen. May block where it was seen that it may
    /// not.</summary>
    public virtual bool IsReadable => true;

    /// <summary>Is told when another folder was found in its place, on a thread that may wait.</summary>
    public Action? WhenReplaced { get; set; }

    /// <summary>Another folder may have taken its place just now: it is looked at before anything else.</summary>
    public virtual void MayBeReplaced()
    {
    }

    /// <inheritdoc/>
    public abstract OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts);

    /// <inheritdoc/>
    public abstract OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file);

    /// <inheritdoc/>
    public virtual OpenError TryOpenListed(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file) =>
        TryOpenFile(path, blocking, out file);

    /// <inheritdoc/>
    public abstract OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file);

    /// <inheritdoc/>
    public abstract bool TryReadCached(
        ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination);

    /// <inheritdoc/>
    public abstract OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list);

    /// <summary>Makes sure that what is in it can be reached, should this process have lost rights meanwhile.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot.</exception>
    public virtual void CheckAccess()
    {
    }

    /// <inheritdoc/>
    public abstract NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts);

    /// <summary>Whether an address can name it.</summary>
    protected static bool HasAddress(ReadOnlySpan<byte> name) =>
        name.IndexOf((byte)'\\') < 0 && System.Text.Unicode.Utf8.IsValid(name);

    /// <summary>Closes it.</summary>
    public abstract void Dispose();
}
