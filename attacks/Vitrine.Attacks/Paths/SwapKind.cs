namespace Vitrine.Attacks.Paths;

/// <summary>What a part of a path is swapped with.</summary>
/// <param name="Name">In words.</param>
/// <param name="Swapped">The path, below the root, of what is swapped.</param>
/// <param name="Below">What a client asks for below it; empty when it is a file itself.</param>
/// <param name="IsAbsolute">Whether the link that it is swapped with names the outside from the top.</param>
internal sealed record SwapKind(string Name, string Swapped, string Below, bool IsAbsolute)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<SwapKind> All { get; } =
    [
        new("a folder and an absolute link", "x", "", IsAbsolute: true),
        new("a folder and a relative link with ..", "x", "", IsAbsolute: false),
        new("a folder in the middle of the path and a relative link", "a/x", "b/c", IsAbsolute: false),
    ];
}
