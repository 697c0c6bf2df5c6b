namespace Vitrine.Site.Media;

/// <summary>
/// A content coding (RFC 9110 section 8.4.1) in which a file can lie beside itself: <c>a.css.br</c> beside
/// <c>a.css</c>.
/// </summary>
/// <param name="name">Its name in Content-Encoding and Accept-Encoding.</param>
/// <param name="suffix">What the file's name has behind it.</param>
internal sealed class ContentCoding(string name, string suffix)
{
    private readonly byte[] nameBytes = System.Text.Encoding.ASCII.GetBytes(name);
    private readonly byte[] suffixBytes = System.Text.Encoding.ASCII.GetBytes(suffix);

    /// <summary>All that are looked for.</summary>
    public static ContentCoding[] All { get; } =
        [new("br", ".br"), new("zstd", ".zst"), new("gzip", ".gz")];

    /// <summary>Its name in Content-Encoding and Accept-Encoding.</summary>
    public string Name => name;

    /// <summary>The same as bytes.</summary>
    public ReadOnlySpan<byte> NameBytes => nameBytes;

    /// <summary>What the name of an encoded file has behind the name of the plain one.</summary>
    public ReadOnlySpan<byte> Suffix => suffixBytes;

    /// <summary>
    /// The name of the coding in which every client gets a file of that name, or null: compressed as it is, a
    /// <c>.svgz</c> would be drawn by no client that is told its media type alone.
    /// </summary>
    public static string? OwnOf(ReadOnlySpan<byte> path) => path.EndsWith(".svgz"u8) ? "gzip" : null;

    /// <summary>Whether a path is that of an encoded file: such a one has no others beside it.</summary>
    public static bool IsEncoded(ReadOnlySpan<byte> path)
    {
        if (OwnOf(path) is not null) return true;
        foreach (var coding in All)
            if (path.EndsWith(coding.Suffix)) return true;
        return false;
    }
}
