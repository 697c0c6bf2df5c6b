namespace Vitrine.Http.Replies;

/// <summary>A header field (RFC 9110 section 5).</summary>
/// <param name="Name">Its name, as it is written.</param>
/// <param name="Value">Its value.</param>
public readonly record struct Field(string Name, string Value);
