namespace Vitrine.Tests.Site.Cache;

/// <summary>A folder that says of memory and control groups what a system says of them.</summary>
internal sealed class FakeSystem : IDisposable
{
    public const long MachineBytes = 8_000_000L * 1024;

    private readonly TemporaryFolder folder = new();

    public FakeSystem() => HasMemory(freePercent: 50);

    public string Root => folder.Root;

    public void Dispose() => folder.Dispose();

    public void Write(string name, string content) => folder.Write(name, content);

    public void HasMemory(int freePercent) => Write(
        "proc/meminfo",
        $"MemTotal:        8000000 kB\nMemFree:           10000 kB\nMemAvailable:    {80_000 * freePercent} kB\n");

    public void Stalls(string name, string percent) => Write(
        name,
        $"some avg10={percent} avg60=0.00 avg300=0.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");

    /// <summary>Version 2 alone, as most systems have it; the part of the tree that is seen at the top.</summary>
    public void HasVersion2(string group, string part = "/")
    {
        Write("proc/self/cgroup", $"0::{group}\n");
        Write(
            "proc/self/mountinfo",
            "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n"
            + $"31 23 0:26 {part} /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n");
    }

    /// <summary>Version 1, with version 2 beside it for other things.</summary>
    public void HasVersion1(string group, string part = "/")
    {
        Write("proc/self/cgroup", $"9:name=systemd:/\n4:memory:{group}\n1:cpu,cpuacct:/elsewhere\n0::/\n");
        Write(
            "proc/self/mountinfo",
            "31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755\n"
            + "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
            + $"35 31 0:32 {part} /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
            + "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw\n");
    }
}
