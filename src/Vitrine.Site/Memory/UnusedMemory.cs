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
    private const int LeastAgainMs = 60_000;
    private const int MostAgainMs = 3_600_000;

    // To collect all of it takes as long as it is large, and nobody is answered meanwhile.
    private const long MostCollectedBytes = 64 * 1024 * 1024;

    private long againFromMs = long.MinValue;
    private int againMs = LeastAgainMs;
    private bool cannotTrim;

    /// <summary>Gives back what is worth it.</summary>
    public void GiveBack()
    {
        Trim();
        var (now, used) = (clock.NowMs, GC.GetTotalMemory(forceFullCollection: false));
        if (used > MostCollectedBytes || GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes - used < WorthBytes) return;
        if (now < againFromMs) return;
        againFromMs = now + againMs;
        againMs = Math.Min(2 * againMs, MostAgainMs); // what comes back each time is needed
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
        catch (Exception fault) when (fault is EntryPointNotFoundException or DllNotFoundException)
        {
            cannotTrim = true; // not glibc
        }
    }
}
