using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Vitrine.Server.Logs;

/// <summary>A line for each refusal: when, who, what the client was told, why.</summary>
/// <param name="json">Whether it is a JSON object, as the lines of the log are.</param>
internal sealed class RefusalFormat(bool json) : IRecordFormatter
{
    /// <inheritdoc/>
    public void Format(in JournalRecord record, RecordTexts texts, ArrayBufferWriter<byte> text)
    {
        if (record.Kind != RecordKind.Refusal) return;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs);
        if (json) FormatJson(record, time, texts.First, text);
        else FormatText(record, time, texts.First, text);
        text.Append("\n");
    }

    private static void FormatText(
        in JournalRecord record, DateTimeOffset time, ReadOnlySpan<byte> reason, ArrayBufferWriter<byte> text)
    {
        text.Append(time, "yyyy-MM-dd HH:mm:ss");
        if (record.Count > 0)
        {
            text.Append($"Z refused {record.Count} more");
            return;
        }
        text.Append(
            record.Connection == 0 ? "Z refused whoever came "
            : $"Z refused {EndPointOf(record)} (connection {record.Connection}) ");
        text.Append(record.Status == 0 ? "without a word: " : $"with {record.Status}: ");
        text.AppendEscaped(reason, quotes: false);
    }

    private static IPEndPoint EndPointOf(in JournalRecord record) =>
        new(record.Peer.ToIPAddress(), record.Peer.Port);

    private static void FormatJson(
        in JournalRecord record, DateTimeOffset time, ReadOnlySpan<byte> reason, ArrayBufferWriter<byte> text)
    {
        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        json.WriteString("time", time.UtcDateTime);
        if (record.Count > 0)
        {
            json.WriteNumber("refused_more", record.Count);
        }
        else
        {
            json.WriteString("remote", record.Peer.ToIPAddress().ToString());
            json.WriteNumber("connection", record.Connection);
            if (record.Status == 0) json.WriteNull("refused");
            else json.WriteNumber("refused", record.Status);
            json.WriteString("reason", reason);
        }
        json.WriteEndObject();
    }
}
