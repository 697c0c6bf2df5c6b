using System.Buffers;
using System.Globalization;
using Vitrine.Http.Head;
using Vitrine.Http.Http2.Hpack;
using Vitrine.Http.Text;

namespace Vitrine.Http.Http2;

/// <summary>
/// The beginning of every header block with one status: with Server and Date, the same for a second.
/// </summary>
internal sealed class BakedBlockStart
{
    private readonly byte[] bytes;
    private readonly int dateAt;
    private long second = -1;

    /// <summary>Makes it, without a date.</summary>
    public BakedBlockStart(Status status, bool serverHeader, int? strictSeconds)
    {
        var block = new ArrayBufferWriter<byte>();
        HpackWriter.Write(block, ":status", ((int)status).ToString(CultureInfo.InvariantCulture));
        if (serverHeader) HpackWriter.Write(block, "server", "vitrine");
        if (strictSeconds is { } age) HpackWriter.Write(block, "strict-transport-security", $"max-age={age}");
        HpackWriter.WritePlain(block, "date", new string(' ', HttpDate.Length));
        bytes = block.WrittenSpan.ToArray();
        dateAt = bytes.Length - HttpDate.Length;
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
