namespace Vitrine.Server.Logs;

/// <summary>
/// The log cannot be written, as to a disk that is full: the server goes on without. Told once, until it can be written
/// again.
/// </summary>
public sealed class LogException(Exception reason)
    : IOException($"the log cannot be written, and lines are lost: {reason.Message}", reason);
