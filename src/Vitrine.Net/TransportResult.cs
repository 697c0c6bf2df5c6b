namespace Vitrine.Net;

/// <summary>What <see cref="ITransport"/> returns instead of a count.</summary>
public static class TransportResult
{
    /// <summary>Nothing at the moment; an event will tell.</summary>
    public const int WouldBlock = -1;

    /// <summary>The connection is broken.</summary>
    public const int Broken = -2;

    /// <summary>Out of descriptors or memory.</summary>
    public const int Exhausted = -3;

    /// <summary>The file that is being sent is not what it was: the reply cannot be finished.</summary>
    public const int Changed = -4;

    /// <summary>The file that is being sent cannot be read any more, as it happens to disks.</summary>
    public const int Unreadable = -5;

    /// <summary>Something came that was none of the content, and more may have come.</summary>
    public const int Nothing = -6;

    /// <summary>The connection cannot go on, and the client was told.</summary>
    public const int Failed = -7;
}
