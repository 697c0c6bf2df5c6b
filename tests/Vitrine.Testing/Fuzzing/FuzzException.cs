namespace Vitrine.Testing.Fuzzing;

/// <summary>What must be true is not.</summary>
public sealed class FuzzException(string message) : Exception(message)
{
    public static void ThrowUnless(bool isTrue, string claim)
    {
        if (!isTrue) throw new FuzzException($"Not true: {claim}.");
    }
}
