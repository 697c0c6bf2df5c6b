namespace Vitrine.Http.Head;

/// <summary>One field line of a head.</summary>
/// <param name="Id">Which field it is, when something here acts on it.</param>
/// <param name="Name">Its name as sent.</param>
/// <param name="Value">Its value without the white space around it.</param>
public readonly record struct FieldLine(HeaderId Id, Extent Name, Extent Value);
