namespace Vitrine.Testing.Corpus;

/// <summary>
/// One case of a file under <c>tests/corpus</c>: a name (<c>###</c>), what it is after (<c>=</c>: RFC sections, CVE
/// numbers), what is sent (<c>&gt;</c>, written as <see cref="WireText"/>), whether the client then ends its side (a
/// line with a dot), and the outcome that it must have (<c>?</c>).
/// </summary>
/// <param name="File">The file's name, without its extension.</param>
/// <param name="Name">Its name, unique in all files.</param>
/// <param name="Source">RFC sections and CVE numbers.</param>
/// <param name="Sent">What is sent.</param>
/// <param name="Ends">Whether the client ends its side then.</param>
/// <param name="Expected">The outcome.</param>
public sealed record RawRequest(string File, string Name, string Source, byte[] Sent, bool Ends, CorpusOutcome Expected)
{
    /// <summary>Whether it needs a folder on a disk behind the server, and not only <c>/hello</c>.</summary>
    public bool NeedsFolder => File.StartsWith("site-", StringComparison.Ordinal);

    /// <summary>All cases of a folder.</summary>
    public static IEnumerable<RawRequest> ReadAll(string folder) =>
        Directory.EnumerateFiles(folder, "*.http").Order(StringComparer.Ordinal).SelectMany(Read);

    /// <summary>All cases of a file.</summary>
    public static IEnumerable<RawRequest> Read(string path) =>
        ("\n" + System.IO.File.ReadAllText(path)).Split("\n### ")[1..].Select(block =>
        {
            var lines = block.Split('\n');
            return new RawRequest(
                Path.GetFileNameWithoutExtension(path),
                lines[0].Trim(),
                lines.Single(line => line.StartsWith('='))[1..].Trim(),
                WireText.Decode(lines, '>'),
                lines.Any(line => line.TrimEnd() == "."),
                CorpusOutcome.Parse(lines.Single(line => line.StartsWith('?'))[1..]));
        });
}
