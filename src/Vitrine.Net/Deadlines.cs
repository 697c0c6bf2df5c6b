namespace Vitrine.Net;

/// <summary>
/// A timing wheel: which connections' deadlines have passed. Moving a deadline later, which every request
/// does, is one store; the connection is put into its new place only when the old one comes up.
/// </summary>
internal sealed class Deadlines
{
    private const int TickMs = 128;
    private const int Slots = 1024; // 131 s, more than any limit; later deadlines go round

    private readonly Connection?[] wheel = new Connection?[Slots];
    private long tick;
    private int count;

    /// <summary>The time until the wheel has to be turned, or -1 when nothing is on it.</summary>
    public int DelayMs(long nowMs) => count == 0 ? -1 : (int)Math.Clamp((tick + 1) * TickMs - nowMs, 0, TickMs);

    /// <summary>Sets the connection's deadline; <see cref="long.MaxValue"/> is none.</summary>
    public void Set(Connection connection, long deadlineMs, long nowMs)
    {
        connection.DeadlineMs = deadlineMs;
        if (connection.IsTimed)
        {
            if (connection.WheelTick * TickMs <= deadlineMs) return;
            Remove(connection);
        }
        if (deadlineMs == long.MaxValue) return;
        if (count == 0) tick = nowMs / TickMs;
        Insert(connection);
    }

    /// <summary>Takes the connection off the wheel.</summary>
    public void Remove(Connection connection)
    {
        if (!connection.IsTimed) return;
        if (connection.NextTimed is { } next) next.PreviousTimed = connection.PreviousTimed;
        if (connection.PreviousTimed is { } previous) previous.NextTimed = connection.NextTimed;
        else wheel[connection.WheelTick % Slots] = connection.NextTimed;
        connection.NextTimed = connection.PreviousTimed = null;
        connection.IsTimed = false;
        count--;
    }

    /// <summary>
    /// Puts the connections whose deadline has passed into <paramref name="expired"/> and off the wheel.
    /// </summary>
    public void Turn(long nowMs, List<Connection> expired)
    {
        var last = nowMs / TickMs;
        while (count > 0 && tick < last)
        {
            tick++;
            for (var connection = wheel[tick % Slots]; connection is not null;)
            {
                var next = connection.NextTimed;
                if (connection.WheelTick <= tick)
                {
                    Remove(connection);
                    if (connection.DeadlineMs <= nowMs) expired.Add(connection);
                    else if (connection.DeadlineMs != long.MaxValue) Insert(connection);
                }
                connection = next;
            }
        }
        if (count == 0) tick = last;
    }

    private void Insert(Connection connection)
    {
        // The tick after the deadline, so that it has passed when the tick comes; never the one that is being
        // turned.
        var place = Math.Clamp(connection.DeadlineMs / TickMs + 1, tick + 1, tick + Slots - 1);
        ref var slot = ref wheel[place % Slots];
        connection.WheelTick = place;
        connection.IsTimed = true;
        connection.NextTimed = slot;
        connection.PreviousTimed = null;
        if (slot is not null) slot.PreviousTimed = connection;
        slot = connection;
        count++;
    }
}
