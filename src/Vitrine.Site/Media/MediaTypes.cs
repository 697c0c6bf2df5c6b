using System.Text;
using System.Text.Unicode;

namespace Vitrine.Site.Media;

/// <summary>
/// Media types (RFC 9110 section 8.3): by file extension; and where that says nothing, or two things, by how the file
/// begins. Replies forbid browsers to guess (<c>nosniff</c>), so what is told has to be of use to them: a script is
/// <c>text/javascript</c>, and what people read is <c>text/plain</c>.
/// </summary>
internal static class MediaTypes
{
    /// <summary>So many bytes of a file <see cref="OfStart"/> wants to see, or all that there are.</summary>
    public const int StartBytes = 512;

    private const string Unknown = "application/octet-stream";
    private const string Text = "text/plain; charset=utf-8";
    private const string Script = "text/javascript; charset=utf-8";
    private const string Json = "application/json";
    private const string TransportStream = "video/mp2t";
    private const int PacketBytes = 188; // of a transport stream (ISO 13818-1)
    private const byte SyncByte = 0x47; // the first of each
    private const int TimecodeBytes = 4; // before each packet, as cameras write it

    // What mime-db has under names that browsers neither run nor show: scripts, and what programmers write.
    private static readonly (string Type, string Extensions)[] Ours =
    [
        (Script, "cjs"),
        (Text, "coffee csh dart jade jsx less pl rs sh slim sql srt tcl tex toml"),
    ];

    private static readonly Dictionary<string, string> ByExtension = Read();

    /// <summary>
    /// The value of Content-Type for a name, text being taken to be UTF-8; null where the name does not say it.
    /// </summary>
    public static string? OfName(ReadOnlySpan<byte> path)
    {
        var name = path[(path.LastIndexOf((byte)'/') + 1)..];
        var dot = name.LastIndexOf((byte)'.');
        // What Apple's systems ask for to connect a site with a program.
        if (dot < 0) return name.SequenceEqual("apple-app-site-association"u8) ? Json : null;
        var extension = Encoding.UTF8.GetString(name[(dot + 1)..]);
        return ByExtension.TryGetValue(extension, out var type) && type != TransportStream ? type : null;
    }

    /// <summary>The same for a file of whose name nothing can be told, by its first bytes.</summary>
    public static string OfStart(ReadOnlySpan<byte> path, ReadOnlySpan<byte> start)
    {
        // .ts and .mts are TypeScript, or the pieces of a video.
        if (!IsText(start)) return IsTransportStream(start) ? TransportStream : Unknown;
        // What has no extension there is JSON for some program, more often than not (RFC 8615).
        var isJson = start.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];
        return isJson && path.StartsWith("/.well-known/"u8) ? Json : Text;
    }

    private static bool IsTransportStream(ReadOnlySpan<byte> start) =>
        IsAt(start, 0, PacketBytes) || IsAt(start, TimecodeBytes, TimecodeBytes + PacketBytes);

    // Whether packets begin there.
    private static bool IsAt(ReadOnlySpan<byte> start, int first, int distance) =>
        start.Length > first && start[first] == SyncByte
        && (start.Length <= first + distance || start[first + distance] == SyncByte);

    // UTF-8 without the control characters that no text has. The last character may be cut in two.
    private static bool IsText(ReadOnlySpan<byte> start)
    {
        foreach (var b in start)
            if (b is 0x7f or (< (byte)' ' and not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f' or 0x1b)))
                return false;
        for (var cut = 0; cut < 4 && cut <= start.Length; cut++)
        {
            if (Utf8.IsValid(start[..^cut])) return true;
            if (start.Length < StartBytes) return false;
        }
        return false;
    }

    private static Dictionary<string, string> Read()
    {
        var types = new Dictionary<string, string>(1400, StringComparer.OrdinalIgnoreCase);
        foreach (var line in MediaTypeTable.Lines.EnumerateLines())
        {
            var space = line.IndexOf(' ');
            if (space < 0) continue;
            var type = line[..space].ToString();
            // Nobody's but mime-db's: browsers offer to save it.
            if (type.StartsWith("text/x-", StringComparison.Ordinal)) type = Text;
            else if (type.StartsWith("text/", StringComparison.Ordinal)) type += "; charset=utf-8";
            var extensions = line[(space + 1)..];
            foreach (var range in extensions.Split(' ')) types[extensions[range].ToString()] = type;
        }
        foreach (var (type, extensions) in Ours)
            foreach (var extension in extensions.Split(' ')) types[extension] = type;
        return types;
    }
}
