using System.IO.Hashing;

namespace Vitrine.Site.Origins;

/// <summary>Compares paths byte by byte, so that one can be looked up where it lies in a request.</summary>
internal sealed class PathComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    // Seeded, so that nobody can choose names that all fall into one bucket.
    private static readonly long Seed = Random.Shared.NextInt64();

    /// <summary>The one there is.</summary>
    public static readonly PathComparer Instance = new();

    /// <summary>A path's hash, for as long as this process runs.</summary>
    public static uint HashOf(ReadOnlySpan<byte> path) => (uint)XxHash3.HashToUInt64(path, Seed);

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)HashOf(alternate);

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
