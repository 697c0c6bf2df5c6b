namespace Vitrine.Http.Text;

/// <summary>Classes that a character can be in, as bits.</summary>
[Flags]
public enum CharacterClasses : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>tchar</c>, RFC 9110 section 5.6.2.</summary>
    Token = 1,

    /// <summary>
    /// What may stand in a request target: what is visible, but for <c>#</c>, which ends it. RFC 3986 allows less; but
    /// browsers send <c>[ ] | ^</c> and others as they are, and scripts <c>" &lt; &gt;</c> too. Each means what it
    /// means when it is percent-encoded.
    /// </summary>
    Target = 2,

    /// <summary>What may stand in the name of a host as it is (RFC 3986 section 3.2.2).</summary>
    HostName = 4,

    /// <summary>What may keep a path from being canonical, or ends it: <c>% \ / . ?</c></summary>
    PathMark = 8,
}
