using System.Buffers.Text;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Content;

/// <summary>
/// Entity tags (RFC 9110 section 8.8.3), each made of what it stands for: the bytes, or what tells one state of a file
/// from every other.
/// </summary>
internal static class ContentTag
{
    private const int PieceBytes = 64 * 1024;

    [ThreadStatic]
    private static byte[]? scratch;

    [ThreadStatic]
    private static XxHash128? hash;

    /// <summary>
    /// A tag of the bytes themselves: whatever happens to the file, this tag and these bytes belong together.
    /// </summary>
    public static string Of(ReadOnlySpan<byte> body) => Quote(XxHash128.Hash(body));

    /// <summary>Whether a tag, with whatever coding behind it, is that of these bytes.</summary>
    public static bool IsOf(ReadOnlySpan<byte> tag, ReadOnlySpan<byte> body) =>
        tag.StartsWith(System.Text.Encoding.ASCII.GetBytes(Of(body)[..^1]));

    /// <summary>The same of bytes that went through a hash one after the other.</summary>
    public static string Of(XxHash128 body) => Quote(body.GetCurrentHash());

    /// <summary>
    /// The same of a file, of which no more than a piece at a time is in memory; null when it has fewer bytes by now,
    /// or that would block.
    /// </summary>
    public static string? TryOf(FolderFile file, Blocking blocking) =>
        TryOf(file, file.Facts.Length, blocking, forgets: false);

    /// <summary>
    /// The same of the first bytes of a file, however many: what of them was not in the kernel's memory does not take
    /// the place of something else there. Null when it has fewer by now. Blocks.
    /// </summary>
    public static string? TryOfLarge(FolderFile file, long length) =>
        TryOf(file, length, Blocking.Allowed, forgets: true);

    private static string? TryOf(FolderFile file, long length, Blocking blocking, bool forgets)
    {
        Start();
        for (long at = 0; at < length;)
        {
            var piece = scratch.AsSpan(0, (int)Math.Min(PieceBytes, length - at));
            var isCold = forgets && file.ReadCached(at, piece[..1]) < 0;
            var count = blocking == Blocking.Refused ? file.ReadCached(at, piece) : file.Read(at, piece);
            if (count <= 0) return null;
            hash!.Append(piece[..count]);
            if (isCold) file.Forget(at, count);
            at += count;
        }
        return Of(hash!);
    }

    private static void Start()
    {
        scratch ??= new byte[PieceBytes];
        hash ??= new XxHash128();
        hash.Reset();
    }

    /// <summary>
    /// Of everything that tells two states of a file apart, for one that is too large to be read for it. A weak one
    /// where its times and its length are all that is known of it.
    /// </summary>
    public static string Of(in FileFacts facts)
    {
        var tag = Quote(XxHash128.Hash(MemoryMarshal.AsBytes((ReadOnlySpan<long>)
        [
            (long)facts.Device, (long)facts.Inode, facts.Length, facts.ModifiedNs, facts.ChangedNs,
        ])));
        return facts.IsTellTale ? tag : "W/" + tag;
    }

    private static string Quote(ReadOnlySpan<byte> hash) => $"\"{Base64Url.EncodeToString(hash)}\"";
}
