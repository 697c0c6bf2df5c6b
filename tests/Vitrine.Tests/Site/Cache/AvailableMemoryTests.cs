using Vitrine.Http;
using Vitrine.Site.Memory;

namespace Vitrine.Tests.Site.Cache;

public sealed class AvailableMemoryTests : IDisposable
{
    private const string Of1 = "sys/fs/cgroup/memory";
    private const string Of2 = "sys/fs/cgroup";
    private const long Megabyte = 1024 * 1024;

    private readonly FakeSystem system = new();

    private AvailableMemory Memory => AvailableMemory.Find(system.Root);

    public void Dispose() => system.Dispose();

    [Fact]
    public void Without_a_control_group_it_is_the_machine_s() =>
        Assert.Equal((FakeSystem.MachineBytes, false), (Memory.Bytes, Memory.IsOfGroup));

    [Fact]
    public void A_group_of_version_2_that_says_max_has_no_limit()
    {
        system.HasVersion2("/user.slice");
        system.Write($"{Of2}/user.slice/memory.max", "max\n");
        Assert.False(Memory.IsOfGroup);
    }

    [Theory]
    [InlineData("67108864", "max", "max", "max", 64)]
    [InlineData("max", "134217728", "max", "max", 128)]
    [InlineData("268435456", "134217728", "max", "max", 128)]
    [InlineData("134217728", "268435456", "max", "max", 128)]
    [InlineData("134217728", "max", "100663296", "max", 96)]
    [InlineData("134217728", "max", "max", "67108864", 64)]
    public void Of_nested_groups_of_version_2_the_tightest_counts(
        string own, string around, string ownHigh, string aroundHigh, int megabytes)
    {
        system.HasVersion2("/kube/pod 1/vitrine");
        system.Write($"{Of2}/kube/pod 1/vitrine/memory.max", own + "\n");
        system.Write($"{Of2}/kube/pod 1/vitrine/memory.high", ownHigh + "\n");
        system.Write($"{Of2}/kube/memory.max", around + "\n");
        system.Write($"{Of2}/kube/memory.high", aroundHigh + "\n");
        Assert.Equal((megabytes * Megabyte, true), (Memory.Bytes, Memory.IsOfGroup));
    }

    [Theory]
    [InlineData("134217728", "9223372036854771712", 128)]
    [InlineData("9223372036854771712", "67108864", 64)]
    public void Of_nested_groups_of_version_1_too(string own, string around, int megabytes)
    {
        system.HasVersion1("/docker/abc");
        system.Write($"{Of1}/docker/abc/memory.limit_in_bytes", own + "\n");
        system.Write($"{Of1}/docker/memory.limit_in_bytes", around + "\n");
        system.Write($"{Of1}/memory.limit_in_bytes", "9223372036854771712\n");
        Assert.Equal(megabytes * Megabyte, Memory.Bytes);
    }

    // Inside a container only its own part of the tree is mounted, at the top; with a namespace for groups its own is
    // called "/" there, and without one by its name outside.
    [Theory]
    [InlineData(1, "/docker/abc", "/docker/abc")]
    [InlineData(1, "/", "/")]
    [InlineData(1, "/", "/docker/abc")]
    [InlineData(2, "/system.slice/docker-abc.scope", "/system.slice/docker-abc.scope")]
    [InlineData(2, "/", "/")]
    [InlineData(2, "/../elsewhere", "/")]
    public void A_container_finds_its_own_at_the_top(int version, string group, string part)
    {
        if (version == 1) system.HasVersion1(group, part);
        else system.HasVersion2(group, part);
        system.Write(version == 1 ? $"{Of1}/memory.limit_in_bytes" : $"{Of2}/memory.max", "67108864\n");
        Assert.Equal((64 * Megabyte, true), (Memory.Bytes, Memory.IsOfGroup));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("4:memory")]
    [InlineData("31 23 0:26")]
    [InlineData("31 23 0:26 / /sys/fs/cgroup rw - cgroup2")]
    public void What_makes_no_sense_bounds_nothing(string text)
    {
        system.Write("proc/self/cgroup", text);
        system.Write("proc/self/mountinfo", text);
        Assert.False(Memory.IsOfGroup);
    }

    [Fact]
    public void A_cache_has_an_eighth_of_it_and_no_more_than_it_would_have_anyway()
    {
        var limits = new Limits();
        Assert.Equal(limits.CacheBytes, Memory.WithRoom(limits).CacheBytes);
        system.HasVersion2("/");
        system.Write($"{Of2}/memory.max", "67108864");
        Assert.Equal(8 * Megabyte, Memory.WithRoom(limits).CacheBytes);
        Assert.Equal(Megabyte, Memory.WithRoom(limits with { CacheBytes = Megabyte }).CacheBytes);
    }

    // What the kernel has in memory of files it can take back, and it fills a group as a rule.
    [Theory]
    [InlineData(1, 30, 1000, Shortage.None)]
    [InlineData(1, 80, 20, Shortage.Near)]
    [InlineData(1, 95, 5, Shortage.Acute)]
    [InlineData(2, 30, 1000, Shortage.None)]
    [InlineData(2, 80, 20, Shortage.Near)]
    [InlineData(2, 95, 5, Shortage.Acute)]
    public void A_group_is_short_of_memory_by_what_cannot_be_taken_back(
        int version, int held, int files, object expected)
    {
        if (version == 1)
        {
            system.HasVersion1("/");
            system.Write($"{Of1}/memory.limit_in_bytes", $"{100 * Megabyte}");
            system.Write(
                $"{Of1}/memory.stat",
                $"cache 1\nrss 2\ntotal_cache {files * Megabyte}\ntotal_rss {Megabyte}\n"
                + $"total_shmem {(held - 1) * Megabyte}\n");
        }
        else
        {
            system.HasVersion2("/");
            system.Write($"{Of2}/memory.max", $"{100 * Megabyte}");
            system.Write(
                $"{Of2}/memory.stat", $"anon {Megabyte}\nfile {files * Megabyte}\nshmem {(held - 1) * Megabyte}\n");
        }
        Assert.Equal(expected, Memory.Look());
    }

    [Theory]
    [InlineData("0.00", Shortage.None)]
    [InlineData("4.20", Shortage.Near)]
    [InlineData("25.00", Shortage.Acute)]
    public void It_is_short_where_processes_wait_for_it(string percent, object expected)
    {
        system.HasVersion2("/");
        system.Write($"{Of2}/memory.max", $"{100 * Megabyte}");
        system.Stalls($"{Of2}/memory.pressure", percent);
        Assert.Equal(expected, Memory.Look());
        system.Stalls($"{Of2}/memory.pressure", "0.00");
        system.Stalls("proc/pressure/memory", percent);
        Assert.Equal(expected, Memory.Look());
    }

    [Fact]
    public void This_machine_says_how_much_there_is()
    {
        var memory = AvailableMemory.Find();
        Assert.InRange(memory.Bytes, 32 * Megabyte, 1L << 46);
    }
}
