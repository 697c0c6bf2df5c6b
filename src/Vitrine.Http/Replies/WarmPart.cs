namespace Vitrine.Http.Replies;

/// <summary>
/// A part of a file that was in memory a moment ago, or that was waited for: it is sent without asking again, wherever
/// it is by now.
/// </summary>
public readonly record struct WarmPart(OpenFile? File, long Start, long End, long AtMs)
{
    // Who takes longer for it may find that its place in memory went to others.
    private const int MostMs = 1_000;

    private const long LeastBytes = 2 * 1024 * 1024;
    private const long MostBytes = 16 * 1024 * 1024;

    /// <summary>
    /// How far to look for the next part: twice as far each time, since what is in memory up to here goes on as a rule.
    /// </summary>
    public long NextLength => Math.Clamp(2 * (End - Start), LeastBytes, MostBytes);

    /// <summary>Whether so much of a file is in it.</summary>
    public bool Covers(OpenFile file, long start, long end, long nowMs) =>
        file == File && start >= Start && end <= End && nowMs - AtMs <= MostMs;
}
