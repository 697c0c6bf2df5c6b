namespace Vitrine.Site.Origins;

/// <summary>Why something could not be opened.</summary>
internal enum OpenError : byte
{
    /// <summary>It could.</summary>
    None,

    /// <summary>There is nothing of that name to serve.</summary>
    NotFound,

    /// <summary>There is, but this process may not read it.</summary>
    Forbidden,

    /// <summary>The process or the system is out of descriptors.</summary>
    Exhausted,

    /// <summary>It would have to wait for the disk, which it was told not to.</summary>
    WouldBlock,

    /// <summary>Another program has it to itself for the moment.</summary>
    Busy,

    /// <summary>The disk or the file system failed.</summary>
    Failed,
}
