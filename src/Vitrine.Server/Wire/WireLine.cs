using System.Buffers;
using System.Globalization;
using Vitrine.Server.Logs;

namespace Vitrine.Server.Wire;

/// <summary>Writes the lines of one event: who and when, which way, and what.</summary>
internal readonly struct WireLine(ArrayBufferWriter<byte> text, bool colour, long connection, long sinceUs)
{
    /// <summary>Something that happened to the connection.</summary>
    public void Note(string what)
    {
        Start("--", "90");
        text.Append(colour ? $"\e[90m{what}\e[0m\n" : $"{what}\n");
    }

    /// <summary>
    /// A line as it was on the wire, with its end; where only a part of it came in one go, that part, with
    /// dots where the rest goes.
    /// </summary>
    public void Show(bool isReply, ReadOnlySpan<byte> line, bool isContinued, bool isWhole)
    {
        StartData(isReply);
        var end = line.EndsWith("\r\n"u8) ? 2 : line.EndsWith("\n"u8) ? 1 : 0;
        if (isContinued) AppendFaint("…");
        text.AppendEscaped(line[..^end], quotes: false);
        AppendFaint(end switch { 2 => "\\r\\n", 1 => "\\n", _ => isWhole ? "" : "…" });
        text.Append("\n");
    }

    /// <summary>A frame of HTTP/2.</summary>
    public void Frame(bool isReply, string what)
    {
        StartData(isReply);
        text.Append(what);
        text.Append("\n");
    }

    /// <summary>A field of a head that came in frames.</summary>
    public void Field(bool isReply, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        StartData(isReply);
        AppendFaint("  ");
        text.AppendEscaped(name, quotes: false);
        text.Append(": ");
        text.AppendEscaped(value, quotes: false);
        text.Append("\n");
    }

    /// <summary>Bytes of a body.</summary>
    public void Count(bool isReply, long count, bool isWhole)
    {
        StartData(isReply);
        var what = $"… {count} bytes of body{(isWhole ? "" : ", cut short")}";
        text.Append(colour ? $"\e[3m{what}\e[0m\n" : $"{what}\n");
    }

    private void AppendFaint(string mark)
    {
        if (mark.Length > 0) text.Append(colour ? $"\e[90m{mark}\e[0m" : mark);
    }

    private void StartData(bool isReply) => Start(isReply ? "<-" : "->", isReply ? "32" : "36");

    private void Start(string direction, string code)
    {
        var ms = (sinceUs / 1000.0).ToString("0.0", CultureInfo.InvariantCulture).PadLeft(9);
        var who = $"#{connection}".PadRight(5);
        text.Append(colour ? $"\e[90m{who}{ms} ms\e[0m \e[{code}m{direction}\e[0m " : $"{who}{ms} ms {direction} ");
    }
}
