namespace Vitrine.Site.Origins;

/// <summary>
/// Where content comes from: a folder, and whatever else can say what is at a path and open it. Names come in as
/// canonical paths of URLs (<see cref="Http.Text.TargetPath"/>). Any thread.
/// </summary>
internal interface IOrigin : IDisposable
{
    /// <summary>What the path stands for at the moment, without opening it for reading.</summary>
    OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts);

    /// <summary>Opens a file. Its facts are those of what is open.</summary>
    OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file);

    /// <summary>
    /// The same of what is known to be a file and no link, by the names that were read of the folder around it: that
    /// needs no look before it is opened.
    /// </summary>
    OpenError TryOpenListed(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file) =>
        TryOpenFile(path, blocking, out file);

    /// <summary>
    /// Opens a file that was found to be <paramref name="known"/> before; anything else that is there by now is
    /// <see cref="OpenError.NotFound"/>. Never blocks.
    /// </summary>
    OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file);

    /// <summary>
    /// Reads from a file that was found to be <paramref name="known"/> before, and makes sure that it still is. False
    /// when it is not, or there is not so much in memory. Never blocks.
    /// </summary>
    bool TryReadCached(ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination);

    /// <summary>The files and folders in a folder, hidden ones left out; at most <paramref name="most"/>.
    /// Blocks.</summary>
    OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list);

    /// <summary>
    /// All names in a folder, hidden ones too. Null when there are more than <paramref name="most"/>, they may not
    /// be read, or a name that is not among them may be in the folder all the same. <paramref name="facts"/> is what
    /// the folder was after they were read. Blocks.
    /// </summary>
    NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts);
}
