namespace Vitrine.Site;

/// <summary>What a name stands for.</summary>
internal enum FileKind : byte
{
    /// <summary>Nothing that is served: no such name, or outside the root, or neither file nor folder.</summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}

/// <summary>
/// What tells one state of a file from every other, read from the open descriptor: as long as all of it stays the same,
/// so do the bytes. The time of change (ctime) cannot be set back, which the time of modification can.
/// </summary>
internal readonly record struct FileFacts(
    FileKind Kind, ulong Device, ulong Inode, long Length, long ModifiedNs, long ChangedNs)
{
    /// <summary>Last-Modified, in seconds since 1970.</summary>
    public long ModifiedSeconds => Math.DivRem(ModifiedNs, 1_000_000_000).Quotient;

    /// <summary>How long the file has been left alone, in milliseconds.</summary>
    public long QuietForMs(DateTimeOffset now) =>
        now.ToUnixTimeMilliseconds() - Math.Max(ModifiedNs, ChangedNs) / 1_000_000;
}
