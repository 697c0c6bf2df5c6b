using System.Text;

namespace Vitrine.Http.Http2.Hpack;

/// <summary>The fields that both ends know from the start (RFC 7541 Appendix A), by their index, which begins at
/// 1.</summary>
internal static class StaticTable
{
    /// <summary>How many there are.</summary>
    public const int Count = 61;

    private static readonly (string Name, string Value)[] Texts =
    [
        (":authority", ""), (":method", "GET"), (":method", "POST"), (":path", "/"), (":path", "/index.html"),
        (":scheme", "http"), (":scheme", "https"), (":status", "200"), (":status", "204"), (":status", "206"),
        (":status", "304"), (":status", "400"), (":status", "404"), (":status", "500"), ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"), ("accept-language", ""), ("accept-ranges", ""), ("accept", ""),
        ("access-control-allow-origin", ""), ("age", ""), ("allow", ""), ("authorization", ""), ("cache-control", ""),
        ("content-disposition", ""), ("content-encoding", ""), ("content-language", ""), ("content-length", ""),
        ("content-location", ""), ("content-range", ""), ("content-type", ""), ("cookie", ""), ("date", ""),
        ("etag", ""), ("expect", ""), ("expires", ""), ("from", ""), ("host", ""), ("if-match", ""),
        ("if-modified-since", ""), ("if-none-match", ""), ("if-range", ""), ("if-unmodified-since", ""),
        ("last-modified", ""), ("link", ""), ("location", ""), ("max-forwards", ""), ("proxy-authenticate", ""),
        ("proxy-authorization", ""), ("range", ""), ("referer", ""), ("refresh", ""), ("retry-after", ""),
        ("server", ""), ("set-cookie", ""), ("strict-transport-security", ""), ("transfer-encoding", ""),
        ("user-agent", ""), ("vary", ""), ("via", ""), ("www-authenticate", ""),
    ];

    private static readonly (byte[] Name, byte[] Value)[] Fields =
        [.. Texts.Select(field => (Encoding.ASCII.GetBytes(field.Name), Encoding.ASCII.GetBytes(field.Value)))];

    /// <summary>The name of a field.</summary>
    public static ReadOnlySpan<byte> NameOf(int index) => Fields[index - 1].Name;

    /// <summary>Its value.</summary>
    public static ReadOnlySpan<byte> ValueOf(int index) => Fields[index - 1].Value;

    /// <summary>The first field of that name, in lower case; 0 when there is none.</summary>
    public static int Find(string name) => Array.FindIndex(Texts, field => field.Name == name) + 1;

    /// <summary>The field of that name and value; 0 when there is none.</summary>
    public static int Find(string name, string value) =>
        Array.FindIndex(Texts, field => field.Name == name && field.Value == value) + 1;
}
