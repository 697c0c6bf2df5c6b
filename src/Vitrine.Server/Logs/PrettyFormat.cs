using System.Buffers;
using Vitrine.Http.Text;

namespace Vitrine.Server.Logs;

/// <summary>A line for a person at a terminal: time, status, request, size, duration.</summary>
internal sealed class PrettyFormat(bool colour) : IRecordFormatter
{
    /// <inheritdoc/>
    public void Format(in JournalRecord record, RecordTexts texts, ArrayBufferWriter<byte> text)
    {
        if (record.Kind != RecordKind.Reply) return;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(record.UnixMs).ToLocalTime();
        Paint(text, "90", time.ToString("HH:mm:ss", null));
        text.Append("  ");
        var code = record.Status switch { < 300 => "32", < 400 => "36", < 500 => "33", _ => "31" };
        Paint(text, code, $"{record.Status}");
        text.Append("  ");
        var version = texts.First.LastIndexOf(" HTTP/"u8);
        if (texts.First.IsEmpty) text.Append("-");
        else text.AppendEscaped(version > 0 ? texts.First[..version] : texts.First, quotes: false);
        Paint(text, "90", $"  {ByteSize.Describe(record.Count)}  {LogText.Duration(record.SinceUs)}");
        text.Append("\n");
    }

    private void Paint(ArrayBufferWriter<byte> text, string code, string value) =>
        text.Append(colour ? $"\e[{code}m{value}\e[0m" : value);
}
