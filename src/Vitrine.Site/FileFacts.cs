namespace Vitrine.Site;

/// <summary>
/// What tells one state of a file from every other, read from the open descriptor: as long as all of it stays
/// the same, so do the bytes. The time of change (ctime) cannot be set back, which the time of modification
/// can.
/// </summary>
internal readonly record struct FileFacts(
    FileKind Kind, ulong Device, ulong Inode, long Length, long ModifiedNs, long ChangedNs, uint Links)
{
    /// <summary>
    /// Two changes within one tick of a file system's clock leave the same time behind. Facts are believed only
    /// when the last change is older than the coarsest tick (10 ms).
    /// </summary>
    public const int SettleMs = 20;

    /// <summary>False where the system does not tell enough: then equal facts may hide a change.</summary>
    public bool IsTellTale => Inode != 0;

    /// <summary>Whether both times are whole seconds, as on file systems that keep no more of them.</summary>
    public bool HasWholeSeconds => ModifiedNs % 1_000_000_000 == 0 && ChangedNs % 1_000_000_000 == 0;

    /// <summary>Last-Modified, in seconds since 1970.</summary>
    public long ModifiedSeconds => Math.DivRem(ModifiedNs, 1_000_000_000).Quotient;

    /// <summary>
    /// Whether an open file still holds what it held. Being deleted or replaced by another changes the number
    /// of its names, and with it ctime, but not its bytes.
    /// </summary>
    public bool HasContentOf(in FileFacts before) =>
        this == before
        || (Links != before.Links && this with { Links = before.Links, ChangedNs = before.ChangedNs } == before);

    /// <summary>How long the file has been left alone, in milliseconds.</summary>
    public long QuietForMs(DateTimeOffset now) =>
        now.ToUnixTimeMilliseconds() - Math.Max(ModifiedNs, ChangedNs) / 1_000_000;
}
