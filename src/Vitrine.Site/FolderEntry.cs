namespace Vitrine.Site;

/// <summary>One line of a folder's content.</summary>
internal readonly record struct FolderEntry(string Name, FileKind Kind, long Length, long ModifiedSeconds);
