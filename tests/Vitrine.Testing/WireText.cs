using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vitrine.Testing;

/// <summary>
/// Bytes of the wire as text that can be read: a line stands for itself and CRLF; a backslash at its end leaves the
/// CRLF out; <c>\r \n \t \0 \xHH \\</c> are escapes, and <c>{a*9}</c> is nine times a.
/// </summary>
public static partial class WireText
{
    /// <summary>The bytes of the lines that start with a mark, which is followed by a space.</summary>
    public static byte[] Decode(IEnumerable<string> lines, char mark)
    {
        var bytes = new List<byte>();
        foreach (var line in lines.Where(line => line.StartsWith(mark)))
        {
            var text = line.Length > 2 ? line[2..] : "";
            text = Repeat().Replace(
                text,
                match => new string(
                    match.Groups[1].Value[0], int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture)));
            var isOpen = text.EndsWith('\\') && !text.EndsWith("\\\\", StringComparison.Ordinal);
            bytes.AddRange(Unescape(isOpen ? text[..^1] : text));
            if (!isOpen) bytes.AddRange("\r\n"u8);
        }
        return [.. bytes];
    }

    /// <summary>The lines that stand for such bytes.</summary>
    public static string Encode(byte[] bytes, char mark)
    {
        var text = new StringBuilder();
        var all = Encoding.Latin1.GetString(bytes).Split("\r\n");
        foreach (var line in all[..^1])
            text.Append(line.Length == 0 ? $"{mark}" : $"{mark} {Escape(line)}").Append('\n');
        if (all[^1].Length > 0) text.Append(mark).Append(' ').Append(Escape(all[^1])).Append("\\\n");
        return text.ToString();
    }

    private static byte[] Unescape(string text)
    {
        var plain = Escaped().Replace(text, match => match.Value[1] switch
        {
            'r' => "\r",
            'n' => "\n",
            't' => "\t",
            '0' => "\0",
            '\\' => "\\",
            _ => ((char)Convert.ToInt32(match.Value[2..], 16)).ToString(),
        });
        return Encoding.Latin1.GetBytes(plain);
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    [GeneratedRegex(@"\{(.)\*(\d+)\}")]
    private static partial Regex Repeat();

    [GeneratedRegex(@"\\(r|n|t|0|\\|x[0-9a-f]{2})")]
    private static partial Regex Escaped();
}
