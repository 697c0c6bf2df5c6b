using System.Text;

namespace Vitrine.Site;

/// <summary>Media types by file extension (RFC 9110 section 8.3).</summary>
internal static class MediaTypes
{
    private const string Unknown = "application/octet-stream";

    private static readonly Dictionary<string, string> ByExtension = Read();

    /// <summary>The value of Content-Type for a name; text is taken to be UTF-8.</summary>
    public static string OfName(ReadOnlySpan<byte> path)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        var dot = name.LastIndexOf((byte)'.');
        if (dot < 0) return Unknown;
        var extension = Encoding.UTF8.GetString(name[(dot + 1)..]);
        return ByExtension.TryGetValue(extension, out var type) ? type : Unknown;
    }

    private static Dictionary<string, string> Read()
    {
        var types = new Dictionary<string, string>(1400, StringComparer.OrdinalIgnoreCase);
        foreach (var line in MediaTypeTable.Lines.EnumerateLines())
        {
            var space = line.IndexOf(' ');
            if (space < 0) continue;
            var type = line[..space].ToString();
            if (type.StartsWith("text/", StringComparison.Ordinal)) type += "; charset=utf-8";
            var extensions = line[(space + 1)..];
            foreach (var range in extensions.Split(' ')) types[extensions[range].ToString()] = type;
        }
        return types;
    }
}
