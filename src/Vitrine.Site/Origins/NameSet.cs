using System.IO.Hashing;

namespace Vitrine.Site.Origins;

/// <summary>
/// The names in a folder, each as a number of 64 bits: enough to say that a name is not among them, or that it is a
/// file's and nothing else's. Never changes.
/// </summary>
internal sealed class NameSet
{
    // Nobody can choose names that look like others.
    private static readonly long Seed = Random.Shared.NextInt64();

    private readonly ulong[] hashes;
    private readonly ulong[]? others;

    /// <summary>
    /// A set of what <see cref="HashOf"/> made of the names, and of those among them that are not known to be files;
    /// null when nothing is known of them.
    /// </summary>
    public NameSet(List<ulong> names, List<ulong>? notFiles = null)
    {
        hashes = [.. names];
        Array.Sort(hashes);
        others = notFiles?.ToArray();
        if (others is not null) Array.Sort(others);
    }

    /// <summary>How many names.</summary>
    public int Count => hashes.Length;

    /// <summary>A name's number.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> name) => XxHash3.HashToUInt64(name, Seed);

    /// <summary>False when there is no such name in the folder, for certain.</summary>
    public bool MayContain(ReadOnlySpan<byte> name) => hashes.AsSpan().BinarySearch(HashOf(name)) >= 0;

    /// <summary>
    /// Whether whatever has that name in the folder is a file on its file system, and no link, folder or device.
    /// </summary>
    public bool IsFile(ReadOnlySpan<byte> name)
    {
        if (others is null) return false;
        var hash = HashOf(name);
        return others.AsSpan().BinarySearch(hash) < 0 && hashes.AsSpan().BinarySearch(hash) >= 0;
    }
}
