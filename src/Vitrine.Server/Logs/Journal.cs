using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Vitrine.Http.Replies;
using Vitrine.Net;
using Vitrine.Net.Tls;

namespace Vitrine.Server.Logs;

/// <summary>
/// Takes what workers see and writes it out as text on a thread of its own. A worker copies a record into
/// memory and goes on; when the reader of the text is slow the memory fills, and then records are dropped and
/// counted: no worker ever waits for a terminal. So are those that cannot be written, as to a full disk.
/// </summary>
internal sealed class Journal : IReplyLog, ITap, IDisposable
{
    /// <summary>The most memory for the records that are not written yet, and again for those that are.</summary>
    public const int MostBytes = 4 * 1024 * 1024;

    private const int StopWaitMs = 1_000;

    // After something could not be written.
    private const int RetryMs = 1_000;

    private static readonly int HeaderBytes = Unsafe.SizeOf<JournalRecord>();

    private readonly Stream output;
    private readonly IRecordFormatter formatter;
    private readonly Action<Exception>? onFault;
    private readonly Thread thread;
    private readonly Lock gate = new();
    private readonly AutoResetEvent filled = new(false);
    private byte[] records = new byte[64 * 1024];
    private byte[] spare = new byte[64 * 1024];
    private int used;
    private long dropped;
    private volatile bool isStopped;
    private bool isFailing;
    private bool isCutOff; // what was written last may have ended in the middle of a line

    /// <summary>
    /// Starts the thread. <paramref name="onFault"/> is told by a <see cref="LogException"/> that it cannot write.
    /// </summary>
    public Journal(Stream output, IRecordFormatter formatter, Action<Exception>? onFault = null)
    {
        this.onFault = onFault;
        this.output = output;
        this.formatter = formatter;
        thread = new Thread(Run) { IsBackground = true, Name = "vitrine journal" };
        thread.Start();
    }

    /// <summary>How much memory it has for records, full or not.</summary>
    public int ReservedBytes
    {
        get
        {
            lock (gate) return records.Length + spare.Length;
        }
    }

    /// <inheritdoc/>
    public void Replied(in ConnectionInfo connection, ReplyMark reply, long bytesSent, long nowUs)
    {
        var record = Record(RecordKind.Reply, connection, nowUs);
        record.Status = (ushort)reply.Status;
        record.SinceUs = nowUs - reply.StartedUs;
        record.Count = Math.Max(bytesSent - reply.HeadBytes, 0);
        var client = connection.ClientSubject is { } subject ? Encoding.UTF8.GetBytes(subject) : default;
        Append(record, new RecordTexts
        {
            First = reply.RequestLine,
            Second = reply.Referer,
            Third = reply.UserAgent,
            Client = client,
        });
    }

    /// <summary>Something was refused; or <paramref name="count"/> more than are told of were.</summary>
    public void Refused(in ConnectionInfo connection, Refusal refusal, long count)
    {
        var record = Record(RecordKind.Refusal, connection, connection.AcceptedUs);
        record.Status = (ushort)(refusal.Status ?? 0);
        record.Count = count;
        Append(record, new RecordTexts { First = Encoding.UTF8.GetBytes(refusal.Reason) });
    }

    /// <inheritdoc/>
    public void Opened(in ConnectionInfo connection, long nowUs) =>
        Append(Record(RecordKind.Opened, connection, nowUs), default);

    /// <inheritdoc/>
    public void Secured(in ConnectionInfo connection, TlsFacts facts, long nowUs)
    {
        var how = facts.IsResumed ? ", resumed" : "";
        var name = facts.ServerName is { } server ? $" for {server}" : "";
        var text = $"{facts.Version} {facts.Cipher}, {facts.Protocol ?? "no ALPN"}{name}{how}";
        Append(Record(RecordKind.Secured, connection, nowUs), new RecordTexts { First = Encoding.UTF8.GetBytes(text) });
    }

    /// <inheritdoc/>
    public void Received(in ConnectionInfo connection, ReadOnlySpan<byte> bytes, long nowUs) =>
        Append(Record(RecordKind.Received, connection, nowUs), new RecordTexts { First = bytes });

    /// <inheritdoc/>
    public void Sent(in ConnectionInfo connection, ReadOnlySpan<byte> bytes, bool isBody, long nowUs)
    {
        // Bodies are only counted, so they need not be copied for it.
        if (isBody) SentFromFile(connection, bytes.Length, nowUs);
        else Append(Record(RecordKind.Sent, connection, nowUs), new RecordTexts { First = bytes });
    }

