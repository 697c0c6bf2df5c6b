using Vitrine.Http;
using Vitrine.Http.Head;
using Vitrine.Http.Replies;
using Vitrine.Http.Text;
using Vitrine.Site.Answering;
using Vitrine.Site.Cache;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Loading;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Pages;
using Vitrine.Tests.Http.Head;
using Vitrine.Tests.Simulation.Faults;

namespace Vitrine.Tests.Site;

/// <summary>What the simulation of faults found, reduced: see <see cref="FaultSimulation"/>.</summary>
public sealed class FailingDiskTests : IDisposable
{
    private readonly SimulatedClock clock = new(tickMs: 4);
    private readonly SimulatedDisk disk;
    private readonly DiskFolder folder;

    public FailingDiskTests()
    {
        var histories = new Histories();
        disk = new SimulatedDisk(clock, histories) { Meanwhile = () => { } };
        folder = new DiskFolder(disk, new Weather(new Random(1), clock, histories) { IsFair = true });
        foreach (var name in (string[])["a.txt", SimulatedDisk.Bad]) disk.Put(name, new byte[70_000], clock.FileTimeNs);
        clock.Pass(10_000);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("/bad.txt", Status.InternalServerError)]
    [InlineData("/a.txt", Status.Ok)] // the control
    public void A_file_that_the_disk_cannot_read_is_given_up(string path, Status status)
    {
        Assert.Equal(status, Resolve(path)?.Status);
        Assert.Equal(0, disk.OpenFiles);
    }

    [Fact]
    public void A_file_that_changes_whenever_it_is_read_is_unavailable_and_no_failure_of_the_disk()
    {
        disk.Meanwhile = () =>
        {
            if (disk.OpenFiles > 0) disk.Write("a.txt", new byte[70_000], lastsMs: 0);
        };
        Assert.Equal(Status.ServiceUnavailable, Resolve("/a.txt")?.Status);
        Assert.Equal(0, disk.OpenFiles);
    }

    // Where there are several, what is to be sent is not one window: the file was read at -1.
    [Fact]
    public void Of_several_ranges_the_last_is_looked_for_in_memory()
    {
        var limits = new Limits { CacheBytes = 0 };
        var budget = new MemoryBudget(limits);
        var bodies = new Bodies(folder, new Representations(limits, budget, new SiteClock(clock)));
        var facts = disk.Find("a.txt")!.Facts;
        var content = Representation.OnDisk(facts.Length, "text/plain", new Metadata("\"a\"", null, null));
        var reply = Reply.Ranges(content, [new ByteRange(0, 10), new ByteRange(60_000, 10)]);
        var outcome = new Outcome(Status.Ok, content, new Evidence("/a.txt"u8.ToArray(), facts), IsKept: true);
        Assert.True(bodies.TryTake(Heads.Parse("GET /a.txt HTTP/1.1", "Host: a"), outcome, [], ref reply));
        Assert.NotNull(reply.File);
        reply.File.Release();
        Assert.Equal(0, disk.OpenFiles);
    }

    private Outcome? Resolve(string path)
    {
        var systems = new SiteClock(clock);
        var limits = new Limits { MappedBodies = 0 };
        var budget = new MemoryBudget(limits);
        var resolver = new Resolver(
            folder, limits, new Freshness(limits, systems), listing: false, new ErrorPages(), systems,
            new BodyMemory(budget), new EncodedFiles(null), new Representations(limits, budget, systems));
        var resolution = new Resolution(System.Text.Encoding.ASCII.GetBytes(path), null);
        for (var i = 0; i < 1_000; i++)
        {
            if (resolver.Resolve(resolution) is { } outcome) return outcome;
            clock.Pass(resolution.AgainInMs);
        }
        return null;
    }
}
