namespace Vitrine.Http.Text;

/// <summary>Why a path was refused.</summary>
public enum TargetPathError
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>A percent sign without two hexadecimal digits.</summary>
    BadPercentEncoding,

    /// <summary>The decoded bytes are no UTF-8 (overlong forms included).</summary>
    NotUtf8,

    /// <summary>
    /// An encoded slash, a backslash in any form, or NUL: no name can hold one, and each has opened a root
    /// before.
    /// </summary>
    ForbiddenCharacter,
}
