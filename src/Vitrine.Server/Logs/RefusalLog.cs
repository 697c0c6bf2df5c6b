using Vitrine.Http.Replies;
using Vitrine.Net;

namespace Vitrine.Server.Logs;

/// <summary>
/// Tells of refusals, but of no more than a few in a second: the others are counted, so that nobody fills a disk by
/// being refused.
/// </summary>
internal sealed class RefusalLog(Journal journal) : IRefusalLog, IDisposable
{
    /// <summary>So many lines are written in a second, and one that counts the others.</summary>
    public const int MostASecond = 10;

    private static readonly Refusal Others = new(null, "");

    private readonly Lock gate = new();
    private long second;
    private int told;
    private long untold;

    /// <inheritdoc/>
    public void Refused(in ConnectionInfo connection, Refusal refusal)
    {
        lock (gate)
        {
            var now = Environment.TickCount64 / 1000;
            if (now != second)
            {
                TellOthers();
                (second, told) = (now, 0);
            }
            if (told == MostASecond)
            {
                untold++;
                return;
            }
            told++;
        }
        journal.Refused(connection, refusal, 0);
    }

    /// <summary>Writes out what is left.</summary>
    public void Dispose()
    {
        lock (gate) TellOthers();
        journal.Dispose();
    }

    private void TellOthers()
    {
        if (untold > 0) journal.Refused(default, Others, untold);
        untold = 0;
    }
}
