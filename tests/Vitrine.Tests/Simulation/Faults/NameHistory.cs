namespace Vitrine.Tests.Simulation.Faults;

/// <summary>All that was ever at one name, and what went wrong with it.</summary>
internal sealed class NameHistory
{
    private readonly List<FileVersion> versions = [new FileVersion(null, 0, 0)];
    private readonly List<(Trouble Trouble, long Ms)> troubles = [];

    /// <summary>The file changed: its bytes, or only its times or its names.</summary>
    public void Note(byte[]? bytes, long modifiedNs, long nowMs)
    {
        versions[^1].UntilMs = nowMs;
        versions.Add(new FileVersion(bytes, nowMs, modifiedNs / 1_000_000_000));
    }

    /// <summary>Something went wrong.</summary>
    public void Note(Trouble trouble, long nowMs)
    {
        if (troubles.Count == 0 || troubles[^1] != (trouble, nowMs)) troubles.Add((trouble, nowMs));
    }

    /// <summary>What was there at some time between the two.</summary>
    public IEnumerable<FileVersion> Between(long fromMs, long toMs)
    {
        for (var i = versions.Count - 1; i >= 0 && versions[i].UntilMs >= fromMs; i--)
            if (versions[i].SinceMs <= toMs) yield return versions[i];
    }

    /// <summary>The bytes of the files that were there.</summary>
    public IEnumerable<byte[]> BytesBetween(long fromMs, long toMs) =>
        Between(fromMs, toMs).Select(version => version.Bytes).OfType<byte[]>();

    public bool WasMissing(long fromMs, long toMs) =>
        Between(fromMs, toMs).Any(version => version.Bytes is null);

    public bool HasChanged(long fromMs, long toMs) =>
        Had(Trouble.Writing, fromMs, toMs) || Between(fromMs, toMs).Any(version => version.SinceMs >= fromMs);

    public bool Had(Trouble trouble, long fromMs, long toMs) =>
        troubles.Exists(noted => noted.Trouble == trouble && noted.Ms >= fromMs && noted.Ms <= toMs);

    public bool HadTrouble(long fromMs, long toMs) =>
        troubles.Exists(noted => noted.Ms >= fromMs && noted.Ms <= toMs);

    /// <summary>Forgets what ended before.</summary>
    public void Forget(long beforeMs)
    {
        versions.RemoveAll(version => version.UntilMs < beforeMs);
        troubles.RemoveAll(noted => noted.Ms < beforeMs);
    }
}
