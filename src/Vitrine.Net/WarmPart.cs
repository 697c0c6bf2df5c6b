using Vitrine.Http.Replies;

namespace Vitrine.Net;

/// <summary>
/// A part of a file that was in memory a moment ago, or that was waited for: it is sent without asking again, wherever
/// it is by now.
/// </summary>
internal readonly record struct WarmPart(OpenFile? File, long Start, long End, long AtMs)
{
    // Who takes longer for it may find that its place in memory went to others.
    private const int MostMs = 1_000;

    /// <summary>Whether so much of a file is in it.</summary>
    public bool Covers(OpenFile file, long start, long end, long nowMs) =>
        file == File && start >= Start && end <= End && nowMs - AtMs <= MostMs;
}
