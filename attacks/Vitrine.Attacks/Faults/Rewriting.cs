namespace Vitrine.Attacks.Faults;

/// <summary>How a file is changed.</summary>
internal enum Rewriting
{
    /// <summary>Its bytes are overwritten, in one call.</summary>
    InPlace,

    /// <summary>Another file is renamed over it.</summary>
    ByRename,

    /// <summary>It is cut off, and written anew a while later.</summary>
    Truncated,
}
