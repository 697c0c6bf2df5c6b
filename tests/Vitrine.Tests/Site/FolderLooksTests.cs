using System.Text;
using Vitrine.Http;
using Vitrine.Site.Looking;
using Vitrine.Site.Origins;
using Vitrine.Tests.Simulation.Faults;

namespace Vitrine.Tests.Site;

/// <summary>What is remembered of folders has its bounds, beyond which a site goes on with looks at the disk.</summary>
public sealed class FolderLooksTests : IDisposable
{
    private const int MostFolders = 10_000;
    private const int MostNames = 1_000_000;
    private const int Minute = 60_000;

    private readonly SimulatedClock clock = new(tickMs: 4);
    private readonly CountedFolder folder = new();
    private readonly FolderLooks looks;

    public FolderLooksTests()
    {
        var systems = new SiteClock(clock);
        looks = new FolderLooks(folder, new Freshness(new Limits { FreshnessMs = int.MaxValue }, systems), systems);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_more_folders_are_than_are_remembered_is_forgotten_once_a_minute()
    {
        folder.NamesInEach = 1;
        Fill(0, MostFolders);
        Assert.True(IsKnown(0));
        Learn(MostFolders); // all are forgotten, for the first time
        Assert.Equal((false, true), (IsKnown(0), IsKnown(MostFolders)));
        Fill(0, MostFolders - 1);
        folder.Reads = 0;
        Fill(MostFolders + 1, 100); // of those that are not remembered no names are read
        Assert.Equal((0, true), (folder.Reads, IsKnown(0)));
        clock.Pass(Minute);
        Learn(MostFolders + 1);
        Assert.Equal((1, false, true), (folder.Reads, IsKnown(0), IsKnown(MostFolders + 1)));
    }

    [Fact]
    public void More_names_than_are_remembered_are_forgotten_once_a_minute()
    {
        folder.NamesInEach = 50_000;
        const int Full = MostNames / 50_000;
        Fill(0, Full);
        Assert.True(IsKnown(0));
        Learn(Full); // all are forgotten, for the first time
        Assert.False(IsKnown(0));
        Fill(0, Full);
        Learn(Full);
        Assert.Equal((true, false), (IsKnown(0), IsKnown(Full)));
        clock.Pass(Minute);
        Learn(Full);
        Assert.False(IsKnown(0));
        Learn(Full);
        Assert.True(IsKnown(Full));
    }

    // As where there are too many, or the file system is not believed.
    [Fact]
    public void A_folder_whose_names_cannot_be_read_is_not_read_again_until_it_changes()
    {
        folder.NamesInEach = -1;
        for (var i = 0; i < 10; i++)
        {
            Learn(1);
            clock.Pass(Minute);
        }
        Assert.Equal(1, folder.Reads);
        folder.ChangedNs++;
        folder.NamesInEach = 1;
        Learn(1); // it is seen to be another
        clock.Pass(Minute);
        Learn(1);
        Assert.True(IsKnown(1));
    }

    private void Fill(int first, int count)
    {
        for (var i = first; i < first + count; i++) Learn(i);
    }

    // Not more often than once a second are the names of one folder read.
    private void Learn(int i)
    {
        clock.Pass(1);
        looks.Learn(Encoding.ASCII.GetBytes($"/{i}/nothing"));
    }

    private bool IsKnown(int i) => looks.IsMissing(Encoding.ASCII.GetBytes($"/{i}/nothing"));

    /// <summary>A folder of as many folders as are asked for.</summary>
    private sealed class CountedFolder : Folder
    {
        public int NamesInEach { get; set; }

        public int Reads { get; set; }

        public override string Root => "/";

        public override OpenError Look(ReadOnlySpan<byte> path, Blocking blocking, out FileFacts facts)
        {
            facts = Facts;
            return OpenError.None;
        }

        public override NameSet? ReadNames(ReadOnlySpan<byte> path, int most, out FileFacts facts)
        {
            Reads++;
            facts = Facts;
            if (NamesInEach < 0) return null;
            return new NameSet([.. Enumerable.Range(0, NamesInEach).Select(i => (ulong)i)]);
        }

        public override OpenError TryOpenFile(ReadOnlySpan<byte> path, Blocking blocking, out FolderFile? file) =>
            throw new NotSupportedException();

        public override OpenError TryReopenFile(ReadOnlySpan<byte> path, in FileFacts known, out FolderFile? file) =>
            throw new NotSupportedException();

        public override bool TryReadCached(
            ReadOnlySpan<byte> path, in FileFacts known, long position, Span<byte> destination) => false;

        public override OpenError TryList(ReadOnlySpan<byte> path, int most, out FolderList? list) =>
            throw new NotSupportedException();

        public override void Dispose()
        {
        }

        public long ChangedNs { get; set; } = 1_000;

        private FileFacts Facts => new(FileKind.Folder, 1, 1, 0, 1_000, ChangedNs, 1);
    }
}
