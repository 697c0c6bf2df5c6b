using Vitrine.Http.Replies;

namespace Vitrine.Site;

/// <summary>What lies beside a file: the same in a content coding (<c>a.css.br</c> beside <c>a.css</c>).</summary>
internal sealed class Siblings(Folder folder, FileContents contents)
{
    /// <summary>
    /// Whether there is still what was there. If the folder around the file is what it was, only what was there
    /// has to be looked at.
    /// </summary>
    public bool AreSame(ReadOnlySpan<byte> path, Outcome outcome, FolderLooks.Look? around, Blocking blocking)
    {
        if (outcome.Siblings.Length == 0) return true;
        if (around is null || around.Facts != outcome.Around?.Facts)
        {
            return TryLook(path, around, blocking, out var siblings)
                && siblings.AsSpan().SequenceEqual(outcome.Siblings);
        }
        for (var i = 0; i < outcome.Siblings.Length; i++)
        {
            if (outcome.Siblings[i].Kind == FileKind.None) continue;
            var error = folder.Look([.. path, .. ContentCoding.All[i].Suffix], blocking, out var facts);
            if (error != OpenError.None || facts != outcome.Siblings[i]) return false;
        }
        return true;
    }

    /// <summary>
    /// What is there, one for each of <see cref="ContentCoding.All"/>; empty if nothing may be. What the folder
    /// around the file has no name of needs no look. False when to look would block.
    /// </summary>
    public bool TryLook(
        ReadOnlySpan<byte> path, FolderLooks.Look? around, Blocking blocking, out FileFacts[] siblings)
    {
        siblings = [];
        if (ContentCoding.IsEncoded(path)) return true;
        siblings = new FileFacts[ContentCoding.All.Length];
        var names = around?.Names;
        for (var i = 0; i < siblings.Length; i++)
        {
            byte[] sibling = [.. path, .. ContentCoding.All[i].Suffix];
            if (names is not null && !names.MayContain(FolderLooks.NameOf(sibling))) continue;
            var error = folder.Look(sibling, blocking, out siblings[i]);
            if (error == OpenError.WouldBlock) return false;
            if (error != OpenError.None) siblings[i] = default;
        }
        return true;
    }

    /// <summary>
    /// Reads those that are no older than the plain file: an older one may be of what it was before. Null when
    /// that would block.
    /// </summary>
    public EncodedRepresentation[]? Read(
        ReadOnlySpan<byte> path, in FileFacts plain, FileFacts[] siblings, Blocking blocking, out bool areAtRest)
    {
        areAtRest = true;
        var encoded = new List<EncodedRepresentation>();
        for (var i = 0; i < siblings.Length; i++)
        {
            if (siblings[i].Kind != FileKind.File || siblings[i].ModifiedNs < plain.ModifiedNs) continue;
            var coding = ContentCoding.All[i];
            if (TryRead(path, coding, siblings[i], blocking) is { } content)
            {
                encoded.Add(new EncodedRepresentation(coding, content));
                areAtRest &= contents.IsAtRest(siblings[i]);
                continue;
            }
            areAtRest = false; // it is being written: the plain one will do until it is looked at again
            if (blocking == Blocking.Allowed) continue;
            foreach (var other in encoded) other.Content.File?.Release();
            return null;
        }
        return [.. encoded];
    }

    private Representation? TryRead(ReadOnlySpan<byte> path, ContentCoding coding, in FileFacts seen, Blocking blocking)
    {
        if (folder.TryOpenFile([.. path, .. coding.Suffix], blocking, out var file) != OpenError.None) return null;
        if (file!.Facts == seen && contents.MsUntilSettled(seen) == 0 && !contents.IsOutOfMemory(seen, blocking))
        {
            var metadata = new Metadata(null, null, null) { ContentCoding = coding.Name, VariesByCoding = true };
            return contents.TryRead(file, MediaTypes.OfName(path), metadata, blocking);
        }
        file.Release();
        return null;
    }
}
