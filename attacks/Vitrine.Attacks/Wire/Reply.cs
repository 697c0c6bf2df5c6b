using System.Globalization;
using System.Text;

namespace Vitrine.Attacks.Wire;

/// <summary>A reply that came whole. Its bytes are lent until the next one is read.</summary>
internal readonly struct Reply(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
{
    /// <summary>Status line and fields, without the empty line.</summary>
    public ReadOnlySpan<byte> Head => head.Span;

    public ReadOnlySpan<byte> Body => body.Span;

    public int Status => StatusOf(Head);

    /// <summary>Whether the server says that it closes.</summary>
    public bool Closes => FieldOf(Head, "connection: close"u8) is not null;

    /// <summary>A field's value, or null; the name in small letters and with its colon.</summary>
    public string? Field(ReadOnlySpan<byte> name) => FieldOf(Head, name);

    public static int StatusOf(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && int.TryParse(head[9..12], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? status
            : throw new IOException($"'{Encoding.Latin1.GetString(head[..Math.Min(head.Length, 40)])}' is no reply");

    public static string? FieldOf(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and var end)
        {
            head = head[(end + 2)..];
            if (head.Length < name.Length || !Ascii.EqualsIgnoreCase(head[..name.Length], name)) continue;
            var value = head[name.Length..];
            var length = value.IndexOf("\r\n"u8);
            return Encoding.Latin1.GetString(length < 0 ? value : value[..length]).Trim();
        }
        return null;
    }
}
