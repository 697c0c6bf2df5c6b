using System.Globalization;

namespace Vitrine.Attacks.Harness;

/// <summary>What of the machine's memory is no process's own.</summary>
internal static class Memory
{
    private const int PageBytes = 4096;

    /// <summary>Bytes of files that are in memory alone.</summary>
    public static long Shared => Usage.KilobytesOf("/proc/meminfo", "Shmem:") * 1024;

    /// <summary>Bytes that the kernel has for TCP.</summary>
    public static long OfSockets
    {
        get
        {
            // As in "TCP: inuse 12 orphan 0 tw 3 alloc 14 mem 15".
            var lines = File.ReadLines("/proc/net/sockstat");
            var tcp = lines.First(line => line.StartsWith("TCP:", StringComparison.Ordinal));
            return long.Parse(tcp.Split(' ')[^1], CultureInfo.InvariantCulture) * PageBytes;
        }
    }
}
