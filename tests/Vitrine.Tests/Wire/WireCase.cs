using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Vitrine.Tests.Wire;

/// <summary>
/// One case of a file under <c>tests/wire</c>: what is sent (<c>&gt;</c>), what it comes to (<c>?</c>:
/// statuses, then whether the connection is kept, closed or lingers), and the exact bytes that come back
/// (<c>&lt;</c>). A line stands for itself and CRLF; a backslash at its end leaves the CRLF out; <c>\r \n \t
/// \0 \xHH \\</c> are escapes, and <c>{a*9}</c> is nine times a.
/// </summary>
internal sealed partial record WireCase(string Name, byte[] Sent, string Outcome, byte[] Received)
{
    public static IEnumerable<WireCase> Read(string path)
    {
        var blocks = File.ReadAllText(path).Split("### ")[1..];
        return blocks.Select(block =>
        {
            var lines = block.Split('\n');
            return new WireCase(
                lines[0].Trim(),
                Decode(lines, '>'),
                lines.Single(line => line.StartsWith('?'))[1..].Trim(),
                Decode(lines, '<'));
        });
    }

    /// <summary>The lines of a case's <c>&lt;</c> part.</summary>
    public static string Encode(byte[] received)
    {
        var text = new StringBuilder();
        var all = Encoding.Latin1.GetString(received).Split("\r\n");
        foreach (var line in all[..^1])
            text.Append(line.Length == 0 ? "<" : "< " + Escape(line)).Append('\n');
        if (all[^1].Length > 0) text.Append("< ").Append(Escape(all[^1])).Append("\\\n");
        return text.ToString();
    }

    private static byte[] Decode(string[] lines, char direction)
    {
        var bytes = new List<byte>();
        foreach (var line in lines.Where(line => line.StartsWith(direction)))
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
