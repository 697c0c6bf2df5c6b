namespace Vitrine.Server.Confinement;

/// <summary>
/// The files of which this program is made and that may be loaded at any time: under the JIT an assembly is opened when
/// a method first needs it, wherever the runtime lies (with the system, in a home, behind a link) and however it was
/// started (app host, <c>dotnet</c>, a tool, a single file). A native build is complete once it runs: it has none.
/// </summary>
internal static class RuntimeFiles
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = Find();

    private static string[] Find()
    {
        var assemblies = PathsOf("TRUSTED_PLATFORM_ASSEMBLIES");
        if (assemblies.Length == 0) return []; // a native build
        // Of a single file the assemblies are in the program itself, which is opened anew for each.
        string[] own = Environment.ProcessPath is { } program ? [program] : [];
        var native = PathsOf("NATIVE_DLL_SEARCH_DIRECTORIES").Append(AppContext.BaseDirectory).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.so", new EnumerationOptions()));
        return [.. own.Concat(assemblies).Concat(native).Distinct()];
    }

    // What the host told the runtime: paths with colons between them.
    private static string[] PathsOf(string property) => AppContext.GetData(property) is string paths
        ? paths.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        : [];
}
