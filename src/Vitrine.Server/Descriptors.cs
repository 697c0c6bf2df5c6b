using System.Globalization;
using Vitrine.Http;

namespace Vitrine.Server;

/// <summary>
/// How many connections the process has descriptors for. A connection more is told 503; without this it would
/// wait unaccepted, and there would be none left to open a file with.
/// </summary>
internal static class Descriptors
{
    private const int Fewest = 16;
    private const int Reserve = 64;

    /// <summary>The limits with no more descriptors for a cache than there is room for.</summary>
    public static Limits WithRoom(Limits limits) =>
        OperatingSystem.IsLinux() && TryRead(out var most, out _)
            ? limits with
            {
                CachedOpenFiles = (int)Math.Clamp(most / 8, 1, limits.CachedOpenFiles),
                MappedBodies = (int)Math.Min(most / 8, limits.MappedBodies),
            }
            : limits;

    /// <summary>Descriptors that are left when what is in use and what files need is taken off.</summary>
    public static int RoomForConnections(Limits limits)
    {
        if (!OperatingSystem.IsLinux() || !TryRead(out var most, out var inUse)) return int.MaxValue;
        var forFiles = Math.Min(limits.CachedOpenFiles + limits.MappedBodies + Reserve, most / 4);
        // A ninth of the rest is for those that are told that there is no room.
        var room = (most - inUse - forFiles) * 8 / 9;
        return (int)Math.Clamp(room, Fewest, int.MaxValue);
    }

    private static bool TryRead(out long most, out int inUse)
    {
        most = inUse = 0;
        try
        {
            var line = File.ReadLines("/proc/self/limits")
                .FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
            var fields = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            inUse = Directory.GetFileSystemEntries("/proc/self/fd").Length;
            return fields is { Length: > 3 } && long.TryParse(fields[3], CultureInfo.InvariantCulture, out most);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // a system without /proc, or a sandbox
        }
    }
}
