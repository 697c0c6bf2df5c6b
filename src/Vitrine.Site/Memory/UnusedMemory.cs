using Vitrine.Site.Looking;
using Vitrine.Site.Origins.Linux;

namespace Vitrine.Site.Memory;

/// <summary>
/// Memory that the process holds and does not use: it goes back to the system. While a site is read for the first time,
/// the collector and the C library take more than what stays, and keep it. One thread at a time.
/// </summary>
internal sealed class UnusedMemory(SiteClock clock)
{
    private const long WorthBytes = 16 * 1024 * 1024;
    private const int AgainMs = 60_000;

    // To collect all of it takes as long as it is large, and nobody is answered meanwhile.
    private const long MostCollectedBytes = 64 * 1024 * 1024;

    private long collectedMs = long.MinValue;
    private bool cannotTrim;

    /// <summary>Gives back what is worth it.</summary>
    public void GiveBack()
    {
        Trim();
        var (now, used) = (clock.NowMs, GC.GetTotalMemory(forceFullCollection: false));
        if (used > MostCollectedBytes || GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - used < WorthBytes) return;
        if (collectedMs != long.MinValue && now - collectedMs < AgainMs) return;
        collectedMs = now;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    // Of what was freed between other blocks. It looks at those alone, and not at what is used.
    private void Trim()
    {
        if (cannotTrim || !OperatingSystem.IsLinux()) return;
        try
        {
            _ = Libc.malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            cannotTrim = true; // not glibc
        }
    }
}
