using Vitrine.Testing.Corpus;

namespace Vitrine.Attacks.Corpus;

/// <summary>Compares what a server did with what it must do.</summary>
internal static class Judge
{
    /// <summary>The verdict.</summary>
    public static Verdict Of(CorpusOutcome demanded, CorpusOutcome seen)
    {
        if (seen.Equals(demanded)) return Verdict.AsDemanded;
        if (MustRefuse(demanded)) return OfRefusal(demanded, seen);
        if (seen.End == CorpusEnd.Wait && demanded.End != CorpusEnd.Wait) return Verdict.Waits;
        var (due, came) = (demanded.Statuses, seen.Statuses);
        for (var i = 0; i < Math.Min(due.Count, came.Count); i++)
            if (IsRefusal(came[i]) && !IsRefusal(due[i])) return Verdict.RefusedWrongly;
        return came.Count < due.Count && seen.End == CorpusEnd.Close ? Verdict.RefusedWrongly : Verdict.Otherwise;
    }

    // What counts is the answer at the place of the refusal, or that there is none.
    private static Verdict OfRefusal(CorpusOutcome demanded, CorpusOutcome seen)
    {
        var place = Math.Max(demanded.Statuses.Count - 1, 0);
        if (seen.Statuses.Count <= place)
        {
            return seen.End switch
            {
                CorpusEnd.Close => Verdict.RefusedOtherwise,
                CorpusEnd.Wait => Verdict.Waits,
                _ => Verdict.Accepted,
            };
        }
        // 405 says that there is a request; if the connection then goes on, how it was read counts for what follows.
        var status = seen.Statuses[place];
        var isTaken = status < 400
            || (status == 405 && demanded.End == CorpusEnd.Close && seen.End != CorpusEnd.Close);
        return isTaken ? Verdict.Accepted : Verdict.RefusedOtherwise;
    }

    private static bool MustRefuse(CorpusOutcome demanded) => demanded.Statuses is [.., var last]
        ? IsRefusal(last)
        : demanded.End == CorpusEnd.Close;

    // Of the message, not of what it is about.
    private static bool IsRefusal(int status) => status is 400 or 413 or 414 or 421 or 431 or 501 or 505;
}
