namespace Vitrine.Net;

/// <summary>
/// Counts the connections of all workers against the limit. The only number that workers share.
/// </summary>
/// <param name="limit">Most connections that are served.</param>
public sealed class ConnectionGate(int limit)
{
    // So many more may be told that there is no room; beyond that, connections are closed without a word.
    private readonly int mostTurnedAway = Math.Max(64, limit / 8);
    private int count;
    private long numbers;

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

    /// <summary>How many connections there are.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Lets a connection in. Unless it is dropped, <see cref="Leave"/> follows.</summary>
    public Admission Enter()
    {
        var now = Interlocked.Increment(ref count);
        if (now <= limit) return Admission.Served;
        if (now <= limit + mostTurnedAway) return Admission.Refused;
        Leave();
        return Admission.Dropped;
    }

    /// <summary>A connection has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref count);

    /// <summary>The next connection's number, from 1.</summary>
    public long NextNumber() => Interlocked.Increment(ref numbers);
}
