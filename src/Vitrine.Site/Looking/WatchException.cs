namespace Vitrine.Site.Looking;

/// <summary>
/// The system does not tell of changes any more, or of not all of them (on Linux mostly for want of inotify watches):
/// they show within a second, as they do without being watched.
/// </summary>
public sealed class WatchException(Exception reason)
    : IOException($"some changes cannot be watched, and show within a second: {reason.Message}", reason);
