using Vitrine.Site.Looking;
using Vitrine.Site.Origins;

namespace Vitrine.Site.Content;

/// <summary>What was seen of the disk when a path was looked at: as long as that is so, what the path comes to is
/// true.</summary>
/// <param name="FileName">The canonical path of the file: the path itself, or the index of the folder that it
/// is.</param>
/// <param name="Facts">What the file was.</param>
internal sealed record Evidence(byte[] FileName, FileFacts Facts)
{
    /// <summary>
    /// False while a write to the file may still be under way although its times say nothing of it.
    /// </summary>
    public bool WasAtRest { get; init; } = true;

    /// <summary>
    /// What was beside the file, one for each of <see cref="Media.ContentCoding.All"/>; empty when nothing was looked
    /// for.
    /// </summary>
    public FileFacts[] Beside { get; init; } = [];

    /// <summary>
    /// The folder around the file, as it was before the file was found by its name and <see cref="Beside"/> were
    /// looked for.
    /// </summary>
    public FolderLooks.Seen? Around { get; set; }

    /// <summary>Whether it can be told from what is there that nothing has changed.</summary>
    public bool IsTellTale => Facts is { Kind: FileKind.File, IsTellTale: true } && WasAtRest;

    /// <summary>Whether the same was seen again.</summary>
    public bool IsLike(Evidence other) => Facts == other.Facts && WasAtRest == other.WasAtRest
        && Beside.AsSpan().SequenceEqual(other.Beside);
}
