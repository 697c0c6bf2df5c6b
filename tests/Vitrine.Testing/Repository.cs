using System.Runtime.CompilerServices;

namespace Vitrine.Testing;

/// <summary>Where the repository's files are.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    public static string Samples => PathOf("samples/hello");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The tracked kinds of text files, without what is built.</summary>
    public static IEnumerable<string> Sources(string pattern) =>
        Directory.EnumerateFiles(Root, pattern, SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)
                && !path.Contains("/bin/", StringComparison.Ordinal)
                && !path.Contains("/dist/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Find([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Vitrine.slnx")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The tests have to run inside the repository.");
    }
}
