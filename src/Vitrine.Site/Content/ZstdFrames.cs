using System.Buffers.Binary;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Content;

/// <summary>
/// Walks over the frames of a Zstandard file (RFC 8878 section 3) without decoding them: whether the last one ends
/// where the file does, and how long the content is if all of them say so. .NET 10 has no decoder for it.
/// </summary>
internal static class ZstdFrames
{
    private const uint Magic = 0xFD2FB528;
    private const uint SkippableMagic = 0x184D2A50; // and fifteen more, by its lowest four bits
    private const int BlockHeaderBytes = 3;
    private const int MostHeaderBytes = 14;
    private const int Rle = 1;
    private const int Reserved = 3;

    /// <summary>
    /// False when it is not whole. <paramref name="contentLength"/> is -1 when a frame does not say its own.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static bool AreWhole(FolderFile file, out long contentLength)
    {
        contentLength = 0;
        var end = file.Facts.Length;
        for (var at = 0L; at < end;)
        {
            if (!TrySkipFrame(file, ref at, out var length) || at > end) return false;
            contentLength = length < 0 || contentLength < 0 ? -1 : contentLength + length;
        }
        return end > 0;
    }

    private static bool TrySkipFrame(FolderFile file, ref long at, out long length)
    {
        length = 0;
        Span<byte> header = stackalloc byte[MostHeaderBytes + 4];
        header = header[..Read(file, at, header)];
        if (header.Length < 8) return false;
        var magic = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if ((magic & ~0xFu) == SkippableMagic)
        {
            at += 8L + BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            return true;
        }
        var descriptor = header[4];
        var isSingleSegment = (descriptor & 0x20) != 0;
        var lengthBytes = (descriptor >> 6) switch { 0 => isSingleSegment ? 1 : 0, 1 => 2, 2 => 4, _ => 8 };
        var lengthAt = 5 + (isSingleSegment ? 0 : 1) + ((descriptor & 3) switch { 0 => 0, 1 => 1, 2 => 2, _ => 4 });
        if (magic != Magic || header.Length < lengthAt + lengthBytes) return false;
        length = LengthIn(header.Slice(lengthAt, lengthBytes));
        at += lengthAt + lengthBytes;
        if (!TrySkipBlocks(file, ref at)) return false;
        if ((descriptor & 4) != 0) at += 4; // a checksum of the content
        return true;
    }

    private static int Read(FolderFile file, long position, Span<byte> destination) =>
        file.TryRead(position, destination) is var count and >= 0 ? count : throw FolderFileStream.DiskFailed;

    private static long LengthIn(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => -1,
        1 => field[0],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(field) + 256,
        4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
        _ => (long)Math.Min(BinaryPrimitives.ReadUInt64LittleEndian(field), long.MaxValue / 2),
    };

    private static bool TrySkipBlocks(FolderFile file, ref long at)
    {
        Span<byte> header = stackalloc byte[BlockHeaderBytes];
        while (Read(file, at, header) == BlockHeaderBytes)
        {
            var value = header[0] | header[1] << 8 | header[2] << 16;
            var kind = value >> 1 & 3;
            if (kind == Reserved) return false;
            at += BlockHeaderBytes + (kind == Rle ? 1 : value >> 3);
            if ((value & 1) != 0) return true;
        }
        return false;
    }
}
