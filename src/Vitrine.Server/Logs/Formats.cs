using System.Buffers;
using System.Text.Json;
using Vitrine.Http.Text;

namespace Vitrine.Server.Logs;

/// <summary>A line for a person at a terminal: time, status, request, size, duration.</summary>
internal sealed class PrettyFormat(bool colour) : IRecordFormatter
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
        var time = DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs).ToLocalTime();
        Paint(text, "90", time.ToString("HH:mm:ss", null));
        text.Append("  ");
        var code = record.Status switch { < 300 => "32", < 400 => "36", < 500 => "33", _ => "31" };
        Paint(text, code, $"{record.Status}");
        text.Append("  ");
        var version = first.LastIndexOf(" HTTP/"u8);
        if (first.IsEmpty) text.Append("-");
        else text.AppendEscaped(version > 0 ? first[..version] : first, quotes: false);
        Paint(text, "90", $"  {ByteSize.Describe(record.Count)}  {LogText.Duration(record.SinceUs)}");
        text.Append("\n");
    }

    private void Paint(ArrayBufferWriter<byte> text, string code, string value) =>
        text.Append(colour ? $"\e[{code}m{value}\e[0m" : value);
}

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

/// <summary>One JSON object a line.</summary>
internal sealed class JsonFormat : IRecordFormatter
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
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("time", DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs).UtcDateTime);
            json.WriteString("remote", record.Peer.ToIPAddress().ToString());
            json.WriteNumber("connection", record.Connection);
            WriteText(json, "request", first);
            json.WriteNumber("status", record.Status);
            json.WriteNumber("bytes", record.Count);
            json.WriteNumber("duration_ms", record.SinceUs / 1000.0);
            WriteText(json, "referer", second);
            WriteText(json, "user_agent", third);
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
