namespace Vitrine.Attacks.Faults;

/// <summary>A file that is changed again and again.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Its length, but for the time that it is cut off.</param>
/// <param name="Rewriting">How it is changed.</param>
internal sealed record RewrittenFile(string Name, int Length, Rewriting Rewriting)
{
    // Sizes that are kept in memory, that are mapped, and that are sent from the open file; how many of each.
    private static readonly (int Length, int Count)[] Sizes =
        [(4_000, 8), (100_000, 6), (2_000_000, 3), (20_000_000, 2)];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<RewrittenFile> All { get; } =
    [
        .. from rewriting in Enum.GetValues<Rewriting>()
           from size in Sizes
           from number in Enumerable.Range(0, size.Count)
           select new RewrittenFile($"{rewriting}-{size.Length}-{number}.bin", size.Length, rewriting),
    ];

    /// <summary>One of them, in the same share of each size's bytes as of its requests.</summary>
    public static RewrittenFile Pick(Random random, IReadOnlyList<RewrittenFile> files, params int[] percents)
    {
        var dice = random.Next(100);
        var size = 0;
        while (size < percents.Length && dice >= percents[size]) dice -= percents[size++];
        var those = files.Where(file => file.Length == Sizes[size].Length).ToArray();
        return those[random.Next(those.Length)];
    }
}
