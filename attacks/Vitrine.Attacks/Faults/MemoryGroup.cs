using System.Globalization;

namespace Vitrine.Attacks.Faults;

/// <summary>A control group with a limit on memory, of either version.</summary>
internal sealed class MemoryGroup : IDisposable
{
    private const string Root = "/sys/fs/cgroup";
    private const int PatienceMs = 5_000;

    private readonly string folder;

    private MemoryGroup(string folder) => this.folder = folder;

    /// <summary>What a shell runs to be in it.</summary>
    public string Command => $"echo $$ > {folder}/cgroup.procs";

    /// <summary>Makes one; null when this machine or this user cannot.</summary>
    public static MemoryGroup? TryMake(long bytes)
    {
        var isFirst = Directory.Exists($"{Root}/memory");
        var group = new MemoryGroup($"{Root}/{(isFirst ? "memory/" : "")}vitrine-attacks-{Environment.ProcessId}");
        try
        {
            Directory.CreateDirectory(group.folder);
            File.WriteAllText(
                $"{group.folder}/{(isFirst ? "memory.limit_in_bytes" : "memory.max")}",
                bytes.ToString(CultureInfo.InvariantCulture));
            return group;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Plan.Tell($"no control group: {fault.Message}");
            if (Directory.Exists(group.folder)) group.Dispose();
            return null;
        }
    }

    public void Dispose()
    {
        // It is busy for a moment after its last process has ended.
        for (var waited = 0; ; waited += 100)
        {
            try
            {
                Directory.Delete(folder);
                return;
            }
            catch (IOException) when (waited < PatienceMs)
            {
                Thread.Sleep(100);
            }
        }
    }
}
