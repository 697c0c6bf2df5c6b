namespace Vitrine.Acme.State;

/// <summary>That there is no certificate yet: how often it failed in a row, and when it is tried again.</summary>
internal sealed record Setback(int Failures, DateTimeOffset Next, string Reason);
