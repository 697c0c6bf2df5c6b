using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Content;

/// <summary>
/// What a file in a content coding decodes to: asked of one that lies beside another before it is sent in its place,
/// since a build that was broken off leaves half of one, or nothing.
/// </summary>
internal static class EncodedFile
{
    // Of what decodes to more the rest is not looked at: it takes a second of a loader's thread.
    private const long MostDecodedBytes = 64 * 1024 * 1024;

    private const int PieceBytes = 64 * 1024;
    private const int LeastGzipBytes = 18;
    private const int GzipLengthBytes = 4; // at its end

    /// <summary>
    /// Decodes it; null when it is not whole. <paramref name="plain"/> is the length of the file that it lies beside:
    /// of what decodes to more, when that is to be <paramref name="isCompared"/>, the rest is not looked at. Blocks.
    /// </summary>
    /// <exception cref="IOException">The disk fails.</exception>
    public static Content? TryDecode(ContentCoding coding, FolderFile file, long plain, bool isCompared)
    {
        var most = isCompared ? Math.Min(plain, MostDecodedBytes) : MostDecodedBytes;
        try
        {
            return coding.Name switch
            {
                "gzip" => TryGzip(file, most),
                "br" => TryBrotli(file, most),
                _ => ZstdFrames.AreWhole(file, out var length) ? new Content(length, null) : null,
            };
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException)
        {
            return null; // .NET's decoders throw either
        }
    }

    // The library checks each checksum, but takes an end at any place for the end.
    private static Content? TryGzip(FolderFile file, long most)
    {
        Span<byte> end = stackalloc byte[GzipLengthBytes];
        if (file.Facts.Length < LeastGzipBytes) return null;
        var told = file.TryRead(file.Facts.Length - end.Length, end) == end.Length
            ? BinaryPrimitives.ReadUInt32LittleEndian(end)
            : throw FolderFileStream.DiskFailed;
        using var stream = new GZipStream(new FolderFileStream(file), CompressionMode.Decompress);
        var hash = new XxHash128();
        var piece = new byte[PieceBytes];
        var length = 0L;
        for (int count; (count = stream.Read(piece)) > 0;)
        {
            hash.Append(piece.AsSpan(0, count));
            length += count;
            if (length > most) return new Content(length, null);
        }
        // Of several members the last tells of itself alone: and browsers stop after the first.
        return told == (uint)length ? new Content(length, ContentTag.Of(hash)) : null;
    }

    private static Content? TryBrotli(FolderFile file, long most)
    {
        var decoder = default(BrotliDecoder);
        try
        {
            return TryBrotli(file, most, ref decoder);
        }
        finally
        {
            decoder.Dispose();
        }
    }

    private static Content? TryBrotli(FolderFile file, long most, ref BrotliDecoder decoder)
    {
        var hash = new XxHash128();
        var (input, output) = (new byte[PieceBytes], new byte[PieceBytes]);
        var (kept, length) = (0, 0L);
        using var stream = new FolderFileStream(file);
        while (true)
        {
            var count = stream.Read(input.AsSpan(kept));
            ReadOnlySpan<byte> rest = input.AsSpan(0, kept + count);
            OperationStatus status;
            do
            {
                status = decoder.Decompress(rest, output, out var taken, out var written);
                hash.Append(output.AsSpan(0, written));
                length += written;
                rest = rest[taken..];
                if (length > most) return new Content(length, null);
            }
            while (status == OperationStatus.DestinationTooSmall);
            if (status == OperationStatus.Done)
            {
                var isWhole = rest.IsEmpty && stream.Position == file.Facts.Length;
                return isWhole ? new Content(length, ContentTag.Of(hash)) : null;
            }
            if (status != OperationStatus.NeedMoreData || count == 0) return null;
            rest.CopyTo(input);
            kept = rest.Length;
        }
    }

    /// <summary>What it decodes to.</summary>
    /// <param name="Length">How many bytes; -1 when that is not known.</param>
    /// <param name="Tag">The tag of these bytes; null when that is not known.</param>
    internal readonly record struct Content(long Length, string? Tag);
}
