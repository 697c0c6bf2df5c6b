namespace Vitrine.Http.Head;

/// <summary>A piece of a head's bytes, by position, so that it stays true when the bytes are moved.</summary>
/// <param name="Start">The first byte's position in the head.</param>
/// <param name="Length">How many bytes.</param>
public readonly record struct Slice(int Start, int Length)
{
    /// <summary>The piece itself.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}

/// <summary>One field line of a head.</summary>
/// <param name="Id">Which field it is, when something here acts on it.</param>
/// <param name="Name">Its name as sent.</param>
/// <param name="Value">Its value without the white space around it.</param>
public readonly record struct FieldLine(HeaderId Id, Slice Name, Slice Value);
