namespace Vitrine.Site.Origins;

/// <summary>
/// A folder on disk as an origin of content. Names come in as canonical paths of URLs (<see
/// cref="Http.Text.TargetPath"/>), and nothing outside the folder is ever opened. Any thread.
/// </summary>
internal abstract class Folder : IDisposable
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

    /// <summary>What the path stands for at the moment, without opening it for reading.</summary>
    public abstract OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts);

    /// <summary>Opens a regular file. Its facts are those of the open descriptor.</summary>
    public abstract OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file);

    /// <summary>
    /// Opens a file that was found to be <paramref name="known"/> before; anything else that is there by now is
    /// <see cref="OpenError.NotFound"/>. Never blocks.
    /// </summary>
    public abstract OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file);

    /// <summary>
    /// Reads from a file that was found to be <paramref name="known"/> before, and makes sure that it still is. False
    /// when it is not, or there is not so much in memory. Never blocks.
    /// </summary>
    public abstract bool TryReadCached(
        ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination);

    /// <summary>The files and folders in a folder, hidden ones left out; at most <paramref name="most"/>.
    /// Blocks.</summary>
    public abstract OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list);

    /// <summary>Makes sure that what is in it can be reached, should this process have lost rights meanwhile.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot.</exception>
    public virtual void CheckAccess()
    {
    }

    /// <summary>
    /// All names in a folder, hidden ones too. Null when there are more than <paramref name="most"/>, they may not
    /// be read, or a name that is not among them may be in the folder all the same. <paramref name="facts"/> is what
    /// the folder was after they were read. Blocks.
    /// </summary>
    public abstract NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts);

    /// <summary>Whether an address can name it.</summary>
    protected static bool HasAddress(ReadOnlySpan<byte> name) =>
        name.IndexOf((byte)'\\') < 0 && System.Text.Unicode.Utf8.IsValid(name);

    /// <summary>Closes it.</summary>
    public abstract void Dispose();
}
