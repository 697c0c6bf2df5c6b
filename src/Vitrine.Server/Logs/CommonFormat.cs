using System.Buffers;

namespace Vitrine.Server.Logs;

/// <summary>
/// The Common Log Format of NCSA httpd, or Apache's Combined, which adds Referer and User-Agent. Who the client is is
/// what its certificate says, if it has shown one.
/// </summary>
internal sealed class CommonFormat(bool combined) : IRecordFormatter
{
    /// <inheritdoc/>
    public void Format(in JournalRecord record, RecordTexts texts, ArrayBufferWriter<byte> text)
    {
        if (record.Kind != RecordKind.Reply) return;
        text.Append(record.Peer.ToIPAddress());
        text.Append(" - ");
        AppendField(text, texts.Client, isWord: true);
        text.Append(" [");
        text.Append(DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs), "dd/MMM/yyyy:HH:mm:ss");
        text.Append(" +0000] \"");
        AppendField(text, texts.First);
        text.Append("\" ");
        text.Append(record.Status);
        text.Append(" ");
        if (record.Count == 0) text.Append("-");
        else text.Append(record.Count);
        if (combined)
        {
            text.Append(" \"");
            AppendField(text, texts.Second);
            text.Append("\" \"");
            AppendField(text, texts.Third);
            text.Append("\"");
        }
        text.Append("\n");
    }

    private static void AppendField(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> value, bool isWord = false)
    {
        if (value.IsEmpty) text.Append("-");
        else text.AppendEscaped(value, spaces: !isWord);
    }
}
