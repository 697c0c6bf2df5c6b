using System.Globalization;
using System.Text.RegularExpressions;
using Vitrine.Http;

namespace Vitrine.Tests;

public partial class TidyTests
{
    private const int LongestLine = 120;
    private const int LongestFile = 450;

    [Fact]
    public void Lines_and_files_are_short()
    {
        var wrong = new List<string>();
        foreach (var path in Repository.Sources("*.cs"))
        {
            if (path.EndsWith("MediaTypeTable.cs", StringComparison.Ordinal)) continue;
            var lines = File.ReadAllLines(path);
            if (lines.Length > LongestFile) wrong.Add($"{path} has {lines.Length} lines");
            for (var i = 0; i < lines.Length; i++)
                if (lines[i].Length > LongestLine) wrong.Add($"{path}:{i + 1} has {lines[i].Length} columns");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_library_is_imported_in_one_file_a_room()
    {
        var importers = Repository.Sources("*.cs")
            .Where(path => path.Contains("/src/", StringComparison.Ordinal))
            .Where(path => Import().IsMatch(File.ReadAllText(path)))
            .Select(path => Path.GetRelativePath(Repository.Root, path));
        Assert.Equal(
            [
                "src/Vitrine.Cli/Libc.cs", "src/Vitrine.Net/Linux/Libc.cs",
                "src/Vitrine.Net/Tls/OpenSsl/Libcrypto.cs", "src/Vitrine.Net/Tls/OpenSsl/Libssl.cs",
                "src/Vitrine.Server/Confinement/Libc.cs", "src/Vitrine.Site/Origins/Linux/Libc.cs",
            ],
            importers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_files_namespace_is_its_folder()
    {
        var wrong = new List<string>();
        foreach (var path in Repository.Sources("*.cs"))
        {
            var found = Namespace().Match(File.ReadAllText(path));
            if (!found.Success) continue;
            var folder = Path.GetDirectoryName(Path.GetRelativePath(Repository.Root, path))!;
            var expected = string.Join('.', folder.Split('/').Skip(1));
            if (found.Groups[1].Value != expected) wrong.Add($"{path}: {found.Groups[1].Value}");
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public void Site_and_wire_do_not_know_each_other()
    {
        var wrong = Repository.Sources("*.cs").Where(path =>
            (path.Contains("/src/Vitrine.Site/", StringComparison.Ordinal)
                && File.ReadAllText(path).Contains("Vitrine.Net", StringComparison.Ordinal))
            || (path.Contains("/src/Vitrine.Net/", StringComparison.Ordinal)
                && File.ReadAllText(path).Contains("Vitrine.Site", StringComparison.Ordinal)));
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_path_that_the_documents_name_exists()
    {
        var wrong = new List<string>();
        foreach (var document in Repository.Sources("*.md"))
        {
            foreach (Match match in NamedPath().Matches(File.ReadAllText(document)))
            {
                var path = match.Value.TrimEnd('/', '.');
                if (!Path.Exists(Repository.PathOf(path))) wrong.Add($"{document}: {path}");
            }
        }
        Assert.Empty(wrong);
        Assert.NotEmpty(NamedPath().Matches(File.ReadAllText(Repository.PathOf("docs/ARCHITECTURE.md"))));
    }

    [Fact]
    public void Every_limit_is_in_the_documents_with_its_default_reason_and_effect()
    {
        var rows = LimitRows().Where(row => !row[0].Contains('.', StringComparison.Ordinal));
        Assert.Equal(
            LimitList.All.Select(limit => ($"`{limit.Name}`", $"{limit.Get(new Limits()):#,0}")),
            rows.Select(row => (row[0], row[1])));
    }

    [Fact]
    public void Every_limit_that_is_fixed_is_in_the_documents_as_it_is_in_the_code()
    {
        var rows = LimitRows().Where(row => row[0].Contains('.', StringComparison.Ordinal)).ToList();
        Assert.InRange(rows.Count, 40, 100);
        Assert.All(rows, row => Assert.Equal(row[1], $"{Constant(row[0].Trim('`')):#,0}"));
    }

    // Each with the reason, and what the client sees.
    private static List<string[]> LimitRows()
    {
        var rows = File.ReadLines(Repository.PathOf("docs/LIMITS.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]).ToList();
        Assert.All(rows, row => Assert.True(row.Length == 4 && row[2].Length > 0 && row[3].Length > 0, row[0]));
        return rows;
    }

    // The value of a constant, named by its file and itself: a product of numbers.
    private static long Constant(string name)
    {
        var (type, member) = (name.Split('.')[0], name.Split('.')[1]);
        var file = Assert.Single(
            Repository.Sources("*.cs"),
            path => path.EndsWith($"/{type}.cs", StringComparison.Ordinal)
                && path.Contains("/src/", StringComparison.Ordinal));
        var match = Regex.Match(File.ReadAllText(file), $@"const (?:int|long) {member} = ([\d_ *]+);");
        Assert.True(match.Success, $"{name} is no constant of {file}");
        return match.Groups[1].Value.Replace("_", "", StringComparison.Ordinal).Split('*')
            .Aggregate(1L, (product, factor) => product * long.Parse(factor, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\(")]
    private static partial Regex Import();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"(?<![\w/])(src|tests|docs|bench|eng|samples|fuzz|attacks)/[\w./-]*\w")]
    private static partial Regex NamedPath();
}
