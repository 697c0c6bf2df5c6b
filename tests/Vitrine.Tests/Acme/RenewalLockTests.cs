using Vitrine.Acme.State;

namespace Vitrine.Tests.Acme;

/// <summary>One of several asks for a certificate.</summary>
public sealed class RenewalLockTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("vitrine-lock-").FullName;
    private readonly HastyTime time = new(DateTimeOffset.UnixEpoch.AddYears(60));

    private string File => Path.Combine(folder, "issue_cert_example.org.lock");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void One_has_it()
    {
        using (var one = RenewalLock.TryTake(File, time))
        {
            Assert.NotNull(one);
            Assert.Null(RenewalLock.TryTake(File, time));
        }
        using var next = RenewalLock.TryTake(File, time);
        Assert.NotNull(next);
    }

    [Fact]
    public void That_of_a_process_that_has_ended_is_taken_over()
    {
        var dead = RenewalLock.TryTake(File, time)!; // never said again that it is held
        time.Pass(TimeSpan.FromSeconds(20));
        using (var next = RenewalLock.TryTake(File, time))
        {
            Assert.NotNull(next);
            // Should it wake up after all, it does not take away what is another's.
            dead.Dispose();
            Assert.Null(RenewalLock.TryTake(File, time));
        }
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void Nobody_waits_for_one_that_is_damaged()
    {
        System.IO.File.WriteAllText(File, "");
        Assert.Null(RenewalLock.TryTake(File, time)); // it may be written just now
        System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow.AddMinutes(-1));
        using var taken = RenewalLock.TryTake(File, time);
        Assert.NotNull(taken);
    }

    [Fact]
    public void Of_many_that_find_one_that_is_left_one_gets_it()
    {
        for (var round = 0; round < 200; round++)
        {
            _ = RenewalLock.TryTake(File, time);
            time.Pass(TimeSpan.FromMinutes(1));
            var taken = new RenewalLock?[8];
            Parallel.For(0, taken.Length, i => taken[i] = RenewalLock.TryTake(File, time));
            Assert.InRange(taken.Count(one => one is not null), 0, 1);
            time.Pass(TimeSpan.FromMinutes(1));
        }
    }
}
