using System.Text;
using Vitrine.Http.Head;
using Vitrine.Http.Text;

namespace Vitrine.Http.Protocols;

/// <summary>
/// The beginning of every head with one status, up to and with Date: the same for a second.
/// </summary>
internal sealed class BakedHead
{
    private readonly byte[] bytes;
    private readonly int dateAt;
    private long second = -1;

    /// <summary>Makes it, without a date.</summary>
    public BakedHead(Status status, bool serverHeader, int? strictSeconds)
    {
        var server = serverHeader ? "Server: vitrine\r\n" : "";
        var strict = strictSeconds is { } age ? $"Strict-Transport-Security: max-age={age}\r\n" : "";
        var text = $"HTTP/1.1 {Encoding.ASCII.GetString(Statuses.Line(status))}\r\n{server}{strict}Date: ";
        dateAt = text.Length;
        bytes = Encoding.ASCII.GetBytes($"{text}{new string(' ', HttpDate.Length)}\r\n");
    }

    /// <summary>Its bytes in that second.</summary>
    public ReadOnlySpan<byte> At(long unixSeconds)
    {
        if (unixSeconds != second)
        {
            HttpDate.Write(unixSeconds, bytes.AsSpan(dateAt));
            second = unixSeconds;
        }
        return bytes;
    }
}
