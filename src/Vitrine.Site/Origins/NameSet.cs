using System.IO.Hashing;

namespace Vitrine.Site.Origins;

/// <summary>
/// The names in a folder, each as a number of 64 bits: enough to say that a name is not among them. Never
/// changes.
/// </summary>
internal sealed class NameSet
{
    // Nobody can choose names that look like others.
    private static readonly long Seed = Random.Shared.NextInt64();

    private readonly ulong[] hashes;

    /// <summary>A set of what <see cref="HashOf"/> made of the names.</summary>
    public NameSet(List<ulong> names)
    {
        hashes = [.. names];
        Array.Sort(hashes);
    }

    /// <summary>How many names.</summary>
    public int Count => hashes.Length;

    /// <summary>A name's number.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> name) => XxHash3.HashToUInt64(name, Seed);

    /// <summary>False when there is no such name in the folder, for certain.</summary>
    public bool MayContain(ReadOnlySpan<byte> name) => hashes.AsSpan().BinarySearch(HashOf(name)) >= 0;
}
