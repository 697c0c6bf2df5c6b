using System.Collections.Concurrent;
using System.Text;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;
using Vitrine.Site.Pages;

namespace Vitrine.Site.Content;

/// <summary>
/// Which files beside others may be sent in their place, for what is known of them: those that are whole, and no older
/// or else the same when they are decoded. The times of two files say little when they were copied, unpacked or
/// checked out. What is not to be used is told once. Any thread.
/// </summary>
internal sealed class EncodedFiles(Action<Exception>? onFault, EncodedFiles.Decoder decode)
{
    private const int MostRemembered = 10_000;
    private const int MostTold = 20;

    // What cannot be decoded here may be so much older, if it is as long as it has to be.
    private const long GraceNs = 2_000_000_000;

    private readonly ConcurrentDictionary<Pair, bool> verdicts = new();
    private readonly Lock gate = new();
    private readonly HashSet<string> told = [];

    /// <summary>With the decoders that there are.</summary>
    public EncodedFiles(Action<Exception>? onFault)
        : this(onFault, EncodedFile.TryDecode)
    {
    }

    /// <summary><see cref="EncodedFile.TryDecode"/>, or what stands in for it in tests.</summary>
    public delegate EncodedFile.Content? Decoder(ContentCoding coding, FolderFile file, long plain, bool isCompared);

    /// <summary>
    /// Whether the file that was <paramref name="seen"/> may be sent for the plain one, as far as that was found out
    /// before; else null.
    /// </summary>
    public bool? Known(in FileFacts seen, in FileFacts plain, ReadOnlySpan<byte> path) =>
        verdicts.TryGetValue(PairOf(seen, plain, path), out var verdict) ? verdict : null;

    /// <summary>
    /// Finds it out, and remembers it if both files rest; null when the disk fails. <paramref name="path"/> is the
    /// plain file's. Blocks.
    /// </summary>
    public bool? Check(
        FolderFile encoded, ContentCoding coding, FolderFile plain, ReadOnlySpan<byte> path, bool areAtRest)
    {
        string? why;
        try
        {
            why = WhyNot(encoded, coding, plain);
        }
        catch (IOException)
        {
            return null;
        }
        if (!areAtRest) return why is null;
        if (why is not null) Tell(path, coding, why);
        if (verdicts.Count >= MostRemembered) verdicts.Clear();
        verdicts[PairOf(encoded.Facts, plain.Facts, path)] = why is null;
        return why is null;
    }

    private string? WhyNot(FolderFile encoded, ContentCoding coding, FolderFile plain)
    {
        var isOlder = encoded.Facts.ModifiedNs < plain.Facts.ModifiedNs;
        var content = decode(coding, encoded, plain.Facts.Length, isOlder);
        return content is not { } decoded ? "is not whole, or goes on behind its end"
            : decoded.Length == 0 && plain.Facts.Length > 0 ? "is empty inside"
            : isOlder && !IsSame(decoded, encoded.Facts, plain) ? "is older than the plain file, and of something else"
            : null;
    }

    private static bool IsSame(in EncodedFile.Content decoded, in FileFacts encoded, FolderFile plain) =>
        decoded.Length == plain.Facts.Length && (decoded.Tag is { } tag
            ? tag == (ContentTag.TryOf(plain, Blocking.Allowed) ?? throw FolderFileStream.DiskFailed)
            : plain.Facts.ModifiedNs - encoded.ModifiedNs <= GraceNs);

    // The path where the facts alone do not tell one file from another.
    private static Pair PairOf(in FileFacts encoded, in FileFacts plain, ReadOnlySpan<byte> path) =>
        new(encoded, plain, encoded.IsTellTale ? null : Encoding.UTF8.GetString(path));

    private void Tell(ReadOnlySpan<byte> path, ContentCoding coding, string what)
    {
        var name = Encoding.UTF8.GetString(path) + Encoding.UTF8.GetString(coding.Suffix);
        lock (gate)
            if (told.Count >= MostTold || !told.Add(name)) return;
        onFault?.Invoke(new EncodedFileException(VisibleText.Of(name), what));
    }

    private readonly record struct Pair(FileFacts Encoded, FileFacts Plain, string? Path);
}
