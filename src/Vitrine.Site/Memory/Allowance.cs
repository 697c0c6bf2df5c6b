using Vitrine.Site.Looking;

namespace Vitrine.Site.Memory;

/// <summary>
/// So many bytes in a second, and no more. Any thread may ask whether there are some left; one at a time takes them.
/// </summary>
internal sealed class Allowance(long mostBytes, SiteClock clock)
{
    private long second;
    private long taken;

    private long Second => clock.NowMs / 1000;

    /// <summary>Whether so many are left. What is decided by that is decided again when they are taken.</summary>
    public bool Has(long bytes) =>
        (Volatile.Read(ref second) == Second ? Volatile.Read(ref taken) : 0) + bytes <= mostBytes;

    /// <summary>Takes so many, if they are left.</summary>
    public bool TryTake(long bytes)
    {
        if (!Has(bytes)) return false;
        if (second != Second)
        {
            Volatile.Write(ref taken, 0);
            Volatile.Write(ref second, Second);
        }
        Volatile.Write(ref taken, taken + bytes);
        return true;
    }
}
