namespace Vitrine.Site.Memory;

/// <summary>How short memory is.</summary>
internal enum Shortage : byte
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>No more should be taken.</summary>
    Near,

    /// <summary>Some should be given back.</summary>
    Acute,
}
