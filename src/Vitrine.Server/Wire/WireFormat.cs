using System.Buffers;
using Vitrine.Server.Logs;

namespace Vitrine.Server.Wire;

/// <summary>
/// The exchange as it happens on the wire, a line per line: connection, time since accept, direction, and the
/// text with its CR and LF made visible. Bodies are counted. It reads the bytes that went over the wire and
/// nothing else, so it shows what is there and not what the server meant.
/// </summary>
internal sealed class WireFormat(bool colour, IRecordFormatter? replies) : IRecordFormatter
{
    private readonly Dictionary<long, Exchange> exchanges = [];

    /// <inheritdoc/>
    public void Format(
        in JournalRecord record,
        ReadOnlySpan<byte> first,
        ReadOnlySpan<byte> second,
        ReadOnlySpan<byte> third,
        ArrayBufferWriter<byte> text)
    {
        if (record.Kind == RecordKind.Reply)
        {
            replies?.Format(record, first, second, third, text);
            return;
        }
        var line = new WireLine(text, colour, record.Connection, record.SinceUs);
        if (record.Kind == RecordKind.Opened)
        {
            exchanges[record.Connection] = new Exchange();
            var peer = record.Peer.IsV6 ? $"[{record.Peer.ToIPAddress()}]" : $"{record.Peer.ToIPAddress()}";
            line.Note($"accepted from {peer}:{record.Peer.Port}");
            return;
        }
        // Records may have been lost: then there is nothing to tell heads from bodies by.
        if (!exchanges.TryGetValue(record.Connection, out var exchange)) return;
        switch (record.Kind)
        {
            case RecordKind.Received:
                exchange.Requests.Show(first, line);
                break;
            case RecordKind.Sent:
                exchange.Replies.Show(first, line);
                break;
            case RecordKind.SentFromFile:
                exchange.Replies.Count(record.Count, line);
                break;
            case RecordKind.Closed:
                exchange.Requests.End(line);
                exchange.Replies.End(line);
                line.Note(record.IsAborted ? "closed with a reset" : "closed");
                exchanges.Remove(record.Connection);
                break;
        }
    }

    /// <inheritdoc/>
    public void NoteLost(long count, ArrayBufferWriter<byte> text)
    {
        // What is lost may have been the end of a head: connections that are open now are not shown any more.
        exchanges.Clear();
        text.Append($"# {count} events were lost: they could not be written in time; ");
        text.Append("new connections are shown again\n");
    }

    private sealed class Exchange
    {
        public Exchange()
        {
            var heads = new Queue<bool>();
            Requests = new WireStream(isReply: false, heads);
            Replies = new WireStream(isReply: true, heads);
        }

        public WireStream Requests { get; }

        public WireStream Replies { get; }
    }
}
