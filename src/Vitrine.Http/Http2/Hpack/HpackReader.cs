namespace Vitrine.Http.Http2.Hpack;

/// <summary>
/// Reads header blocks (RFC 7541) of one connection, field by field. Every block has to be read to its end, whatever
/// becomes of the request: each may change the table that the next ones refer to.
/// </summary>
internal sealed class HpackReader(int tableSize)
{
    /// <summary>What was read.</summary>
    public enum Outcome : byte
    {
        /// <summary>A field.</summary>
        Field,

        /// <summary>The end of the block.</summary>
        End,

        /// <summary>What is no header block: nothing that follows can be understood.</summary>
        Malformed,
    }

    // An integer is at most 28 bits and its prefix: more than any limit of ours, less than overflows.
    private const int MostContinuations = 4;

    private readonly DynamicTable table = new(tableSize);
    private bool mayResize;

    /// <summary>The most bytes that a field of a block so long can have.</summary>
    public static int RoomFor(int blockLength, int tableSize) => blockLength * 8 / 5 + tableSize + 64;

    /// <summary>Begins a block.</summary>
    public void Begin() => mayResize = true;

    /// <summary>
    /// Takes the next field off the front of the block and writes its name and behind it its value into <paramref
    /// name="room"/>, which is as large as <see cref="RoomFor"/> says.
    /// </summary>
    public Outcome Read(ref ReadOnlySpan<byte> block, Span<byte> room, out int nameLength, out int valueLength)
    {
        nameLength = valueLength = 0;
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0xE0) != 0x20)
            {
                mayResize = false;
                var isRead = first >= 0x80
                    ? TryReadIndexed(ref block, room, out nameLength, out valueLength)
                    : TryReadLiteral(ref block, room, out nameLength, out valueLength);
                return isRead ? Outcome.Field : Outcome.Malformed;
            }
            // Another size of the table: only in front of all fields (RFC 7541 section 4.2).
            if (!mayResize || !TryReadInteger(ref block, 5, out var size) || !table.TryResize(size))
                return Outcome.Malformed;
        }
        return Outcome.End;
    }

    private bool TryReadIndexed(ref ReadOnlySpan<byte> block, Span<byte> room, out int nameLength, out int valueLength)
    {
        valueLength = 0;
        if (!TryReadInteger(ref block, 7, out var index) || !TryCopyName(index, room, out nameLength))
        {
            nameLength = 0;
            return false;
        }
        var value = index <= StaticTable.Count
            ? StaticTable.ValueOf(index)
            : table.ValueOf(index - StaticTable.Count - 1);
        value.CopyTo(room[nameLength..]);
        valueLength = value.Length;
        return true;
    }

    private bool TryReadLiteral(ref ReadOnlySpan<byte> block, Span<byte> room, out int nameLength, out int valueLength)
    {
        valueLength = nameLength = 0;
        var isToBeKept = block[0] >= 0x40;
        if (!TryReadInteger(ref block, isToBeKept ? 6 : 4, out var index)) return false;
        if (index == 0 ? !TryReadString(ref block, room, out nameLength) : !TryCopyName(index, room, out nameLength))
            return false;
        if (!TryReadString(ref block, room[nameLength..], out valueLength)) return false;
        // From the room: the name may be that of a field which has to go for this one.
        if (isToBeKept) table.Insert(room[..nameLength], room.Slice(nameLength, valueLength));
        return true;
    }

    private bool TryCopyName(int index, Span<byte> room, out int length)
    {
        length = 0;
        if (index == 0 || index > StaticTable.Count + table.Count) return false;
        var name = index <= StaticTable.Count
            ? StaticTable.NameOf(index)
            : table.NameOf(index - StaticTable.Count - 1);
        name.CopyTo(room);
        length = name.Length;
        return true;
    }

    private static bool TryReadString(ref ReadOnlySpan<byte> block, Span<byte> room, out int length)
    {
        length = 0;
        if (block.IsEmpty) return false;
        var isCoded = block[0] >= 0x80;
        if (!TryReadInteger(ref block, 7, out var count) || count > block.Length) return false;
        var text = block[..count];
        block = block[count..];
        if (isCoded) return HuffmanCode.TryDecode(text, room, out length);
        text.CopyTo(room);
        length = count;
        return true;
    }

    // RFC 7541 section 5.1.
    private static bool TryReadInteger(ref ReadOnlySpan<byte> block, int prefixBits, out int value)
    {
        var most = (1 << prefixBits) - 1;
        value = block[0] & most;
        var at = 1;
        if (value == most)
        {
            var shift = 0;
            byte next;
            do
            {
                if (at > MostContinuations || at >= block.Length) return false;
                next = block[at++];
                value += (next & 0x7F) << shift;
                shift += 7;
            }
            while (next >= 0x80);
        }
        block = block[at..];
        return true;
    }
}
