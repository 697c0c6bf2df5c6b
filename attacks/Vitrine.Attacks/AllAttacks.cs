using Vitrine.Attacks.Corpus;
using Vitrine.Attacks.Paths;

namespace Vitrine.Attacks;

/// <summary>All that can be done.</summary>
internal static class AllAttacks
{
    public static IReadOnlyList<Attack> Everything { get; } =
    [
        CorpusAttack.Attack,
        SwapAttack.Attack,
    ];
}
