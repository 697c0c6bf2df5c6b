namespace Vitrine.Attacks.Corpus;

/// <summary>What a server made of a case, compared with what it must.</summary>
internal enum Verdict
{
    /// <summary>All statuses and the end are those that are demanded.</summary>
    AsDemanded,

    /// <summary>It refused what must be refused, with another status or by closing.</summary>
    RefusedOtherwise,

    /// <summary>It took what must be refused for a request.</summary>
    Accepted,

    /// <summary>It refused what is well-formed.</summary>
    RefusedWrongly,

    /// <summary>It waits for more where an answer is due.</summary>
    Waits,

    /// <summary>Another difference: a status, or whether the connection is kept.</summary>
    Otherwise,
}
