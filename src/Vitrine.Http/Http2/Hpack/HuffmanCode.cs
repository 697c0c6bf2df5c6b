namespace Vitrine.Http.Http2.Hpack;

/// <summary>
/// The Huffman code of RFC 7541 Appendix B. It is canonical: codes of the same length follow each other in the order of
/// their symbols, and longer ones behind shorter ones. So the lengths say all of it.
/// </summary>
internal static class HuffmanCode
{
    /// <summary>The end of a string (EOS): a symbol that must not be in one.</summary>
    private const int EndOfString = 256;

    private const int LongestCode = 30;
    private const int ShortBits = 8;

    // Bits of the code of each symbol (RFC 7541 Appendix B), the last one that of EOS.
    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, // 0x00
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28, // 0x10
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, // 0x20
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, // 0x30
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, // 0x40
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, // 0x50
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, // 0x60
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, // 0x70
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, // 0x80
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, // 0x90
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, // 0xA0
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, // 0xB0
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, // 0xC0
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, // 0xD0
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, // 0xE0
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, // 0xF0
        30,
    ];

    private static readonly ushort[] Ordered = new ushort[EndOfString + 1]; // symbols in the order of their codes
    private static readonly uint[] Codes = new uint[EndOfString + 1];
    private static readonly ulong[] Ends = new ulong[LongestCode + 1]; // behind the last code so long, in 32 bits
    private static readonly int[] Places = new int[LongestCode + 1]; // place in Ordered, less the code, of such a code
    private static readonly ushort[] Short = new ushort[1 << ShortBits]; // symbol and length by the first bits, or 0

    static HuffmanCode()
    {
        uint code = 0;
        var place = 0;
        for (var length = 1; length <= LongestCode; length++)
        {
            code <<= 1;
            Places[length] = place - (int)code;
            for (var symbol = 0; symbol <= EndOfString; symbol++)
            {
                if (Lengths[symbol] != length) continue;
                Codes[symbol] = code;
                Ordered[place++] = (ushort)symbol;
                if (length <= ShortBits)
                {
                    var first = (int)code << (ShortBits - length);
                    Short.AsSpan(first, 1 << (ShortBits - length)).Fill((ushort)(symbol << 8 | length));
                }
                code++;
            }
            Ends[length] = (ulong)code << (32 - length);
        }
    }

    /// <summary>How many bytes the text takes in the code.</summary>
    public static int LengthOf(ReadOnlySpan<byte> text)
    {
        long bits = 0;
        foreach (var symbol in text) bits += Lengths[symbol];
        return (int)((bits + 7) / 8);
    }

    /// <summary>Writes the text in the code, filled up with the first bits of EOS; returns how many bytes.</summary>
    public static int Encode(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        ulong pending = 0;
        var bits = 0;
        var at = 0;
        foreach (var symbol in text)
        {
            pending = pending << Lengths[symbol] | Codes[symbol];
            bits += Lengths[symbol];
            while (bits >= 8) destination[at++] = (byte)(pending >> (bits -= 8));
        }
        if (bits > 0) destination[at++] = (byte)(pending << (8 - bits) | 0xFFu >> bits);
        return at;
    }

    /// <summary>
    /// Reads text in the code into the destination, which has room for 8/5 of it. False when EOS is in it, or when it
    /// does not end in fewer than eight bits of EOS (RFC 7541 section 5.2).
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int length)
    {
        length = 0;
        ulong window = 0; // the bits that come next, at its end
        var bits = 0;
        var next = 0;
        while (true)
        {
            while (bits <= 32 && next < source.Length)
            {
                window = window << 8 | source[next++];
                bits += 8;
            }
            if (bits == 0) return true;
            // Ones stand where nothing is left, as EOS begins with.
            var ahead = bits >= 32
                ? (uint)(window >> (bits - 32))
                : (uint)(window << (32 - bits)) | uint.MaxValue >> bits;
            int codeLength = Short[ahead >> (32 - ShortBits)];
            int symbol;
            if (codeLength != 0)
            {
                symbol = codeLength >> 8;
                codeLength &= 0xFF;
            }
            else
            {
                codeLength = ShortBits + 1;
                while (ahead >= Ends[codeLength]) codeLength++;
                symbol = Ordered[Places[codeLength] + (int)(ahead >> (32 - codeLength))];
            }
            if (codeLength > bits) return bits < 8 && ahead == uint.MaxValue;
            if (symbol == EndOfString) return false;
            destination[length++] = (byte)symbol;
            bits -= codeLength;
        }
    }
}
