using Vitrine.Http;
using Vitrine.Http.Http1;
using Vitrine.Http.Protocols;
using Vitrine.Http.Replies;

namespace Vitrine.Testing;

/// <summary>
/// Runs the protocol alone, without a worker: the oracle for everything that has one. Output is taken away
/// whenever the protocol wants that, so it is never short of room.
/// </summary>
public static class ProtocolRun
{
    /// <summary>
    /// 1994-11-06T08:49:37Z, the time of RFC 9110's examples: Date is the same in every reply.
    /// </summary>
    public const long UnixSeconds = 784_111_777;

    public const string Boundary = "BOUNDARY";

    [ThreadStatic]
    private static ProtocolContext? oracle;

    [ThreadStatic]
    private static OutputQueue? spareOutput;

    public static ProtocolContext Context(IResponder site, Limits? limits = null, bool keepsMarks = false)
    {
        var context = new ProtocolContext(site, limits ?? new Limits(), serverHeader: true, Boundary)
        {
            KeepsMarks = keepsMarks,
        };
        context.SetTime(1, UnixSeconds);
        return context;
    }

    /// <summary>What comes back for the pieces, one after the other, and what is wanted at the end.</summary>
    public static (byte[] Output, Want Want) Run(
        IEnumerable<ReadOnlyMemory<byte>> pieces, bool ended, bool expired = false)
    {
        oracle ??= Context(new MemorySite { Defers = false });
        var output = spareOutput ??= new OutputQueue();
        var protocol = new Http1Protocol(oracle, QuietInbox.Address);
        var all = new MemoryStream();
        var rest = Array.Empty<byte>();
        var want = Want.Read;
        foreach (var piece in pieces.Append(ReadOnlyMemory<byte>.Empty))
        {
            if (want is not (Want.Read or Want.Write)) break;
            // Like a worker: what is left over comes again, followed by more.
            byte[] input = [.. rest, .. piece.Span];
            var isLast = piece.IsEmpty;
            if (isLast && !ended) break;
            var at = 0;
            do
            {
                want = protocol.Consume(input.AsSpan(at), isLast, output, out var consumed);
                at += consumed;
                Drain(output, all);
            }
            while (want == Want.Write);
            rest = input[at..];
        }
        if (expired && want == Want.Read)
        {
            want = protocol.Expire(output);
            Drain(output, all);
        }
        protocol.Release(null);
        output.Clear();
        return (all.ToArray(), want);
    }

    private static void Drain(OutputQueue output, Stream all)
    {
        Span<byte> buffer = stackalloc byte[4096];
        while (!output.IsEmpty)
        {
            ref readonly var segment = ref output[0];
            var count = segment.File is { } file
                ? file.Read(segment.Position, buffer[..(int)Math.Min(buffer.Length, segment.Length)])
                : (int)segment.Length;
            all.Write(segment.File is null ? segment.Span : buffer[..count]);
            output.Advance(count);
        }
    }
}
