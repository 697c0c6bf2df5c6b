namespace Vitrine.Http.Text;

/// <summary>What a Range field asks of a representation.</summary>
public enum RangeOutcome
{
    /// <summary>Malformed, of an unknown unit, or too much: the whole representation is sent.</summary>
    Ignored,

    /// <summary>At least one range can be sent: 206.</summary>
    Satisfiable,

    /// <summary>Well-formed, but nothing of it exists: 416.</summary>
    Unsatisfiable,
}
