namespace Vitrine.Http.Replies;

/// <summary>
/// How many hold a thing that several threads share: it begins with one, and whoever gives the last one back lets go of
/// the thing. Not to be copied.
/// </summary>
public struct ShareCount
{
    private int taken; // besides the first one; -1 when there is none any more

    /// <summary>Takes a share. False when the last one was given back already.</summary>
    public bool TryAcquire()
    {
        var seen = Volatile.Read(ref taken);
        while (seen >= 0)
        {
            var was = Interlocked.CompareExchange(ref taken, seen + 1, seen);
            if (was == seen) return true;
            seen = was;
        }
        return false;
    }

    /// <summary>Gives a share back; true when it was the last one.</summary>
    public bool Release() => Interlocked.Decrement(ref taken) == -1;
}
