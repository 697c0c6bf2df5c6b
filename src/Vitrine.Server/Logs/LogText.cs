using System.Buffers;
using System.Globalization;
using System.Text;

namespace Vitrine.Server.Logs;

/// <summary>Writes text that came from a stranger so that it cannot be anything but text.</summary>
internal static class LogText
{
    /// <summary>Appends plain text of our own.</summary>
    public static void Append(this ArrayBufferWriter<byte> text, string value)
    {
        var span = text.GetSpan(Encoding.UTF8.GetMaxByteCount(value.Length));
        text.Advance(Encoding.UTF8.GetBytes(value, span));
    }

    /// <summary>Appends a number, a time and the like.</summary>
    public static void Append<T>(this ArrayBufferWriter<byte> text, T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        var span = text.GetSpan(64);
        if (value.TryFormat(span, out var written, format, CultureInfo.InvariantCulture)) text.Advance(written);
    }

    /// <summary>
    /// Appends bytes of a request: what is not visible US-ASCII, quotes and backslashes become <c>\xHH</c>,
    /// <c>\"</c> and <c>\\</c>, so nothing starts a new line, ends a quoted field or speaks to a terminal; without
    /// <paramref name="spaces"/> it is
    /// one word.
    /// </summary>
    public static void AppendEscaped(
        this ArrayBufferWriter<byte> text, ReadOnlySpan<byte> value, bool quotes = true, bool spaces = true)
    {
        const string Digits = "0123456789abcdef";
        foreach (var b in value)
        {
            var span = text.GetSpan(4);
            if (b is (byte)'\\' || (quotes && b == '"'))
            {
                span[0] = (byte)'\\';
                span[1] = b;
                text.Advance(2);
            }
            else if (b is > 0x20 and < 0x7F || (b == 0x20 && spaces))
            {
                span[0] = b;
                text.Advance(1);
            }
            else
            {
                span[0] = (byte)'\\';
                span[1] = (byte)'x';
                span[2] = (byte)Digits[b >> 4];
                span[3] = (byte)Digits[b & 15];
                text.Advance(4);
            }
        }
    }

    /// <summary>A duration for people.</summary>
    public static string Duration(long us) => us switch
    {
        < 100_000 => (us / 1000.0).ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 10_000_000 => (us / 1000).ToString(CultureInfo.InvariantCulture) + " ms",
        _ => (us / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture) + " s",
    };
}
