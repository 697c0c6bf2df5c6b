namespace Vitrine.Testing.Fuzzing;

/// <summary>Something that takes bytes from strangers, with what must be true whatever they are.</summary>
/// <param name="Name">Its name, and that of its corpus.</param>
/// <param name="Check">Runs one input; throws a <see cref="FuzzException"/> when something is not true.</param>
public sealed record FuzzTarget(string Name, FuzzTarget.Body Check)
{
    public delegate void Body(ReadOnlySpan<byte> input);

    public void Run(ReadOnlySpan<byte> input) => Check(input);
}
