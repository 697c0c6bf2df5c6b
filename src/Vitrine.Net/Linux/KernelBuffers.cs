using System.Globalization;

namespace Vitrine.Net.Linux;

/// <summary>How much the kernel may queue for a connection at both of its ends.</summary>
internal static class KernelBuffers
{
    private const long Least = 16 * 1024 * 1024;
    private const long Slack = 1024 * 1024;

    /// <summary>More than both ends can hold, as this system is set up; read once.</summary>
    public static long MostQueuedBytes { get; } =
        Math.Max(Least, Largest("tcp_wmem") + Largest("tcp_rmem") + Slack);

    // Each file holds three numbers: least, default, most.
    private static long Largest(string name)
    {
        try
        {
            var numbers = File.ReadAllText($"/proc/sys/net/ipv4/{name}").Trim();
            return long.Parse(numbers[(numbers.LastIndexOf('\t') + 1)..], CultureInfo.InvariantCulture);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or FormatException)
        {
            return Least;
        }
    }
}
