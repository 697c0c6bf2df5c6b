using Vitrine.Site.Looking;
using Vitrine.Site.Memory;

namespace Vitrine.Site.Cache;

/// <summary>
/// What nobody's request would ever do: every few seconds it lets go of files that are gone or that nobody asks for any
/// more (a deleted one takes its place on the disk for as long as it is open), of memory that clients held and hold no
/// longer, of what is cached when memory is short, and of memory that nobody uses.
/// </summary>
internal sealed class Housekeeping : IDisposable
{
    private const int EveryMs = 5_000;
    private const long LeastExcessBytes = 16 * 1024 * 1024;

    private readonly Representations representations;
    private readonly BodyMemory memory;
    private readonly MemoryBudget budget;
    private readonly Action<Exception>? onFault;
    private readonly UnusedMemory unused = new(SiteClock.System);
    private readonly Timer timer;
    private long seenBytes;

    public Housekeeping(
        Representations representations, BodyMemory memory, MemoryBudget budget, Action<Exception>? onFault)
    {
        this.representations = representations;
        this.memory = memory;
        this.budget = budget;
        this.onFault = onFault;
        timer = new Timer(_ => RunAndComeBack(), null, EveryMs, Timeout.Infinite);
    }

    /// <summary>Does it once.</summary>
    public void Run()
    {
        representations.CloseForgotten();
        if (budget.Look())
        {
            representations.Shrink();
            memory.Reclaim(); // it is needed now
        }
        // Not again for the same: as long as clients hold it, the collector finds nothing.
        if (memory.Total > representations.Bytes + LeastExcessBytes && memory.Total != seenBytes)
        {
            memory.Reclaim();
            seenBytes = memory.Total;
        }
        unused.GiveBack();
    }

    public void Dispose() => timer.Dispose();

    private void RunAndComeBack()
    {
        try
        {
            Run();
            timer.Change(EveryMs, Timeout.Infinite);
        }
        catch (ObjectDisposedException)
        {
            // The site is closed.
        }
#pragma warning disable CA1031 // whatever it is: it is no reason to end the process
        catch (Exception fault)
        {
            onFault?.Invoke(fault);
            timer.Change(EveryMs, Timeout.Infinite);
        }
#pragma warning restore CA1031
    }
}
