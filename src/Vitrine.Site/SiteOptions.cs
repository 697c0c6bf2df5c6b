using Vitrine.Http;
using Vitrine.Site.Memory;

namespace Vitrine.Site;

/// <summary>How a folder is served.</summary>
/// <param name="Root">The folder.</param>
/// <param name="Listing">Whether a folder without an index is shown as a list of what is in it.</param>
/// <param name="Limits">The limits.</param>
/// <param name="OnFault">Is told of bugs that were met; on any thread.</param>
public sealed record SiteOptions(string Root, bool Listing, Limits Limits, Action<Exception>? OnFault = null)
{
    /// <summary>Whether the system is asked to tell of changes, so that they show at once.</summary>
    public bool Watch { get; init; }

    /// <summary>Where copies of bodies are put that memory has no room for; it is taken over. Null when
    /// nowhere.</summary>
    public SpoolFile? Spool { get; init; }

    /// <summary>Files that are never served.</summary>
    public WithheldFiles Withheld { get; init; } = new();

    /// <summary>The memory that there is: while it is short, less is cached. Null when that is not looked at.</summary>
    public AvailableMemory? Memory { get; init; }
}