    /// <inheritdoc/>
    public void SentFromFile(in ConnectionInfo connection, long count, long nowUs)
    {
        var record = Record(RecordKind.SentFromFile, connection, nowUs);
        record.Count = count;
        Append(record, default);
    }

    /// <inheritdoc/>
    public void Closed(in ConnectionInfo connection, bool aborted, long nowUs)
    {
        var record = Record(RecordKind.Closed, connection, nowUs);
        record.IsAborted = aborted;
        Append(record, default);
    }

    /// <summary>Writes out what is left, if that can be done within a second.</summary>
    public void Dispose()
    {
        isStopped = true;
        filled.Set();
        thread.Join(StopWaitMs);
    }

    private static JournalRecord Record(RecordKind kind, in ConnectionInfo connection, long nowUs) => new()
    {
        Kind = kind,
        Connection = connection.Number,
        Peer = connection.Peer,
        UnixMs = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        SinceUs = nowUs - connection.AcceptedUs,
    };

    private void Append(JournalRecord record, RecordTexts texts)
    {
        record.FirstLength = texts.First.Length;
        record.SecondLength = texts.Second.Length;
        record.ThirdLength = texts.Third.Length;
        record.ClientLength = texts.Client.Length;
        var length = HeaderBytes + texts.Length;
        bool wasEmpty;
        lock (gate)
        {
            if (used + length > records.Length && !Grow(used + length))
            {
                dropped++;
                return;
            }
            wasEmpty = used == 0;
            var place = records.AsSpan(used, length);
            MemoryMarshal.Write(place, record);
            place = place[HeaderBytes..];
            texts.First.CopyTo(place);
            place = place[texts.First.Length..];
            texts.Second.CopyTo(place);
            place = place[texts.Second.Length..];
            texts.Third.CopyTo(place);
            texts.Client.CopyTo(place[texts.Third.Length..]);
            used += length;
        }
        if (wasEmpty) filled.Set();
    }

    private bool Grow(int wanted)
    {
        if (wanted > MostBytes) return false;
        Array.Resize(ref records, (int)Math.Min(MostBytes, Math.Max(wanted, records.Length * 2L)));
        return true;
    }

    private void Run()
    {
        var text = new ArrayBufferWriter<byte>(64 * 1024);
        var unwritten = 0L;
        while (true)
        {
            var last = isStopped;
            var length = Take(out var lost);
            if (unwritten > 0 && length > 0) formatter.NoteLost(unwritten, text);
            var count = Format(spare.AsSpan(0, length), text);
            if (lost > 0) formatter.NoteLost(lost, text);
            if (text.WrittenCount > 0)
            {
                // A full disk may have room again, and a reader that is gone costs a try a second.
                var isWritten = TryWrite(text.WrittenSpan);
                unwritten = isWritten ? 0 : unwritten + count + lost;
                if (!isWritten && !last) Thread.Sleep(RetryMs);
            }
            text.ResetWrittenCount();
            if (last) return;
            if (length == 0) filled.WaitOne();
        }
    }

    private bool TryWrite(ReadOnlySpan<byte> text)
    {
        try
        {
            if (isCutOff) output.Write("\n"u8);
            isCutOff = false;
            output.Write(text);
            output.Flush();
            isFailing = false;
            return true;
        }
#pragma warning disable CA1031 // whatever a stream throws, a log is no reason to stop serving
        catch (Exception fault)
        {
            if (!isFailing) onFault?.Invoke(new LogException(fault));
            isFailing = isCutOff = true;
            return false;
        }
#pragma warning restore CA1031
    }

    private int Take(out long lost)
    {
        lock (gate)
        {
            (records, spare) = (spare, records);
            var count = used;
            used = 0;
            lost = dropped;
            dropped = 0;
            return count;
        }
    }

    private static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> taken, int length)
    {
        var cut = taken[..length];
        taken = taken[length..];
        return cut;
    }

    // How many records they were.
    private int Format(ReadOnlySpan<byte> taken, ArrayBufferWriter<byte> text)
    {
        var count = 0;
        for (; !taken.IsEmpty; count++)
        {
            var record = MemoryMarshal.Read<JournalRecord>(taken);
            taken = taken[HeaderBytes..];
            var texts = new RecordTexts
            {
                First = Cut(ref taken, record.FirstLength),
                Second = Cut(ref taken, record.SecondLength),
                Third = Cut(ref taken, record.ThirdLength),
                Client = Cut(ref taken, record.ClientLength),
            };
            formatter.Format(record, texts, text);
        }
        return count;
    }
}
