namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// Time: a running clock, which stands still or leaps ahead, and the wall's, which is set back and forth. Files have
/// the wall's, as it was when the kernel's tick began.
/// </summary>
internal sealed class SimulatedClock(int tickMs) : TimeProvider
{
    private const long NsOfMs = 1_000_000;
    private const long NsOfSecond = 1_000_000_000;

    private readonly List<(long SinceMs, long AheadNs)> settings = [(0, 1_700_000_000 * NsOfSecond)];

    /// <summary>Is told when time is going to pass, and until when.</summary>
    public Action<long>? BeforePassing { get; set; }

    public long NowMs { get; private set; } = 1_000;

    public long UnixSeconds => WallNs / NsOfSecond;

    /// <summary>The latest that the wall clock ever said.</summary>
    public long LatestSeconds { get; private set; }

    /// <summary>The time that a change of a file leaves behind.</summary>
    public long FileTimeNs => NowMs / tickMs * tickMs * NsOfMs + settings[^1].AheadNs;

    public override long TimestampFrequency => 1_000;

    private long WallNs => NowMs * NsOfMs + settings[^1].AheadNs;

    public override long GetTimestamp() => NowMs;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(WallNs / 100);

    public void Pass(long ms)
    {
        BeforePassing?.Invoke(NowMs + ms);
        NowMs += ms;
        LatestSeconds = Math.Max(LatestSeconds, UnixSeconds);
    }

    /// <summary>Somebody sets the wall clock.</summary>
    public void Set(long byNs)
    {
        BeforePassing?.Invoke(long.MaxValue);
        settings.Add((NowMs, settings[^1].AheadNs + byNs));
        LatestSeconds = Math.Max(LatestSeconds, UnixSeconds);
    }

    /// <summary>The earliest that the wall clock said between the two.</summary>
    public long EarliestSeconds(long fromMs, long toMs)
    {
        var (earliest, end) = (long.MaxValue, long.MaxValue);
        for (var i = settings.Count - 1; i >= 0 && end >= fromMs; i--)
        {
            var (since, ahead) = settings[i];
            if (since <= toMs)
                earliest = Math.Min(earliest, (Math.Max(since, fromMs) * NsOfMs + ahead) / NsOfSecond);
            end = since;
        }
        return earliest;
    }

    /// <summary>Whether the wall clock said so at some time between the two.</summary>
    public bool HasSaid(long unixSeconds, long fromMs, long toMs)
    {
        var end = long.MaxValue;
        for (var i = settings.Count - 1; i >= 0 && end >= fromMs; i--)
        {
            var (since, ahead) = settings[i];
            var first = (Math.Max(since, fromMs) * NsOfMs + ahead) / NsOfSecond;
            var last = (Math.Min(end, toMs) * NsOfMs + ahead) / NsOfSecond;
            if (first <= unixSeconds && unixSeconds <= last) return true;
            end = since;
        }
        return false;
    }
}
