namespace Vitrine.Tests.Simulation.Faults;

/// <summary>
/// What each entity tag can stand for: every reply with it leaves fewer contents, and when none is left, it stood for
/// two.
/// </summary>
internal sealed class TagBook
{
    private readonly Dictionary<(string Name, string Tag), List<byte[]>> contents = [];
    private readonly Dictionary<(string Name, string? Coding), SeenTag> latest = [];

    /// <summary>What was last said of a name in a coding; null when nothing was.</summary>
    public SeenTag? Latest(string name, string? coding) => latest.GetValueOrDefault((name, coding));

    public void NoteLatest(string name, string? coding, SeenTag seen) => latest[(name, coding)] = seen;

    /// <summary>Whether one of these is all that the tag can stand for; also when nothing is known of it.</summary>
    public bool MayBe(string name, string tag, Predicate<byte[]> isOneOf) =>
        !contents.TryGetValue((name, tag), out var known) || known.Exists(isOneOf);

    /// <summary>Whether the tag was ever seen at the name.</summary>
    public bool Knows(string name, string tag) => contents.ContainsKey((name, tag));

    /// <summary>The tag belongs to one of these contents.</summary>
    public void Narrow(string name, string tag, List<byte[]> candidates)
    {
        if (!contents.TryGetValue((name, tag), out var known)) contents[(name, tag)] = Distinct(candidates);
        else if (known.RemoveAll(one => !candidates.Exists(other => AreSame(one, other))) > 0 && known.Count == 0)
            throw new OracleException($"{tag} of {name} belongs to two contents");
    }

    private static List<byte[]> Distinct(List<byte[]> all)
    {
        var distinct = new List<byte[]>();
        foreach (var one in all)
            if (!distinct.Exists(other => AreSame(one, other))) distinct.Add(one);
        return distinct;
    }

    private static bool AreSame(byte[] one, byte[] other) => one == other || one.AsSpan().SequenceEqual(other);
}
