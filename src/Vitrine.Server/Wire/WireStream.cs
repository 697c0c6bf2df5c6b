using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Vitrine.Server.Wire;

/// <summary>
/// One direction of a connection: cuts bytes into lines while in a head, and counts them while in a body. It
/// knows of HTTP/1 just enough to tell the two apart.
/// </summary>
/// <param name="isReply">Which direction.</param>
/// <param name="headRequests">Shared by both: for each request under way, whether it is HEAD.</param>
internal sealed class WireStream(bool isReply, Queue<bool> headRequests)
{
    private const int LongestLine = 16 * 1024;

    private static readonly string[] Preface = ["PRI * HTTP/2.0", "", "SM", ""];

    private readonly List<byte> line = [];
    private int shown; // how much of the line was shown already
    private Part part = Part.StartLine;
    private bool isChunked;
    private bool hasNoBody;
    private bool isInterim;
    private long left;
    private long counted;
    private int prefaceLines; // of the first lines, how many are of the preface

    private enum Part
    {
        StartLine,
        Fields,
        Body,
        ChunkSize,
        ChunkEnd,
        Trailers,
        Unknown,
    }

    /// <summary>Whether the preface of HTTP/2 has come (RFC 9113 section 3.4): what follows is no text.</summary>
    public bool IsOfFrames { get; private set; }

    /// <summary>
    /// Shows the bytes of one event; of a line that is not complete, as much as there is. Returns how many were text.
    /// </summary>
    public int Show(ReadOnlySpan<byte> bytes, WireLine output)
    {
        var taken = ShowLines(bytes, output);
        if (line.Count > shown) ShowLine(output, isWhole: false);
        return taken;
    }

    /// <summary>Counts bytes of a body.</summary>
    public void Count(long count, WireLine output)
    {
        counted += count;
        if (part != Part.Body) return;
        left -= count;
        if (left > 0) return;
        output.Count(isReply, counted, isWhole: true);
        counted = 0;
        part = isChunked ? Part.ChunkEnd : Part.StartLine;
    }

    /// <summary>Shows what is not shown yet, because no more comes.</summary>
    public void End(WireLine output)
    {
        if (counted > 0) output.Count(isReply, counted, isWhole: part == Part.Unknown);
        line.Clear();
        shown = 0;
        counted = 0;
    }

    private int ShowLines(ReadOnlySpan<byte> all, WireLine output)
    {
        var bytes = all;
        while (!bytes.IsEmpty && !IsOfFrames)
        {
            if (part is Part.Body or Part.Unknown)
            {
                var taken = part == Part.Unknown ? bytes.Length : (int)Math.Min(left, bytes.Length);
                Count(taken, output);
                bytes = bytes[taken..];
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            var piece = end < 0 ? bytes : bytes[..(end + 1)];
            line.AddRange(piece);
            bytes = bytes[piece.Length..];
            if (end < 0 && line.Count < LongestLine) continue;
            ShowLine(output, isWhole: true);
            var text = Encoding.Latin1.GetString(CollectionsMarshal.AsSpan(line)).TrimEnd('\r', '\n');
            line.Clear();
            shown = 0;
            TakeLine(text);
        }
        return all.Length - bytes.Length;
    }

    private void ShowLine(WireLine output, bool isWhole)
    {
        output.Show(isReply, CollectionsMarshal.AsSpan(line)[shown..], isContinued: shown > 0, isWhole);
        shown = line.Count;
    }

    private void TakeLine(string text)
    {
        if (!isReply && prefaceLines < Preface.Length)
        {
            prefaceLines = text == Preface[prefaceLines] ? prefaceLines + 1 : int.MaxValue;
            IsOfFrames = prefaceLines == Preface.Length;
        }
        switch (part)
        {
            case Part.StartLine when text.Length > 0:
                Start(text);
                break;
            case Part.Fields when text.Length > 0:
                TakeField(text);
                break;
            case Part.Fields:
                EndHead();
                break;
            case Part.ChunkSize:
                TakeChunkSize(text);
                break;
            case Part.ChunkEnd:
                part = Part.ChunkSize;
                break;
            case Part.Trailers when text.Length == 0:
                part = Part.StartLine;
                break;
        }
    }

    private void Start(string text)
    {
        part = Part.Fields;
        left = 0;
        isChunked = false;
        if (!isReply)
        {
            hasNoBody = false;
            headRequests.Enqueue(text.StartsWith("HEAD ", StringComparison.Ordinal));
            return;
        }
        var status = text.Length >= 12 ? text.Substring(9, 3) : "";
        isInterim = status.StartsWith('1');
        hasNoBody = isInterim || status is "204" or "304";
    }

    private void TakeField(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0) return;
        var value = text[(colon + 1)..].Trim();
        if (text.AsSpan(0, colon).Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            left = long.TryParse(value, CultureInfo.InvariantCulture, out var length) && length > 0 ? length : 0;
        else if (text.AsSpan(0, colon).Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            isChunked = value.EndsWith("chunked", StringComparison.OrdinalIgnoreCase);
    }

    private void EndHead()
    {
        if (isReply && !isInterim && headRequests.TryDequeue(out var wasHead)) hasNoBody |= wasHead;
        if (hasNoBody) part = Part.StartLine;
        else if (isChunked) part = Part.ChunkSize;
        else part = left > 0 ? Part.Body : Part.StartLine;
    }

    private void TakeChunkSize(string text)
    {
        var size = text.Split(';')[0].Trim();
        if (!long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out left) || left < 0)
            part = Part.Unknown;
        else
            part = left == 0 ? Part.Trailers : Part.Body;
    }
}
