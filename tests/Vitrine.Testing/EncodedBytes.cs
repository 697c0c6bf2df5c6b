using System.Buffers.Binary;
using System.IO.Compression;

namespace Vitrine.Testing;

/// <summary>Bytes in the content codings in which files can lie beside others.</summary>
public static class EncodedBytes
{
    private const int MostInBlock = 100_000;

    /// <summary>In gzip.</summary>
    public static byte[] Gzip(ReadOnlySpan<byte> plain) =>
        Through(plain, stream => new GZipStream(stream, CompressionLevel.Optimal));

    /// <summary>In Brotli.</summary>
    public static byte[] Brotli(ReadOnlySpan<byte> plain) =>
        Through(plain, stream => new BrotliStream(stream, CompressionLevel.Optimal));

    /// <summary>In Zstandard, as raw blocks: a frame that says how long its content is (RFC 8878 section 3).</summary>
    public static byte[] Zstd(ReadOnlySpan<byte> plain)
    {
        var frame = new List<byte> { 0x28, 0xB5, 0x2F, 0xFD, 0xA0 };
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, plain.Length);
        frame.AddRange(length);
        do
        {
            var block = plain[..Math.Min(plain.Length, MostInBlock)];
            plain = plain[block.Length..];
            var header = block.Length << 3 | (plain.IsEmpty ? 1 : 0);
            frame.AddRange((byte)header, (byte)(header >> 8), (byte)(header >> 16));
            frame.AddRange(block.ToArray());
        }
        while (!plain.IsEmpty);
        return [.. frame];
    }

    /// <summary>By the end of a file's name: <c>.gz</c>, <c>.br</c> or <c>.zst</c>.</summary>
    public static byte[] Of(string extension, ReadOnlySpan<byte> plain) => extension switch
    {
        ".gz" => Gzip(plain),
        ".br" => Brotli(plain),
        ".zst" => Zstd(plain),
        _ => throw new ArgumentException($"'{extension}' is no coding", nameof(extension)),
    };

    private static byte[] Through(ReadOnlySpan<byte> plain, Func<Stream, Stream> encoder)
    {
        var encoded = new MemoryStream();
        using (var stream = encoder(encoded)) stream.Write(plain);
        return encoded.ToArray();
    }
}
