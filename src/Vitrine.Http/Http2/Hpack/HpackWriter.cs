using System.Buffers;
using System.Text;

namespace Vitrine.Http.Http2.Hpack;

/// <summary>
/// Writes the fields of a header block (RFC 7541 section 6), so that what is written can be used on every connection:
/// nothing of it is to be remembered by the peer, and it refers to nothing but the static table.
/// </summary>
internal static class HpackWriter
{
    private const byte Indexed = 0x80;
    private const byte Literal = 0x00; // without indexing, RFC 7541 section 6.2.2
    private const byte Coded = 0x80;

    /// <summary>The table is to have the size 0 (RFC 7541 section 6.3): it is not used.</summary>
    public const byte NoTable = 0x20;

    /// <summary>Writes a field, its name in lower case.</summary>
    public static void Write(IBufferWriter<byte> block, string name, string value)
    {
        var lower = name.ToLowerInvariant(); // RFC 9113 section 8.2.1
        if (StaticTable.Find(lower, value) is var whole and > 0)
        {
            WriteInteger(block, Indexed, 7, whole);
            return;
        }
        var index = StaticTable.Find(lower);
        WriteInteger(block, Literal, 4, index);
        if (index == 0) WriteString(block, Encoding.ASCII.GetBytes(lower));
        WriteString(block, Encoding.ASCII.GetBytes(value));
    }

    /// <summary>Writes a field whose value stands as it is, to be written over.</summary>
    public static void WritePlain(IBufferWriter<byte> block, string name, string value)
    {
        WriteInteger(block, Literal, 4, StaticTable.Find(name));
        WriteInteger(block, 0, 7, value.Length);
        block.Write(Encoding.ASCII.GetBytes(value));
    }

    private static void WriteString(IBufferWriter<byte> block, ReadOnlySpan<byte> text)
    {
        var coded = HuffmanCode.LengthOf(text);
        if (coded < text.Length)
        {
            WriteInteger(block, Coded, 7, coded);
            HuffmanCode.Encode(text, block.GetSpan(coded));
            block.Advance(coded);
            return;
        }
        WriteInteger(block, 0, 7, text.Length);
        block.Write(text);
    }

    // RFC 7541 section 5.1.
    private static void WriteInteger(IBufferWriter<byte> block, byte kind, int prefixBits, int value)
    {
        var span = block.GetSpan(8);
        var most = (1 << prefixBits) - 1;
        if (value < most)
        {
            span[0] = (byte)(kind | value);
            block.Advance(1);
            return;
        }
        span[0] = (byte)(kind | most);
        value -= most;
        var at = 1;
        for (; value >= 0x80; value >>= 7) span[at++] = (byte)(value | 0x80);
        span[at++] = (byte)value;
        block.Advance(at);
    }
}
