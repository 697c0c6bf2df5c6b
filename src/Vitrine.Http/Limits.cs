namespace Vitrine.Http;

/// <summary>
/// Every size, count and time that a stranger could otherwise choose, in one place. Each has a default and a
/// reason; <c>docs/LIMITS.md</c> says what a client sees when it meets one. Times are in milliseconds, sizes
/// in bytes.
/// </summary>
public sealed record Limits
{
    /// <summary>
    /// Longest request line, without its CRLF; a longer one is 414. RFC 9112 section 3 asks for 8,000 at
    /// least.
    /// </summary>
    public int RequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>Longest head, request line included; a longer one is 431.</summary>
    public int HeadBytes { get; init; } = 32 * 1024;

    /// <summary>Most field lines in a head; more are 431.</summary>
    public int FieldCount { get; init; } = 100;

    /// <summary>
    /// Longest request body that is read (and thrown away), chunk sizes and extensions included; a longer one
    /// is 413 and ends the connection.
    /// </summary>
    public long BodyBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Longest chunk-size line with its extensions; a longer one is 400. Extensions carry nothing for us.
    /// </summary>
    public int ChunkLineBytes { get; init; } = 1024;

    /// <summary>Most bytes of trailer fields; more are 431.</summary>
    public int TrailerBytes { get; init; } = 8 * 1024;

    /// <summary>
    /// Most requests under way on a connection of HTTP/2; one more is refused (RFC 9113 section 5.1.2).
    /// </summary>
    public int Streams { get; init; } = 100;

    /// <summary>Most frames that a head of HTTP/2 comes in; with more, the connection ends.</summary>
    public int HeadFrames { get; init; } = 8;

    /// <summary>
    /// Most pieces that cookies come in with HTTP/2 (RFC 9113 section 8.2.3); more are 431. They count as one field.
    /// </summary>
    public int CookieCrumbs { get; init; } = 150;

    /// <summary>
    /// Requests of HTTP/2 that a connection may begin and have ended in the middle, whichever end does; each that is
    /// answered gives one back. With more, the connection ends.
    /// </summary>
    public int StreamResets { get; init; } = 100;

    /// <summary>How many of those it gets back in a second.</summary>
    public int StreamResetsPerSecond { get; init; } = 10;

    /// <summary>
    /// Frames of HTTP/2 that carry neither a request nor a body, or next to nothing of one, besides those that bodies
    /// which are sent need. With more, the connection ends.
    /// </summary>
    public int ControlFrames { get; init; } = 1_000;

    /// <summary>How many of those it gets back in a second.</summary>
    public int ControlFramesPerSecond { get; init; } = 100;

    /// <summary>
    /// Time from the first byte of a head (or from accept) to its end; then 408, or a plain close if nothing
    /// came.
    /// </summary>
    public int HeadTimeoutMs { get; init; } = 10_000;

    /// <summary>Time that a connection may be idle between two requests; then it is closed.</summary>
    public int IdleTimeoutMs { get; init; } = 60_000;

    /// <summary>Time for a whole request body; then 408.</summary>
    public int BodyTimeoutMs { get; init; } = 30_000;

    /// <summary>
    /// Time for which a reader may take not a single byte of its reply; then the connection is dropped.
    /// </summary>
    public int WriteTimeoutMs { get; init; } = 30_000;

    /// <summary>
    /// Time for which a closing connection is still read, so that the client gets to see the last reply (RFC
    /// 9112 section 9.6).
    /// </summary>
    public int LingerTimeoutMs { get; init; } = 5_000;

    /// <summary>Time for which stopping waits for what is in flight.</summary>
    public int DrainTimeoutMs { get; init; } = 10_000;

    /// <summary>Time for which a reply waits for a disk that does not answer.</summary>
    public int LoadTimeoutMs { get; init; } = 30_000;

    /// <summary>
    /// Time for which accepting rests when the process or the system is out of descriptors.
    /// </summary>
    public int AcceptPauseMs { get; init; } = 100;

    /// <summary>Most connections at a time, over all workers; one more gets 503 and is closed.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>
    /// Most parts in a multipart/byteranges reply after coalescing; with more, the whole representation is
    /// sent.
    /// </summary>
    public int Ranges { get; init; } = 16;

    /// <summary>
    /// Time for which a file is taken to be unchanged before it is looked at again; a change shows within a
    /// second.
    /// </summary>
    public int FreshnessMs { get; init; } = 800;

    /// <summary>
    /// Largest file that is kept in memory at once; larger ones are sent from the open file, but see <see
    /// cref="HotBodyBytes"/>.
    /// </summary>
    public int CachedBodyBytes { get; init; } = 1024 * 1024;

