using Vitrine.Http;

namespace Vitrine.Site.Memory;

/// <summary>
/// How much memory a site may take for bodies at the moment: what the limits say, and less while memory is short. Any
/// thread; one at a time looks.
/// </summary>
internal sealed class MemoryBudget(Limits limits, AvailableMemory? memory = null)
{
    // So much more than the cache, or half of it if that is more, clients may hold of what left it.
    private const long SlackBytes = 32 * 1024 * 1024;
    private const int SlackShare = 8;

    private const int LeastShare = 16;
    private const int StepShare = 8;

    private long cacheBytes = limits.CacheBytes;

    /// <summary>For what is cached.</summary>
    public long CacheBytes => Volatile.Read(ref cacheBytes);

    /// <summary>For all bodies that are not copied when they are sent: cached, or still being sent.</summary>
    public long BodyBytes
    {
        get
        {
            var cached = CacheBytes;
            var slack = memory is null ? SlackBytes : Math.Min(SlackBytes, memory.Bytes / SlackShare);
            return cached + Math.Max(cached / 2, slack);
        }
    }

    /// <summary>
    /// Looks how short memory is: halves what is cached when it is, down to a sixteenth, and gives back an eighth of it
    /// at a time when it is not any more. True when there is less than before.
    /// </summary>
    public bool Look()
    {
        if (memory is null) return false;
        var before = CacheBytes;
        var most = limits.CacheBytes;
        var now = memory.Look() switch
        {
            Shortage.Acute => Math.Max(before / 2, most / LeastShare),
            Shortage.None => Math.Min(before + most / StepShare, most),
            _ => before,
        };
        Volatile.Write(ref cacheBytes, now);
        return now < before;
    }
}
