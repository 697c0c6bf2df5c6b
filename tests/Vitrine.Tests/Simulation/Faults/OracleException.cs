namespace Vitrine.Tests.Simulation.Faults;

/// <summary>The server did what it may not do.</summary>
internal sealed class OracleException(string message, Exception? inner = null) : Exception(message, inner);
