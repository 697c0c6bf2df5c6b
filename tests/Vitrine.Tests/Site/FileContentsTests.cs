using Vitrine.Http;
using Vitrine.Http.Text;
using Vitrine.Site;
using Vitrine.Site.Content;
using Vitrine.Site.Finding;
using Vitrine.Site.Looking;
using Vitrine.Site.Memory;
using Vitrine.Site.Origins;
using Vitrine.Site.Origins.Portable;

namespace Vitrine.Tests.Site;

public class FileContentsTests
{
    private static readonly long LongAgoNs = 1_000_000_000_000_000_000;

    // A tag is strong if it says that no byte is another (RFC 9110 section 8.8.1).
    [Fact]
    public void A_large_file_of_which_length_and_time_is_all_that_is_known_has_a_weak_tag()
    {
        using var temporary = new TemporaryFolder();
        temporary.Write("large.bin", new string('x', 2_000));
        temporary.Write("small.bin", new string('x', 1_000));
        var contents = new FileContents(
            new Limits { CachedBodyBytes = 1_000 },
            new FileTimes(SiteClock.System),
            new BodyMemory(new MemoryBudget(new Limits())),
            new ContentTags(),
            null);
        bool IsWeak(Folder folder, ReadOnlySpan<byte> path)
        {
            Assert.Equal(OpenError.None, folder.TryOpenFile(path, Blocking.Allowed, out var file));
            var content = contents.TryMake(
                file!, BodyPlace.OpenFile, "text/plain", default, Blocking.Allowed)!;
            content.File?.Release();
            Assert.True(EntityTag.IsValid(content.EntityTag));
            return EntityTag.IsWeak(content.EntityTag);
        }

        using var portable = new PortableFolder(temporary.Root);
        Assert.True(IsWeak(portable, "/large.bin"u8));
        Assert.False(IsWeak(portable, "/small.bin"u8));
        if (!OperatingSystem.IsLinux()) return;
        using var folder = FolderOrigin.Open(temporary.Root);
        Assert.False(IsWeak(folder, "/large.bin"u8));
    }

    [Fact]
    public void Times_are_whole_seconds_only_where_both_are()
    {
        var facts = new FileFacts(FileKind.Folder, 1, 2, 0, LongAgoNs, LongAgoNs, 1);
        Assert.True(facts.HasWholeSeconds);
        Assert.False((facts with { ChangedNs = LongAgoNs + 1 }).HasWholeSeconds);
        Assert.False((facts with { ModifiedNs = LongAgoNs + 1 }).HasWholeSeconds);
    }
}
