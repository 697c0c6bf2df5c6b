using System.Globalization;
using Vitrine.Http;

namespace Vitrine.Server.Workers;

/// <summary>
/// How many connections the process has descriptors for. A connection more is told 503; without this it would
/// wait unaccepted, and there would be none left to open a file with.
/// </summary>
internal static class Descriptors
{
    private const int Fewest = 16;
    private const int Reserve = 64;
    private const int AdminShare = 16;

    // A connection, a file beside it, what a look at either takes for a moment, what waits for signals, and a copy.
    private const int LeastToServe = 10;
    private const int TooManyOpenFiles = 24; // EMFILE

    /// <summary>The limits with no more descriptors for a cache than there is room for.</summary>
    public static Limits WithRoom(Limits limits)
    {
        if (!OperatingSystem.IsLinux() || !TryRead(out var most, out _)) return limits;
        // A file in memory is a file: one that is larger than this process may make would end it (SIGXFSZ).
        var mayBeMapped = LimitOf("Max file size") >= Math.Max(limits.CachedBodyBytes, limits.HotBodyBytes);
        return limits with
        {
            CachedOpenFiles = (int)Math.Clamp(most / 4, 1, limits.CachedOpenFiles),
            SpoolBytes = LimitOf("Max file size") == long.MaxValue ? limits.SpoolBytes : 0,
            MappedBodies = mayBeMapped ? (int)Math.Min(most / 8, limits.MappedBodies) : 0,
        };
    }

    /// <summary>Descriptors that are left when what is in use and what files need is taken off.</summary>
    public static int RoomForConnections(Limits limits)
    {
        if (!OperatingSystem.IsLinux() || !TryRead(out var most, out var inUse)) return int.MaxValue;
        var forFiles = Math.Min(limits.CachedOpenFiles + limits.MappedBodies, most * 3 / 8)
            + Math.Min(Reserve, most / 8);
        // A ninth of the rest is for those that are told that there is no room.
        var room = (most - inUse - forFiles) * 8 / 9;
        return (int)Math.Clamp(room, Fewest, int.MaxValue);
    }

    /// <summary>How many of so many connections to the admin port there are descriptors for.</summary>
    public static int RoomForAdmin(int wanted) => OperatingSystem.IsLinux() && TryRead(out var most, out _)
        ? (int)Math.Clamp(most / AdminShare, 1, wanted)
        : wanted;

    /// <summary>Makes sure that there are some left to serve with, now that all that is kept is open.</summary>
    /// <exception cref="IOException">There are not.</exception>
    public static void CheckRoom()
    {
        if (OperatingSystem.IsLinux() && TryRead(out var most, out var inUse) && most - inUse < LeastToServe)
            throw new IOException($"{most} descriptors are too few", TooManyOpenFiles);
    }

    private static bool TryRead(out long most, out int inUse)
    {
        most = inUse = 0;
        try
        {
            most = LimitOf("Max open files");
            inUse = Directory.GetFileSystemEntries("/proc/self/fd").Length;
            return most >= 0;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false; // a system without /proc, or a sandbox
        }
    }

    // The soft one; -1 when it is not known.
    private static long LimitOf(string name)
    {
        var line = File.ReadLines("/proc/self/limits")
            .FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var value = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return value == "unlimited" ? long.MaxValue
            : long.TryParse(value, CultureInfo.InvariantCulture, out var limit) ? limit
            : -1;
    }
}
