using System.Collections.Concurrent;

namespace Vitrine.Attacks.Faults;

/// <summary>Which version and length each entity tag was seen with.</summary>
internal sealed class TagBook
{
    private readonly ConcurrentDictionary<(string File, string Tag), (uint Version, long Length)> seen = new();

    /// <summary>Notes it; false when it was seen with another.</summary>
    public bool Agrees(string file, string tag, uint version, long length) =>
        seen.GetOrAdd((file, tag), (version, length)) == (version, length);
}
