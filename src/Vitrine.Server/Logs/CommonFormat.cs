using System.Buffers;

namespace Vitrine.Server.Logs;

/// <summary>
/// The Common Log Format of NCSA httpd, or Apache's Combined, which adds Referer and User-Agent.
/// </summary>
internal sealed class CommonFormat(bool combined) : IRecordFormatter
{
    /// <inheritdoc/>
    public void Format(
        in JournalRecord record,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third,
        ArrayBufferWriter<byte> text)
    {
        if (record.Kind != RecordKind.Reply) return;
        text.Append(record.Peer.ToIPAddress());
        text.Append(" - - [");
        text.Append(DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs), "dd/MMM/yyyy:HH:mm:ss");
        text.Append(" +0000] \"");
        AppendField(text, first);
        text.Append("\" ");
        text.Append(record.Status);
        text.Append(" ");
        if (record.Count == 0) text.Append("-");
        else text.Append(record.Count);
        if (combined)
        {
            text.Append(" \"");
            AppendField(text, second);
            text.Append("\" \"");
            AppendField(text, third);
            text.Append("\"");
        }
        text.Append("\n");
    }

    private static void AppendField(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) text.Append("-");
        else text.AppendEscaped(value);
    }
}
