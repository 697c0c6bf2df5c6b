using System.Globalization;
using System.Text;

namespace Vitrine.Tests.Simulation.Faults;

/// <summary>Reads replies off what a client got, as strictly as can be.</summary>
internal sealed class ReplyReader(byte[] received)
{
    private int at;

    public bool IsAtEnd => at == received.Length;

    /// <summary>The next reply; null when it is cut.</summary>
    public ReadReply? Read(bool isHead)
    {
        var end = received.AsSpan(at).IndexOf("\r\n\r\n"u8);
        if (end < 0) return null;
        var lines = Encoding.ASCII.GetString(received, at, end).Split("\r\n");
        var status = StatusOf(lines[0]);
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon <= 0 || line.AsSpan(0, colon).IndexOfAny(" \t\"") >= 0 || line.Any(char.IsControl))
                throw new OracleException($"a field line is '{line}'");
            if (!fields.TryAdd(line[..colon], line[(colon + 2)..]))
                throw new OracleException($"a field comes twice: '{line}'");
        }
        at += end + 4;
        var reply = new ReadReply(status, fields, [], at);
        var hasNoBody = isHead || status is 204 or 304;
        if (status is 204 or 304 != reply.Length < 0) throw new OracleException($"{status} has {reply.Length} bytes");
        if (hasNoBody) return reply;
        var length = reply.Length;
        if (received.Length - at < length) return null;
        at += length;
        return reply with { Body = received[(at - length)..at], End = at };
    }

    private static int StatusOf(string line)
    {
        if (line.Length < 14 || !line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || line[12] != ' '
            || !int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            throw new OracleException($"a status line is '{line}'");
        return status;
    }
}
