namespace Vitrine.Site.Content;

/// <summary>Where the body of a representation is while its path is known.</summary>
internal enum BodyPlace : byte
{
    /// <summary>In this process's memory.</summary>
    Memory,

    /// <summary>In a file that is kept open.</summary>
    OpenFile,

    /// <summary>In memory until it is sent and copied, then in its file alone.</summary>
    Passing,

    /// <summary>In its file alone, which is opened by its name for each reply.</summary>
    Disk,
}
