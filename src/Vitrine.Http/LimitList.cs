namespace Vitrine.Http;

/// <summary>All <see cref="Limits"/> by name, for who sets or shows them without knowing each.</summary>
public static class LimitList
{
    /// <summary>All of them, in the order of <see cref="Limits"/>.</summary>
    public static IReadOnlyList<Limit> All { get; } =
    [
        new(
            "RequestLineBytes",
            "longest request line (414)",
            limits => limits.RequestLineBytes,
            (limits, value) => limits with { RequestLineBytes = (int)value }),
        new(
            "HeadBytes",
            "longest head (431)",
            limits => limits.HeadBytes,
            (limits, value) => limits with { HeadBytes = (int)value }),
        new(
            "FieldCount",
            "most field lines (431)",
            limits => limits.FieldCount,
            (limits, value) => limits with { FieldCount = (int)value }),
        new(
            "BodyBytes",
            "longest request body (413)",
            limits => limits.BodyBytes,
            (limits, value) => limits with { BodyBytes = value }),
        new(
            "ChunkLineBytes",
            "longest chunk-size line (400)",
            limits => limits.ChunkLineBytes,
            (limits, value) => limits with { ChunkLineBytes = (int)value }),
        new(
            "TrailerBytes",
            "most bytes of trailers (431)",
            limits => limits.TrailerBytes,
            (limits, value) => limits with { TrailerBytes = (int)value }),
        new(
            "Streams",
            "most requests at a time on a connection of HTTP/2 (refused)",
            limits => limits.Streams,
            (limits, value) => limits with { Streams = (int)value }),
        new(
            "HeadFrames",
            "most frames of a head of HTTP/2 (closed)",
            limits => limits.HeadFrames,
            (limits, value) => limits with { HeadFrames = (int)value }),
        new(
            "CookieCrumbs",
            "most pieces of cookies in HTTP/2 (431)",
            limits => limits.CookieCrumbs,
            (limits, value) => limits with { CookieCrumbs = (int)value }),
        new(
            "StreamResets",
            "requests of HTTP/2 that may be given up at once (closed)",
            limits => limits.StreamResets,
            (limits, value) => limits with { StreamResets = (int)value }),
        new(
            "StreamResetsPerSecond",
            "how many more in a second",
            limits => limits.StreamResetsPerSecond,
            (limits, value) => limits with { StreamResetsPerSecond = (int)value }),
        new(
            "ControlFrames",
            "frames of HTTP/2 without content that may come at once (closed)",
            limits => limits.ControlFrames,
            (limits, value) => limits with { ControlFrames = (int)value }),
        new(
            "ControlFramesPerSecond",
            "how many more in a second",
            limits => limits.ControlFramesPerSecond,
            (limits, value) => limits with { ControlFramesPerSecond = (int)value }),
        new(
            "HeadTimeoutMs",
            "time for a head (408)",
            limits => limits.HeadTimeoutMs,
            (limits, value) => limits with { HeadTimeoutMs = (int)value }),
        new(
            "IdleTimeoutMs",
            "time between two requests (closed)",
            limits => limits.IdleTimeoutMs,
            (limits, value) => limits with { IdleTimeoutMs = (int)value }),
        new(
            "BodyTimeoutMs",
            "time for a request body (408)",
            limits => limits.BodyTimeoutMs,
            (limits, value) => limits with { BodyTimeoutMs = (int)value }),
        new(
            "WriteTimeoutMs",
            "time without a byte taken of a reply (reset)",
            limits => limits.WriteTimeoutMs,
            (limits, value) => limits with { WriteTimeoutMs = (int)value }),
        new(
            "LingerTimeoutMs",
            "time for the client to read the last reply",
            limits => limits.LingerTimeoutMs,
            (limits, value) => limits with { LingerTimeoutMs = (int)value }),
        new(
            "DrainTimeoutMs",
            "time for requests in flight when stopping (reset)",
            limits => limits.DrainTimeoutMs,
            (limits, value) => limits with { DrainTimeoutMs = (int)value }),
        new(
            "LoadTimeoutMs",
            "time that a reply waits for a disk (503)",
            limits => limits.LoadTimeoutMs,
            (limits, value) => limits with { LoadTimeoutMs = (int)value }),
        new(
            "AcceptPauseMs",
            "rest when out of descriptors",
            limits => limits.AcceptPauseMs,
            (limits, value) => limits with { AcceptPauseMs = (int)value }),
        new(
            "Connections",
            "most connections (503)",
            limits => limits.Connections,
            (limits, value) => limits with { Connections = (int)value }),
        new(
            "Ranges",
            "most parts of a multipart reply (200 with all)",
            limits => limits.Ranges,
            (limits, value) => limits with { Ranges = (int)value }),
        new(
            "FreshnessMs",
            "time for which a file is not looked at again",
            limits => limits.FreshnessMs,
            (limits, value) => limits with { FreshnessMs = (int)value }),
        new(
            "CachedBodyBytes",
            "largest file that is kept in memory at once",
            limits => limits.CachedBodyBytes,
            (limits, value) => limits with { CachedBodyBytes = (int)value }),
        new(
            "HotBodyBytes",
            "largest file that is kept in memory if asked for often",
            limits => limits.HotBodyBytes,
            (limits, value) => limits with { HotBodyBytes = (int)value }),
        new(
            "CacheBytes",
            "most memory for files (--cache-mb)",
            limits => limits.CacheBytes,
            (limits, value) => limits with { CacheBytes = value }),
        new(
            "SpoolBytes",
            "most space on a disk for copies of files",
            limits => limits.SpoolBytes,
            (limits, value) => limits with { SpoolBytes = value }),
        new(
            "OutputBytes",
            "most memory for replies that are being sent",
            limits => limits.OutputBytes,
            (limits, value) => limits with { OutputBytes = value }),
        new(
            "CacheEntries",
            "most paths that are kept",
            limits => limits.CacheEntries,
            (limits, value) => limits with { CacheEntries = (int)value }),
        new(
            "CachedOpenFiles",
            "most files that are kept open",
            limits => limits.CachedOpenFiles,
            (limits, value) => limits with { CachedOpenFiles = (int)value }),
        new(
            "MappedBodies",
            "most bodies that are sent without a copy",
            limits => limits.MappedBodies,
            (limits, value) => limits with { MappedBodies = (int)value }),
        new(
            "ListingEntries",
            "longest listing",
            limits => limits.ListingEntries,
            (limits, value) => limits with { ListingEntries = (int)value }),
        new(
            "PendingLoads",
            "most loads that wait for the disk (503)",
            limits => limits.PendingLoads,
            (limits, value) => limits with { PendingLoads = (int)value }),
    ];

    /// <summary>The one of a name as it is written on a command line (<c>head-timeout-ms</c>), or null.</summary>
    public static Limit? Find(string optionName) =>
        All.FirstOrDefault(limit => limit.OptionName.Equals(optionName, StringComparison.OrdinalIgnoreCase));
}
