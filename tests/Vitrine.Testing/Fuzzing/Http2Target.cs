using System.Buffers.Binary;
using Vitrine.Http.Http2;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Testing.Fuzzing;

/// <summary>
/// A connection of HTTP/2: what comes back is whole frames, a stream has one head and nothing behind its end. The first
/// byte says in what pieces the rest comes; the preface goes before it.
/// </summary>
internal static class Http2Target
{
    private const int HeaderBytes = 9;
    private const int MostPayload = 16 * 1024;

    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length == 0) return;
        var piece = input[0] == 0 ? input.Length : input[0];
        byte[] bytes = [.. Http2Protocol.Preface, .. input[1..]];
        var context = ProtocolRun.Context(new MemorySite { Defers = false });
        var protocol = new Http2Protocol(new Http2Context(context), QuietInbox.Address);
        var output = new OutputQueue();
        var sent = new MemoryStream();
        var start = 0;
        var want = Want.Read;
        for (var end = 0; end < bytes.Length && want == Want.Read;)
        {
            end = Math.Min(bytes.Length, end + piece);
            do
            {
                want = protocol.Consume(bytes.AsSpan(start..end), ended: false, output, out var consumed);
                start += consumed;
                Drain(output, sent);
            }
            while (want is Want.Write or Want.Exchange);
        }
        if (want == Want.Read)
        {
            context.SetTime(100_000, ProtocolRun.UnixSeconds);
            protocol.Expire(output);
            Drain(output, sent);
        }
        protocol.Release(output);
        output.Clear();
        Check(sent.ToArray());
    }

    private static void Check(ReadOnlySpan<byte> sent)
    {
        var heads = new HashSet<int>();
        var ended = new HashSet<int>();
        var isGoing = false;
        while (!sent.IsEmpty)
        {
            FuzzException.ThrowUnless(sent.Length >= HeaderBytes, "frames are whole");
            var length = (int)(BinaryPrimitives.ReadUInt32BigEndian(sent) >> 8);
            var (type, flags) = (sent[3], sent[4]);
            var stream = BinaryPrimitives.ReadInt32BigEndian(sent[5..]);
            FuzzException.ThrowUnless(length <= MostPayload, "no frame is too long");
            FuzzException.ThrowUnless(sent.Length >= HeaderBytes + length, "frames are whole");
            FuzzException.ThrowUnless(!isGoing, "nothing comes behind GOAWAY");
            if (type == 1) FuzzException.ThrowUnless(heads.Add(stream), "a stream has one head");
            if (type == 0) FuzzException.ThrowUnless(heads.Contains(stream), "a body comes behind its head");
            if (type is 0 or 1) FuzzException.ThrowUnless(!ended.Contains(stream), "nothing comes behind the end");
            if ((type is 0 or 1 && (flags & 1) != 0) || type == 3) ended.Add(stream);
            isGoing = type == 7;
            sent = sent[(HeaderBytes + length)..];
        }
    }

    private static void Drain(OutputQueue output, Stream all)
    {
        while (!output.IsEmpty)
        {
            all.Write(output[0].Span);
            output.Advance(output[0].Length);
        }
    }
}
