namespace Vitrine.Site.Origins;

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

    private const long NsPerSecond = 1_000_000_000;
    private const long SecondsPerDay = 86_400;
    private const long BeginningOfZip = 315_532_800; // 1980-01-01

    /// <summary>False where the system does not tell enough: then equal facts may hide a change.</summary>
    public bool IsTellTale => Inode != 0;

    /// <summary>Whether both times are whole seconds, as on file systems that keep no more of them.</summary>
    public bool HasWholeSeconds => ModifiedNs % NsPerSecond == 0 && ChangedNs % NsPerSecond == 0;

    /// <summary>
    /// When it was modified, in seconds since 1970; null where the time says nothing. That is what is left when nobody
    /// kept the times: the beginning of Unix (archives made to be the same each time, package managers, buildpacks),
    /// that of the zip format (1980), what 64 bits cannot count.
    /// </summary>
    public long? ModifiedSeconds
    {
        get
        {
            var seconds = ModifiedNs / NsPerSecond;
            // To the day, since a zip file has the time of some place on Earth.
            var saysNothing = seconds < SecondsPerDay || ModifiedNs == long.MaxValue
                || seconds is >= BeginningOfZip - SecondsPerDay and < BeginningOfZip + SecondsPerDay;
            return saysNothing ? null : seconds;
        }
    }

    /// <summary>
    /// Last-Modified; null where there is nothing to tell. A time that lies ahead must not be told (RFC 9110 section
    /// 8.8.2.1), and another in its place would be none by which the file can be asked for again.
    /// </summary>
    public long? LastModifiedAt(DateTimeOffset now) =>
        ModifiedSeconds is { } seconds && seconds <= now.ToUnixTimeSeconds() ? seconds : null;

    /// <summary>
    /// Whether an open file still holds what it held. Being deleted or replaced by another changes the number
    /// of its names, and with it ctime, but not its bytes.
    /// </summary>
    public bool HasContentOf(in FileFacts before) =>
        this == before
        || (Links != before.Links && this with { Links = before.Links, ChangedNs = before.ChangedNs } == before);

    /// <summary>Whether it is the same file, and longer.</summary>
    public bool HasGrownFrom(in FileFacts before) => Length > before.Length
        && (Kind, Device, Inode) == (before.Kind, before.Device, before.Inode);

    /// <summary>How long the file has been left alone, in milliseconds.</summary>
    public long QuietForMs(DateTimeOffset now) =>
        now.ToUnixTimeMilliseconds() - Math.Max(ModifiedNs, ChangedNs) / 1_000_000;
}
