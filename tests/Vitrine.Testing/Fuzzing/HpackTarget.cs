using Vitrine.Http.Http2.Frames;
using Vitrine.Http.Http2.Hpack;

namespace Vitrine.Testing.Fuzzing;

/// <summary>
/// Header blocks, one behind the other, each behind its length: a field fits the room that was made for it, and what is
/// no block ends it. What was read can be written and read again.
/// </summary>
internal static class HpackTarget
{
    private const int MostBlocks = 64;

    public static void Run(ReadOnlySpan<byte> input)
    {
        const int TableSize = PeerSettings.UsualTableSize;
        var reader = new HpackReader(TableSize);
        var again = new HpackReader(TableSize);
        var blocks = 0;
        while (!input.IsEmpty && blocks++ < MostBlocks)
        {
            var length = Math.Min(input[0], input.Length - 1);
            var block = input.Slice(1, length);
            input = input[(1 + length)..];
            var room = new byte[HpackReader.RoomFor(length, TableSize)];
            var written = new System.Buffers.ArrayBufferWriter<byte>();
            var fields = new List<string>();
            reader.Begin();
            HpackReader.Outcome outcome;
            while ((outcome = reader.Read(ref block, room, out var nameLength, out var valueLength))
                == HpackReader.Outcome.Field)
            {
                var name = System.Text.Encoding.Latin1.GetString(room, 0, nameLength);
                var value = System.Text.Encoding.Latin1.GetString(room, nameLength, valueLength);
                fields.Add($"{name}: {value}");
                if (IsAscii(room.AsSpan(0, nameLength + valueLength))) HpackWriter.Write(written, name, value);
                else return;
            }
            if (outcome == HpackReader.Outcome.Malformed) return;
            FuzzException.ThrowUnless(block.IsEmpty, "a block is read to its end");
            CheckAgain(again, written.WrittenSpan, fields);
        }
    }

    private static void CheckAgain(HpackReader reader, ReadOnlySpan<byte> block, List<string> fields)
    {
        var room = new byte[HpackReader.RoomFor(block.Length, PeerSettings.UsualTableSize)];
        reader.Begin();
        foreach (var field in fields)
        {
            var outcome = reader.Read(ref block, room, out var nameLength, out var valueLength);
            FuzzException.ThrowUnless(outcome == HpackReader.Outcome.Field, "what was written is read");
            var name = System.Text.Encoding.Latin1.GetString(room, 0, nameLength);
            var value = System.Text.Encoding.Latin1.GetString(room, nameLength, valueLength);
            FuzzException.ThrowUnless(field == $"{name}: {value}", "and is the same");
        }
        FuzzException.ThrowUnless(block.IsEmpty, "there is no more of it");
    }

    private static bool IsAscii(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)0, (byte)127);
}
