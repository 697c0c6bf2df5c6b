namespace Vitrine.Net;

/// <summary>One event.</summary>
/// <param name="Token">The token given at <see cref="ITransport.Register"/>; 0 for a listener.</param>
/// <param name="Readiness">What it says.</param>
public readonly record struct TransportEvent(long Token, Readiness Readiness);
