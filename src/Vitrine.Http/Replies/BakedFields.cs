using System.Text;

namespace Vitrine.Http.Replies;

/// <summary>
/// Fields as HTTP/1 sends them: lines with their CRLF, and the empty line at the end of the head. In an order from
/// which the parts that a range or a 304 must not have can be cut: Content-Length, then Content-Type, then the rest.
/// Other protocols read the list and bake their own.
/// </summary>
public sealed class BakedFields
{
    // What a 304 has of the fields that a 200 would have (RFC 9110 section 15.4.5), and what browsers want of it as
    // well.
    private static readonly string[] OfNotModified =
        ["Cache-Control", "Content-Location", "ETag", "Expires", "Vary"];

    private const string OfAccess = "Access-Control-";

    private readonly byte[] text;
    private readonly byte[] notModified;
    private readonly int typeAt;
    private readonly int restAt;

    /// <summary>Bakes them.</summary>
    public BakedFields(FieldSet fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var (all, some) = (new StringBuilder(), new StringBuilder());
        Append(all, fields.Where(field => Is(field, "Content-Length")));
        typeAt = all.Length;
        Append(all, fields.Where(field => Is(field, "Content-Type")));
        restAt = all.Length;
        Append(all, fields.Where(field => !Is(field, "Content-Length") && !Is(field, "Content-Type")));
        Append(some, fields.Where(field => OfNotModified.Any(name => Is(field, name))
            || field.Name.StartsWith(OfAccess, StringComparison.OrdinalIgnoreCase)));
        text = Encoding.ASCII.GetBytes(all.Append("\r\n").ToString());
        notModified = Encoding.ASCII.GetBytes(some.Append("\r\n").ToString());
    }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<byte> All => text;

    /// <summary>Without Content-Length: for one range.</summary>
    public ReadOnlySpan<byte> WithoutLength => text.AsSpan(typeAt);

    /// <summary>Without Content-Length and Content-Type: for several ranges.</summary>
    public ReadOnlySpan<byte> WithoutType => text.AsSpan(restAt);

    /// <summary>Content-Type alone: for the parts of several ranges.</summary>
    public ReadOnlySpan<byte> Type => text.AsSpan(typeAt, restAt - typeAt);

    /// <summary>Those of a 304.</summary>
    public ReadOnlySpan<byte> NotModified => notModified;

    /// <summary>The list of them.</summary>
    public FieldSet ToSet()
    {
        var set = new FieldSet();
        foreach (var line in Encoding.ASCII.GetString(text).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            set.Add(line[..colon], line[(colon + 2)..]);
        }
        return set;
    }

    private static bool Is(in Field field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private static void Append(StringBuilder text, IEnumerable<Field> fields)
    {
        foreach (var field in fields) text.Append(field.Name).Append(": ").Append(field.Value).Append("\r\n");
    }
}
