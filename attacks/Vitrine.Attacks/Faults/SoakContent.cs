using Vitrine.Attacks.Harness;

namespace Vitrine.Attacks.Faults;

/// <summary>What is served in a soak: files of all sizes that change, many that do not, one with siblings.</summary>
internal sealed class SoakContent(TemporaryFolder folder, int coldCount)
{
    private const int Numbers = 1_000;

    /// <summary>Sizes of files that change; a file of each for each number.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [800, 8_000, 100_000, 10_000_000];

    /// <summary>How many there are of each size.</summary>
    public const int PerSize = 5;

    /// <summary>The codings that the page has siblings for: the first is the page itself.</summary>
    public static IReadOnlyList<(string Coding, string Extension, int Bytes)> Codings { get; } =
        [("", "", 20_000), ("gzip", ".gz", 12_000), ("br", ".br", 8_000), ("zstd", ".zst", 10_000)];

    /// <summary>More than fits the cache.</summary>
    public KnownFiles Cold { get; } = new("cold", coldCount, 8_000);

    /// <summary>The path of a file that changes.</summary>
    public static string PathOf(int size, int number) => $"/changing/{Sizes[size]}-{number}.bin";

    /// <summary>Whether it is a version of that file.</summary>
    public static bool IsOf(int size, int number, uint version) => version % Numbers == NumberOf(size, number);

    /// <summary>The version that a sibling of the page is.</summary>
    public static uint VersionOf(int coding) => (uint)(900 + coding);

    /// <summary>Makes all of it.</summary>
    public void Make()
    {
        Cold.Make(folder);
        Directory.CreateDirectory(folder.PathOf("changing"));
        for (var size = 0; size < Sizes.Count; size++)
            for (var number = 0; number < PerSize; number++) Change(size, number, 1);
        for (var coding = 0; coding < Codings.Count; coding++)
        {
            var (_, extension, length) = Codings[coding];
            var bytes = new byte[length];
            VersionedBytes.Fill(bytes, VersionOf(coding));
            folder.Write("site.js" + extension, bytes);
        }
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
