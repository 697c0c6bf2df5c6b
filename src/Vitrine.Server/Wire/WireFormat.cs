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
    private readonly WireRoom room = new();

    /// <inheritdoc/>
    public void Format(in JournalRecord record, RecordTexts texts, ArrayBufferWriter<byte> text)
    {
        if (record.Kind == RecordKind.Reply)
        {
            replies?.Format(record, texts, text);
            return;
        }
        var line = new WireLine(text, colour, record.Connection, record.SinceUs);
        if (record.Kind == RecordKind.Opened)
        {
            exchanges[record.Connection] = new Exchange(room);
            var peer = record.Peer.IsV6 ? $"[{record.Peer.ToIPAddress()}]" : $"{record.Peer.ToIPAddress()}";
            line.Note($"accepted from {peer}:{record.Peer.Port}");
            return;
        }
        // Records may have been lost: then there is nothing to tell heads from bodies by.
        if (!exchanges.TryGetValue(record.Connection, out var exchange)) return;
        switch (record.Kind)
        {
            case RecordKind.Secured:
                line.Note(System.Text.Encoding.UTF8.GetString(texts.First));
                break;
            case RecordKind.Received:
                exchange.Received(texts.First, line);
                break;
            case RecordKind.Sent:
                exchange.Sent(texts.First, line);
                break;
            case RecordKind.SentFromFile:
                exchange.Sent(record.Count, line);
                break;
            case RecordKind.Closed:
                exchange.End(line);
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

    // Both directions of a connection: text at first, frames once the preface of HTTP/2 has come.
    private sealed class Exchange
    {
        private readonly WireRoom room;
        private readonly WireStream requests;
        private readonly WireStream replies;
        private WireFrames? requestFrames;
        private WireFrames? replyFrames;

        public Exchange(WireRoom room)
        {
            this.room = room;
            var heads = new Queue<bool>();
            requests = new WireStream(isReply: false, heads);
            replies = new WireStream(isReply: true, heads);
        }

        public void Received(ReadOnlySpan<byte> bytes, WireLine line)
        {
            if (requestFrames is null)
            {
                var text = requests.Show(bytes, line);
                if (!requests.IsOfFrames) return;
                bytes = bytes[text..];
                requestFrames = new WireFrames(isReply: false, room);
                replyFrames = new WireFrames(isReply: true, room);
            }
            requestFrames.Show(bytes, line);
        }

        public void Sent(ReadOnlySpan<byte> bytes, WireLine line)
        {
            if (replyFrames is not null) replyFrames.Show(bytes, line);
            else replies.Show(bytes, line);
        }

        public void Sent(long count, WireLine line) => replies.Count(count, line);

        public void End(WireLine line)
        {
            requests.End(line);
            replies.End(line);
        }
    }
}
