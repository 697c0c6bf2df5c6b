using System.Text;
using Vitrine.Attacks.Harness;
using Vitrine.Testing;

namespace Vitrine.Attacks.Faults;

/// <summary>What is served in a soak: files of all sizes that change, many that do not, one with siblings.</summary>
internal sealed class SoakContent(TemporaryFolder folder, int coldCount)
{
    private const int Numbers = 1_000;

    // Before what is made of it.
    private static readonly byte[] Page =
        Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 2_000).Select(i => $"row({i});\n")));

    /// <summary>Sizes of files that change; a file of each for each number.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [800, 8_000, 100_000, 10_000_000];

    /// <summary>How many there are of each size.</summary>
    public const int PerSize = 5;

    /// <summary>The page, which is longer than what it is compressed to.</summary>
    public static IReadOnlyList<(string Coding, string Extension, byte[] Bytes)> Codings { get; } =
    [
        ("", "", Page), ("gzip", ".gz", EncodedBytes.Gzip(Page)), ("br", ".br", EncodedBytes.Brotli(Page)),
        // Nobody compresses here: it is shorter all the same.
        ("zstd", ".zst", EncodedBytes.Zstd(Page.AsSpan(0, Page.Length / 2))),
    ];

    /// <summary>More than fits the cache.</summary>
    public KnownFiles Cold { get; } = new("cold", coldCount, 8_000);

    /// <summary>The path of a file that changes.</summary>
    public static string PathOf(int size, int number) => $"/changing/{Sizes[size]}-{number}.bin";

    /// <summary>Whether it is a version of that file.</summary>
    public static bool IsOf(int size, int number, uint version) => version % Numbers == NumberOf(size, number);

    /// <summary>Makes all of it.</summary>
    public void Make()
    {
        Cold.Make(folder);
        Directory.CreateDirectory(folder.PathOf("changing"));
        for (var size = 0; size < Sizes.Count; size++)
            for (var number = 0; number < PerSize; number++) Change(size, number, 1);
        foreach (var (_, extension, bytes) in Codings) folder.Write("site.js" + extension, bytes);
    }

    /// <summary>Renames another generation over a file.</summary>
    public void Change(int size, int number, int generation)
    {
        var bytes = new byte[Sizes[size]];
        VersionedBytes.Fill(bytes, (uint)((generation * Numbers) + NumberOf(size, number)));
        var path = folder.PathOf(PathOf(size, number)[1..]);
        var other = folder.Beside("next");
        File.WriteAllBytes(other, bytes);
        File.Move(other, path, overwrite: true);
    }

    private static int NumberOf(int size, int number) => (size * PerSize) + number;
}
