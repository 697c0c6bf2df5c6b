namespace Vitrine.Tests.Site;

public class FolderSwapTests
{
    [Theory]
    [InlineData("linux", true)]
    [InlineData("linux", false)]
    [InlineData("portable", true)]
    [InlineData("portable", false)]
    public void A_folder_swapped_for_a_link_while_files_are_opened_never_leads_outside(
        string kind, bool isAbsolute)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Two names can be swapped at once on Linux alone.");
        using var outside = new TemporaryFolder();
        using var temporary = new TemporaryFolder();
        using var folder = Folders.Open(kind, temporary.Root);
        temporary.Write("swapped/a.txt", "inside");
        outside.Write("a.txt", "outside");
        temporary.Link("other", isAbsolute ? outside.Root : $"../{Path.GetFileName(outside.Root)}");
        var (swapped, other) = (temporary.PathOf("swapped"), temporary.PathOf("other"));
        var isDone = false;
        var swapper = new Thread(() =>
        {
            while (!Volatile.Read(ref isDone)) Native.Exchange(swapped, other);
        });
        swapper.Start();
        var answers = new Dictionary<string, int>();
        try
        {
            // Until each state was met; the bound is only there so that this ends if one never is.
            for (var i = 0; i < 5_000 || (answers.Count < 2 && i < 500_000); i++)
            {
                var answer = Folders.Read(folder, "/swapped/a.txt");
                answers[answer] = answers.GetValueOrDefault(answer) + 1;
            }
        }
        finally
        {
            Volatile.Write(ref isDone, true);
            swapper.Join();
        }
        Assert.Equal(["NotFound", "inside"], answers.Keys.Order(StringComparer.Ordinal));
    }
}
