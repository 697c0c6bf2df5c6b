namespace Vitrine.Site.Origins;

/// <summary>What a name stands for.</summary>
internal enum FileKind : byte
{
    /// <summary>
    /// Nothing that is served: no such name, or outside the root, or neither file nor folder.
    /// </summary>
    None,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A folder.</summary>
    Folder,
}
