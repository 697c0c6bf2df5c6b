namespace Vitrine.Acme.State;

/// <summary>What is in a lock: since when it is held, when that was last said, and by whom.</summary>
internal sealed record LockMark(DateTimeOffset Created, DateTimeOffset Updated)
{
    public string? Owner { get; init; }
}
