namespace Vitrine.Tests.Simulation.Faults;

/// <summary>What was at each name.</summary>
internal sealed class Histories
{
    private readonly Dictionary<string, NameHistory> all = [];

    public NameHistory Of(string name)
    {
        if (all.TryGetValue(name, out var known)) return known;
        return all[name] = new NameHistory();
    }

    /// <summary>Forgets what ended before.</summary>
    public void Forget(long beforeMs)
    {
        foreach (var history in all.Values) history.Forget(beforeMs);
    }
}
