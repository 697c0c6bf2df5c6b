using Vitrine.Http.Replies;
using Vitrine.Site.Content;
using Vitrine.Site.Looking;
using Vitrine.Site.Media;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Finding;

/// <summary>What lies beside a file: the same in a content coding (<c>a.css.br</c> beside <c>a.css</c>).</summary>
internal sealed class Siblings(
    IOrigin origin, FileContents contents, FileTimes times, BodyPlacement placement, EncodedFiles encoded)
{
    // Most files have nothing beside them: they share this.
    private static readonly FileFacts[] None = new FileFacts[ContentCoding.All.Length];

    /// <summary>
    /// Whether there is still what was there. If the folder around the file is what it was, only what was there
    /// has to be looked at.
    /// </summary>
    public bool AreSame(Evidence evidence, FolderLooks.Seen? around, Blocking blocking)
    {
        var seen = evidence.Beside;
        if (seen.Length == 0) return true;
        if (around is null || around.Facts != evidence.Around?.Facts)
            return TryLook(evidence.FileName, around, blocking, out var now) && now.AsSpan().SequenceEqual(seen);
        for (var i = 0; i < seen.Length; i++)
        {
            if (seen[i].Kind == FileKind.None) continue;
            var error = origin.Look([.. evidence.FileName, .. ContentCoding.All[i].Suffix], blocking, out var facts);
            if (error != OpenError.None || facts != seen[i]) return false;
        }
        return true;
    }

    /// <summary>
    /// What is there, one for each of <see cref="ContentCoding.All"/>; empty if nothing may be. What the folder
    /// around the file has no name of needs no look. False when to look would block.
    /// </summary>
    public bool TryLook(
        ReadOnlySpan<byte> path, FolderLooks.Seen? around, Blocking blocking, out FileFacts[] siblings)
    {
        siblings = [];
        if (ContentCoding.IsEncoded(path)) return true;
        siblings = None;
        var names = around?.Names;
        for (var i = 0; i < ContentCoding.All.Length; i++)
        {
            byte[] sibling = [.. path, .. ContentCoding.All[i].Suffix];
            if (names is not null && !names.MayContain(FolderLooks.NameOf(sibling))) continue;
            var error = origin.Look(sibling, blocking, out var facts);
            if (error == OpenError.WouldBlock) return false;
            if (error != OpenError.None) continue;
            if (siblings == None) siblings = new FileFacts[ContentCoding.All.Length];
            siblings[i] = facts;
        }
        return true;
    }

    /// <summary>
    /// Reads those that may be sent in the place of the plain file: see <see cref="EncodedFiles"/>. Null when that
    /// would block.
    /// </summary>
    public EncodedRepresentation[]? Read(
        ReadOnlySpan<byte> path,
        FolderFile plain,
        string mediaType,
        FileFacts[] siblings,
        Blocking blocking,
        out bool areAtRest)
    {
        areAtRest = true;
        var read = new List<EncodedRepresentation>();
        for (var i = 0; i < siblings.Length; i++)
        {
            if (siblings[i].Kind != FileKind.File) continue;
            var coding = ContentCoding.All[i];
            var mayBeSent = encoded.Known(siblings[i], plain.Facts, path);
            if (mayBeSent == false) continue;
            if ((mayBeSent is not null || blocking == Blocking.Allowed)
                && TryRead(path, plain, mediaType, coding, siblings[i], blocking, ref mayBeSent) is { } content)
            {
                read.Add(new EncodedRepresentation(coding, content));
                areAtRest &= times.AreAtRest(siblings[i]);
                continue;
            }
            if (mayBeSent == false && times.HaveRested(siblings[i])) continue;
            areAtRest = false; // it is being written: the plain one will do until it is looked at again
            if (blocking == Blocking.Allowed) continue;
            foreach (var other in read) other.Content.Release();
            return null;
        }
        return [.. read];
    }

    private Representation? TryRead(
        ReadOnlySpan<byte> path,
        FolderFile plain,
        string mediaType,
        ContentCoding coding,
        in FileFacts seen,
        Blocking blocking,
        ref bool? mayBeSent)
    {
        if (origin.TryOpenFile([.. path, .. coding.Suffix], blocking, out var file) != OpenError.None) return null;
        if (file!.Facts == seen && times.MsUntilSettled(seen, placement.IsLarge(seen)) == 0
            && !placement.IsOutOfMemory(seen, blocking))
        {
            var areAtRest = times.HaveRested(seen) && times.HaveRested(plain.Facts);
            mayBeSent ??= encoded.Check(file, coding, plain, path, areAtRest);
            if (mayBeSent == true)
            {
                var metadata = new Metadata(null, null, null) { ContentCoding = coding.Name, VariesByCoding = true };
                return contents.TryMake(
                    file, placement.ToHold(seen, isHot: false, blocking), mediaType, metadata, blocking);
            }
        }
        file.Release();
        return null;
    }
}
