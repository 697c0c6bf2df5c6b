namespace Vitrine.Tests.Simulation.Faults;

/// <summary>Those who change files while they are served.</summary>
internal sealed class DiskChanges
{
    private const long NsOfSecond = 1_000_000_000;

    // By when a write has to be over to be over before its time counts as settled.
    private const int MostWriteMs = 8;

    private const int SmallBytes = 3_000;

    private readonly Random random;
    private readonly SimulatedClock clock;
    private readonly SimulatedDisk disk;
    private readonly Weather weather;
    private ulong state = 88_172_645_463_325_252;
    private string busy = "a.txt";

    public DiskChanges(Random random, SimulatedClock clock, SimulatedDisk disk, Weather weather)
    {
        this.random = random;
        this.clock = clock;
        this.disk = disk;
        this.weather = weather;
        foreach (var name in (string[])[.. SimulatedDisk.Files, SimulatedDisk.Bad, SimulatedDisk.Locked, ".secret"])
            disk.Put(name, Make(name), clock.FileTimeNs - random.Next(5) * NsOfSecond);
        disk.Meanwhile = () =>
        {
            if (random.Next(weather.Season == Season.Busy ? 15 : 150) == 0) Change();
        };
    }

    /// <summary>How many changes there were.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the file of that name may be one that is kept open.</summary>
    public static bool IsLarge(string name) => LengthOf(name) > SmallBytes;

    /// <summary>Somebody changes something.</summary>
    public void Change()
    {
        Count++;
        if (random.Next(200) == 0) busy = SimulatedDisk.Files[random.Next(SimulatedDisk.Files.Length)];
        var name = weather.Season == Season.Busy && random.Next(10) != 0
            ? busy
            : SimulatedDisk.Files[random.Next(SimulatedDisk.Files.Length)];
        if (disk.Find(name) is not { } file)
        {
            disk.Put(name, Make(name), TimeOfNew());
            return;
        }
        if (name.EndsWith(".log", StringComparison.Ordinal) || name.StartsWith("log", StringComparison.Ordinal))
        {
            Log(name, file);
            return;
        }
        switch (random.Next(12))
        {
            case 0 or 1 or 2:
                disk.Write(name, Fill(file.Facts.Length), WriteMs());
                break;
            case 3 or 4:
                disk.Write(name, Make(name), WriteMs());
                break;
            case 5 or 6:
                disk.Put(name, Make(name), TimeOfNew());
                break;
            case 7:
                disk.Put(name, Fill(file.Facts.Length), TimeOfNew()); // of the same length
                break;
            case 8:
                disk.Write(name, [.. file.Bytes.Take(random.Next(file.Bytes.Length + 1))], 0);
                break;
            case 9:
                disk.Delete(name);
                break;
            case 10:
                disk.SetTimes(name, random.Next(2) == 0 ? null : Old());
                break;
            default:
                // As copying with preserved times does it.
                disk.Write(name, Fill(file.Facts.Length), 0);
                disk.SetTimes(name, Old());
                break;
        }
    }

    // It only grows, and at times it starts anew in another file.
    private void Log(string name, Inode file)
    {
        if (file.Unwritten is not null) return;
        if (file.Bytes.Length > 3 * LengthOf(name)) disk.Put(name, Fill(20), clock.FileTimeNs);
        else disk.Write(name, [.. file.Bytes, .. Fill(random.Next(1, 1 + LengthOf(name) / 8))], WriteMs());
    }

    private byte[] Make(string name) =>
        Fill(random.Next(20) == 0 ? 0 : random.Next(LengthOf(name) / 3, LengthOf(name)));

    private static int LengthOf(string name) => name[0] == 'h' ? 150_000 : name[0] == 'l' ? 24_000 : SmallBytes;

    private int WriteMs() => random.Next(2) == 0 ? 0 : random.Next(1, MostWriteMs);

    // A file that was written elsewhere and is put here: it may be older than the one before.
    private long TimeOfNew() => random.Next(3) == 0 ? clock.FileTimeNs : Old();

    private long Old() => clock.FileTimeNs - random.NextInt64(20 * NsOfSecond);

    // No two places of no two states are alike, so that a mix of them is seen.
    private byte[] Fill(long length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < bytes.Length; i += sizeof(ulong))
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            for (var (rest, at) = (state, i); at < Math.Min(i + sizeof(ulong), bytes.Length); at++, rest >>= 8)
                bytes[at] = (byte)rest;
        }
        return bytes;
    }
}
