using System.Buffers;
using System.Text.Json;

namespace Vitrine.Server.Logs;

/// <summary>One JSON object a line.</summary>
internal sealed class JsonFormat : IRecordFormatter
{
    /// <inheritdoc/>
    public void Format(in JournalRecord record, RecordTexts texts, ArrayBufferWriter<byte> text)
    {
        if (record.Kind != RecordKind.Reply) return;
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs).UtcDateTime);
            json.WriteString("remote", record.Peer.ToIPAddress().ToString());
            json.WriteNumber("connection", record.Connection);
            WriteText(json, "request", texts.First);
            json.WriteNumber("status", record.Status);
            json.WriteNumber("bytes", record.Count);
            json.WriteNumber("duration_ms", record.SinceUs / 1000.0);
            WriteText(json, "referer", texts.Second);
            WriteText(json, "user_agent", texts.Third);
            if (!texts.Client.IsEmpty) WriteText(json, "client_certificate", texts.Client);
            json.WriteEndObject();
        }
        text.Append("\n");
    }

    /// <inheritdoc/>
    public void NoteLost(long count, ArrayBufferWriter<byte> text) => text.Append($"{{\"lost\":{count}}}\n");

    // Bytes that are no UTF-8 would be an error to JSON: they are taken as Latin-1, which loses nothing.
    private static void WriteText(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value)
    {
        if (System.Text.Unicode.Utf8.IsValid(value)) json.WriteString(name, value);
        else json.WriteString(name, System.Text.Encoding.Latin1.GetString(value));
    }
}
