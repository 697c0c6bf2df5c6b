using Vitrine.Attacks.Corpus;
using Vitrine.Attacks.Faults;
using Vitrine.Attacks.Greedy;
using Vitrine.Attacks.Harness;
using Vitrine.Attacks.Paths;

namespace Vitrine.Attacks;

/// <summary>All that can be done.</summary>
internal static class AllAttacks
{
    private static readonly Func<Plan, Siege>[] Sieges =
    [
        SlowSenders.Slowloris,
        SlowSenders.SlowBody,
        SlowSenders.ByteASecond,
        SlowReaders.SlowRead,
        SlowReaders.ZeroWindow,
        SlowReaders.Pipelined,
        Crowds.Flood,
        Crowds.Idle,
        Crowds.Resets,
        Requests.Ranges,
        Requests.Names,
        Requests.AcceptEncoding,
        Multiplexed.RapidReset,
        Multiplexed.MadeYouReset,
        Multiplexed.EndlessHead,
        Multiplexed.FieldBomb,
        Multiplexed.Pings,
        Multiplexed.Settings,
        Multiplexed.NoRoom,
        Handshakes.Full,
        Handshakes.Cuts,
        Handshakes.Slow,
        Handshakes.SlowRead,
    ];

    public static IReadOnlyList<Attack> Everything { get; } =
    [
        CorpusAttack.Attack,
        .. Sieges.Select(Besiege),
        SlowHttpTest.Attack,
        SwapAttack.Attack,
        TornAttack.Attack,
        DrainAttack.Attack,
        KillAttack.Attack,
        MemoryAttack.Attack,
        SoakAttack.Attack,
    ];

    private static Attack Besiege(Func<Plan, Siege> make)
    {
        var whole = make(new Plan(IsQuick: false));
        return new Attack(whole.Name, whole.What, plan => [make(plan).Play(plan)]);
    }
}
