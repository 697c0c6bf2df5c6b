namespace Vitrine.Net;

/// <summary>What a worker does next with a connection that had its turn.</summary>
internal enum Turn : byte
{
    /// <summary>Nothing, until an event, a message or its deadline.</summary>
    Waits,

    /// <summary>Another turn, after the others had theirs.</summary>
    GoesOn,

    /// <summary>Closes it.</summary>
    Closes,

    /// <summary>Closes it with a reset.</summary>
    Aborts,
}
