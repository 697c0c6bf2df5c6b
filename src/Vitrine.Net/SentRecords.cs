using Vitrine.Http.Replies;

namespace Vitrine.Net;

/// <summary>Tells who watches and who logs what was sent.</summary>
internal static class SentRecords
{
    /// <summary>Shows the front of the output, which was sent and is still in it.</summary>
    public static void Show(ITap tap, in ConnectionInfo info, OutputQueue output, long sent, long nowUs)
    {
        for (var i = 0; sent > 0; i++)
        {
            ref readonly var segment = ref output[i];
            var count = Math.Min(sent, segment.Length);
            if (segment.File is null) tap.Sent(info, segment.Span[..(int)count], segment.IsBody, nowUs);
            else tap.SentFromFile(info, count, nowUs);
            sent -= count;
        }
    }

    /// <summary>Logs the replies of which all is sent.</summary>
    public static void Log(IReplyLog log, in ConnectionInfo info, OutputQueue output, long nowUs)
    {
        while (output.TryPeekSentMark(out var mark))
        {
            log.Replied(info, mark, mark.HeadBytes + mark.BodyBytes, nowUs);
            output.RemoveMark();
        }
    }

    /// <summary>Logs all that are left, with what was sent of them.</summary>
    public static void LogUnsent(IReplyLog log, in ConnectionInfo info, OutputQueue output, long nowUs)
    {
        while (output.TryPeekMark(out var mark, out var unsent))
        {
            log.Replied(info, mark, mark.HeadBytes + mark.BodyBytes - unsent, nowUs);
            output.RemoveMark();
        }
    }
}
