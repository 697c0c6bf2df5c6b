using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Server.Logs;

/// <summary>
/// Tells of refusals, but of no more than a few in a second: the others are counted, so that nobody fills a disk by
/// being refused.
/// </summary>
internal sealed class RefusalLog : IRefusalLog, IDisposable
{
    /// <summary>So many lines are written in a second, and one that counts the others.</summary>
    public const int MostASecond = 10;

    private const int SecondMs = 1_000;

    private static readonly Refusal Others = new(null, "");

    private readonly Journal journal;
    private readonly Lock gate = new();
    private readonly Timer timer; // for when nothing more is refused
    private long second;
    private int told;
    private long untold;

    /// <summary>Tells a journal, which it then owns.</summary>
    public RefusalLog(Journal journal)
    {
        this.journal = journal;
        timer = new Timer(_ => TellOthers());
    }

    /// <inheritdoc/>
    public void Refused(in ConnectionInfo connection, Refusal refusal, int more)
    {
        lock (gate)
        {
            var now = Environment.TickCount64 / SecondMs;
            if (now != second)
            {
                TellOthers();
                (second, told) = (now, 0);
            }
            var isTold = told < MostASecond;
            if (isTold) told++;
            else more++;
            if (more > 0 && untold == 0) timer.Change(2 * SecondMs, Timeout.Infinite);
            untold += more;
            if (!isTold) return;
        }
        journal.Refused(connection, refusal, 0);
    }

    /// <summary>Writes out what is left.</summary>
    public void Dispose()
    {
        timer.Dispose();
        TellOthers();
        journal.Dispose();
    }

    private void TellOthers()
    {
        lock (gate)
        {
            if (untold > 0) journal.Refused(default, Others, untold);
            untold = 0;
        }
    }
}
