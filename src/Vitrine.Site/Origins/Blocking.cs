namespace Vitrine.Site.Origins;

/// <summary>Whether a look at the disk may take as long as the disk does.</summary>
internal enum Blocking
{
    /// <summary>It may: a thread of the loader looks.</summary>
    Allowed,

    /// <summary>
    /// It may not: a worker looks. What the kernel does not have in memory is <see cref="OpenError.WouldBlock"/>.
    /// </summary>
    Refused,
}
