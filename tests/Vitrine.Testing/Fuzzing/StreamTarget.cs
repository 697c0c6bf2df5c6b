using System.Text;
using Vitrine.Http.Protocols;

namespace Vitrine.Testing.Fuzzing;

/// <summary>
/// A connection's stream: in any pieces it is answered like the whole. The first byte says how it ends, the second how
/// it is cut; the rest is what is sent.
/// </summary>
internal static class StreamTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 3) return;
        var ended = (input[0] & 1) != 0;
        var stream = input[2..].ToArray();
        var (whole, want) = ProtocolRun.Run([stream], ended, expired: !ended);
        var (split, splitWant) = ProtocolRun.Run(Cut(stream, input[1]), ended, expired: !ended);
        FuzzException.ThrowUnless(whole.AsSpan().SequenceEqual(split), "a stream in pieces is answered like the whole");
        FuzzException.ThrowUnless(want == splitWant, "a stream in pieces ends like the whole");
        FuzzException.ThrowUnless(!ended || want is Want.Close or Want.Linger, "a stream that ended is not waited for");
        CheckReplies(whole);
    }

    // Pieces of one length, or of two in turn; 0 is byte by byte.
    private static List<ReadOnlyMemory<byte>> Cut(byte[] stream, byte how)
    {
        var pieces = new List<ReadOnlyMemory<byte>>();
        for (int at = 0, turn = 0; at < stream.Length; turn++)
        {
            var wanted = 1 + ((turn & 1) == 0 ? how & 0x3F : how >> 6);
            var length = Math.Min(wanted, stream.Length - at);
            pieces.Add(stream.AsMemory(at, length));
            at += length;
        }
        return pieces;
    }

    // Heads of replies with nothing but their bodies between them, as a client sees it that knows no request.
    private static void CheckReplies(byte[] output)
    {
        var text = Encoding.Latin1.GetString(output);
        if (text.Length == 0) return;
        FuzzException.ThrowUnless(text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal), "a reply starts like one");
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        FuzzException.ThrowUnless(end > 0, "a reply's head has an end");
        foreach (var line in text[..end].Split("\r\n"))
            FuzzException.ThrowUnless(
                !line.AsSpan().ContainsAnyInRange('\0', '\x1f'), "no line of a head has a control character");
    }
}
