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
    private object? other;

    /// <summary>Bakes them.</summary>
    public BakedFields(FieldSet fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        text = new byte[LengthOf(fields, _ => true)];
        typeAt = Append(fields, text, 0, IsLength);
        restAt = Append(fields, text, typeAt, IsType);
        Append(fields, text, restAt, field => !IsLength(field) && !IsType(field));
        notModified = new byte[LengthOf(fields, IsOfNotModified)];
        Append(fields, notModified, 0, IsOfNotModified);
        "\r\n"u8.CopyTo(text.AsSpan(text.Length - 2));
        "\r\n"u8.CopyTo(notModified.AsSpan(notModified.Length - 2));
    }

    /// <summary>All of them.</summary>
    public ReadOnlySpan<byte> All => text;

    /// <summary>Without Content-Length: for one range.</summary>
    public ReadOnlySpan<byte> WithoutLength => text.AsSpan(typeAt);

    /// <summary>Without Content-Length and Content-Type: for several ranges.</summary>
    public ReadOnlySpan<byte> WithoutType => text.AsSpan(restAt);

    /// <summary>Content-Type alone: for the parts of several ranges.</summary>
    public ReadOnlySpan<byte> Type => text.AsSpan(typeAt, restAt - typeAt);

    /// <summary>Content-Length alone.</summary>
    internal ReadOnlySpan<byte> Length => text.AsSpan(0, typeAt);

    /// <summary>All but Content-Length and Content-Type, without the empty line.</summary>
    internal ReadOnlySpan<byte> Rest => text.AsSpan(restAt, text.Length - restAt - 2);

    /// <summary>The same fields as the other protocol sends them, baked when that first needs them.</summary>
    internal T As<T>(Func<BakedFields, T> bake)
        where T : class => (T)(other ??= bake(this));

    /// <summary>Those of a 304.</summary>
    public ReadOnlySpan<byte> NotModified => notModified;

    /// <summary>The list of them.</summary>
    public FieldSet ToSet() => ToSet(text);

    /// <summary>The list of some of them.</summary>
    internal static FieldSet ToSet(ReadOnlySpan<byte> lines)
    {
        var set = new FieldSet();
        foreach (var line in Encoding.ASCII.GetString(lines).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            set.Add(line[..colon], line[(colon + 2)..]);
        }
        return set;
    }

    private static bool IsLength(Field field) => Is(field, "Content-Length");

    private static bool IsType(Field field) => Is(field, "Content-Type");

    private static bool IsOfNotModified(Field field)
    {
        foreach (var name in OfNotModified)
            if (Is(field, name)) return true;
        return field.Name.StartsWith(OfAccess, StringComparison.OrdinalIgnoreCase);
    }

    private static bool Is(in Field field, string name) => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    // With the empty line at the end.
    private static int LengthOf(FieldSet fields, Predicate<Field> isOne)
    {
        var length = "\r\n".Length;
        foreach (var field in fields)
            if (isOne(field)) length += field.Name.Length + field.Value.Length + ": \r\n".Length;
        return length;
    }

    // Where the next one goes.
    private static int Append(FieldSet fields, byte[] text, int at, Predicate<Field> isOne)
    {
        foreach (var field in fields)
        {
            if (!isOne(field)) continue;
            at += Encoding.ASCII.GetBytes(field.Name, text.AsSpan(at));
            ": "u8.CopyTo(text.AsSpan(at));
            at += 2;
            at += Encoding.ASCII.GetBytes(field.Value, text.AsSpan(at));
            "\r\n"u8.CopyTo(text.AsSpan(at));
            at += 2;
        }
        return at;
    }
}