    /// <summary>Largest file that is read into memory when it is asked for again and again.</summary>
    public int HotBodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Most memory for cached bodies.</summary>
    public long CacheBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Most space on a disk for copies of bodies that memory has no room for, from which the kernel sends them without
    /// another copy; at most a tenth of what is free there at the start. 0: none are made.
    /// </summary>
    public long SpoolBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>
    /// Most memory for replies that are being sent: each has 66 KB, in which smaller bodies lie behind their head;
    /// beyond it each has 10 KB, and longer bodies are sent from where they are.
    /// </summary>
    public long OutputBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>Most cached paths.</summary>
    public int CacheEntries { get; init; } = 100_000;

    /// <summary>
    /// Most files that the cache holds open: large ones, and small ones for whose bodies there is no room.
    /// </summary>
    public int CachedOpenFiles { get; init; } = 16_384;

    /// <summary>
    /// Most bodies of 48 KB and more in memory from which the kernel sends them without a copy, in all of the process;
    /// each holds a descriptor. More are copied when they are sent.
    /// </summary>
    public int MappedBodies { get; init; } = 4_096;

    /// <summary>Most entries shown in a directory listing; the page says so when there are more.</summary>
    public int ListingEntries { get; init; } = 10_000;

    /// <summary>Most loads of cold content that may be queued; one more request is answered 503.</summary>
    public int PendingLoads { get; init; } = 4_096;

    /// <summary>Checks that every number makes sense.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One does not.</exception>
    public void Validate()
    {
        Check(RequestLineBytes, 1, 1 << 20, nameof(RequestLineBytes));
        Check(HeadBytes, RequestLineBytes, 1 << 24, nameof(HeadBytes));
        Check(FieldCount, 1, 100_000, nameof(FieldCount));
        Check(BodyBytes, 0, long.MaxValue, nameof(BodyBytes));
        Check(ChunkLineBytes, 1, 1 << 20, nameof(ChunkLineBytes));
        Check(TrailerBytes, 2, 1 << 24, nameof(TrailerBytes));
        Check(Streams, 1, 100_000, nameof(Streams));
        Check(HeadFrames, 1, 1_000, nameof(HeadFrames));
        Check(CookieCrumbs, 1, 100_000, nameof(CookieCrumbs));
        Check(StreamResets, 1, 1_000_000, nameof(StreamResets));
        Check(StreamResetsPerSecond, 0, 1_000_000, nameof(StreamResetsPerSecond));
        Check(ControlFrames, 1, 1_000_000, nameof(ControlFrames));
        Check(ControlFramesPerSecond, 0, 1_000_000, nameof(ControlFramesPerSecond));
        Check(HeadTimeoutMs, 1, int.MaxValue, nameof(HeadTimeoutMs));
        Check(IdleTimeoutMs, 1, int.MaxValue, nameof(IdleTimeoutMs));
        Check(BodyTimeoutMs, 1, int.MaxValue, nameof(BodyTimeoutMs));
        Check(WriteTimeoutMs, 1, int.MaxValue, nameof(WriteTimeoutMs));
        Check(LingerTimeoutMs, 0, int.MaxValue, nameof(LingerTimeoutMs));
        Check(LoadTimeoutMs, 1, int.MaxValue, nameof(LoadTimeoutMs));
        Check(DrainTimeoutMs, 0, int.MaxValue, nameof(DrainTimeoutMs));
        Check(AcceptPauseMs, 1, int.MaxValue, nameof(AcceptPauseMs));
        Check(Connections, 1, int.MaxValue / 2, nameof(Connections));
        Check(Ranges, 1, Text.RangeSet.MostSpecs, nameof(Ranges));
        Check(FreshnessMs, 0, int.MaxValue, nameof(FreshnessMs));
        Check(CachedBodyBytes, 0, 1 << 30, nameof(CachedBodyBytes));
        Check(HotBodyBytes, 0, 1 << 30, nameof(HotBodyBytes));
        Check(CacheBytes, 0, long.MaxValue / 4, nameof(CacheBytes));
        Check(SpoolBytes, 0, long.MaxValue / 4, nameof(SpoolBytes));
        Check(OutputBytes, 0, long.MaxValue / 4, nameof(OutputBytes));
        Check(CacheEntries, 1, int.MaxValue, nameof(CacheEntries));
        Check(CachedOpenFiles, 1, int.MaxValue, nameof(CachedOpenFiles));
        Check(MappedBodies, 0, int.MaxValue, nameof(MappedBodies));
        Check(ListingEntries, 1, int.MaxValue - 1, nameof(ListingEntries));
        Check(PendingLoads, 1, int.MaxValue, nameof(PendingLoads));
    }

    private static void Check(long value, long least, long most, string name)
    {
        if (value < least || value > most)
            throw new ArgumentOutOfRangeException(name, value, $"It has to be {least} to {most}.");
    }
}
