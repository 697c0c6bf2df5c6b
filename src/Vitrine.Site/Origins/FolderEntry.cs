namespace Vitrine.Site.Origins;

/// <summary>One thing in a folder, for its listing.</summary>
internal readonly record struct FolderEntry(string Name, FileKind Kind, long Length, long? ModifiedSeconds)
{
    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => Kind == FileKind.Folder;
}
