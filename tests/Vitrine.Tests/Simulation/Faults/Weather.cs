using Vitrine.Site.Origins;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// Which faults come, below the transport and below the files. What may explain a reply is written down.
/// </summary>
internal sealed class Weather(Random random, SimulatedClock clock, Histories histories)
{
    private const int SeasonLength = 100;

    public Season Season { get; private set; }

    /// <summary>Whether nothing goes wrong but what always does.</summary>
    public bool IsFair { get; init; }

    /// <summary>How many faults there were.</summary>
    public long Faults { get; private set; }

    /// <summary>Whether a call is interrupted before it did anything (EINTR).</summary>
    public bool Interrupts => Happens(Season.Short, 8, 100);

    /// <summary>Whether a read or write of several bytes comes short.</summary>
    public bool ComesShort => Happens(Season.Short, 2, 40);

    /// <summary>Whether a socket says "not now" for no reason.</summary>
    public bool Hesitates => Happens(Season.Cold, 4, 40);

    /// <summary>Whether a connection breaks.</summary>
    public bool Breaks => Happens(Season.Failing, 300, 3_000);

    /// <summary>Whether a connection is gone before it is accepted (ECONNABORTED).</summary>
    public bool AbortsAccept => Happens(Season.Failing, 50, 500);

    /// <summary>Whether there is no descriptor, or no memory.</summary>
    public bool IsExhausted => Happens(Season.Exhausted, 3, 2_000);

    /// <summary>Time goes on.</summary>
    public void Turn()
    {
        if (random.Next(Season == Season.Busy ? 4 * SeasonLength : SeasonLength) != 0) return;
        var next = random.Next(2 * (int)Season.Busy);
        Season = next > (int)Season.Busy ? Season.Calm : (Season)next;
    }

    /// <summary>What happens to a call by a file's name.</summary>
    public OpenError StrikeName(string name, Blocking blocking)
    {
        if (blocking == Blocking.Refused && Happens(Season.Cold, 2, 12)) return OpenError.WouldBlock;
        if (SimulatedDisk.HasBadSectors(name)) return OpenError.None; // its one fault is not hidden by others
        if (IsExhausted) return Note(name, Trouble.Descriptors, OpenError.Exhausted);
        if (Happens(Season.Failing, 6, 2_000)) return Note(name, Trouble.Disk, OpenError.Failed);
        return Happens(Season.Failing, 40, 4_000)
            ? Note(name, Trouble.Rights, OpenError.Forbidden)
            : OpenError.None;
    }

    /// <summary>Whether a file cannot be read (EIO).</summary>
    public bool FailsToRead(string name)
    {
        if (!SimulatedDisk.HasBadSectors(name) && !Happens(Season.Failing, 8, 4_000)) return false;
        Note(name, Trouble.Disk, OpenError.Failed);
        return true;
    }

    /// <summary>Whether an open file cannot be looked at.</summary>
    public bool FailsToLook(string name)
    {
        if (!Happens(Season.Failing, 50, 8_000)) return false;
        Note(name, Trouble.Disk, OpenError.Failed);
        return true;
    }

    /// <summary>Whether what is read is not in memory.</summary>
    public bool IsCold => Happens(Season.Cold, 2, 4);

    /// <summary>At most so many bytes, sometimes fewer, and one at least.</summary>
    public int Cut(int count) => count > 1 && ComesShort ? random.Next(1, count) : count;

    private bool Happens(Season season, int oneIn, int oneInElse)
    {
        if (IsFair || random.Next(Season == season ? oneIn : oneInElse) != 0) return false;
        Faults++;
        return true;
    }

    private OpenError Note(string name, Trouble trouble, OpenError error)
    {
        histories.Of(name).Note(trouble, clock.NowMs);
        return error;
    }
}
