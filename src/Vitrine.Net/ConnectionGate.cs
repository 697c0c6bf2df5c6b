namespace Vitrine.Net;

/// <summary>
/// Counts the connections of all workers against the limit. The only numbers that workers share.
/// </summary>
/// <param name="limit">Most connections that are served.</param>
public sealed class ConnectionGate(int limit)
{
    // So many more may be told that there is no room; beyond that, connections are closed without a word.
    private readonly int mostRefused = limit / 8 + 8;
    private int served;
    private int refused;
    private long numbers;
    private volatile bool isFull;

    /// <summary>What becomes of a new connection.</summary>
    public enum Admission
    {
        /// <summary>It is served.</summary>
        Served,

        /// <summary>It is told 503.</summary>
        Refused,

        /// <summary>It is closed.</summary>
        Dropped,
    }

    /// <summary>How many connections are being served.</summary>
    public int Count => Volatile.Read(ref served);

    /// <summary>Whether the last one that came was refused, and one more would be.</summary>
    public bool IsFull => isFull && Count >= limit;

    /// <summary>Lets a connection in. Unless it is dropped, <see cref="Leave"/> follows.</summary>
    public Admission Enter()
    {
        var isServed = Interlocked.Increment(ref served) <= limit;
        if (isFull == isServed) isFull = !isServed; // read first: workers share it
        if (isServed) return Admission.Served;
        Interlocked.Decrement(ref served);
        if (Interlocked.Increment(ref refused) <= mostRefused) return Admission.Refused;
        Interlocked.Decrement(ref refused);
        return Admission.Dropped;
    }

    /// <summary>A connection that was let in has ended. Nothing if it was dropped.</summary>
    public void Leave(Admission admission)
    {
        if (admission == Admission.Served) Interlocked.Decrement(ref served);
        else if (admission == Admission.Refused) Interlocked.Decrement(ref refused);
    }

    /// <summary>The next connection's number, from 1.</summary>
    public long NextNumber() => Interlocked.Increment(ref numbers);
}
